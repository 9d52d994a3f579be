from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="Oauth2Application")


@_attrs_define(repr=False)
class Oauth2Application(Model):
    """An application that asks for tokens."""

    client_id: str | Unset = UNSET
    """ Its id. """
    client_secret: str | Unset = UNSET
    """ Its secret. """
    owner: str | Unset = UNSET
    """ DN of who registered it. """
    name: str | Unset = UNSET
    """ Its name. """
    description: str | Unset = UNSET
    """ What it is for. """
    website: str | Unset = UNSET
    """ URL of its site. """
    redirect_to: str | Unset = UNSET
    """ Where users may be redirected to. """
    scope: str | Unset = UNSET
    """ Rights that it may ask for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        client_id = self.client_id

        client_secret = self.client_secret

        owner = self.owner

        name = self.name

        description = self.description

        website = self.website

        redirect_to = self.redirect_to

        scope = self.scope

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if client_id is not UNSET:
            field_dict["client_id"] = client_id
        if client_secret is not UNSET:
            field_dict["client_secret"] = client_secret
        if owner is not UNSET:
            field_dict["owner"] = owner
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if website is not UNSET:
            field_dict["website"] = website
        if redirect_to is not UNSET:
            field_dict["redirect_to"] = redirect_to
        if scope is not UNSET:
            field_dict["scope"] = scope

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        client_id = d.pop("client_id", UNSET)

        client_secret = d.pop("client_secret", UNSET)

        owner = d.pop("owner", UNSET)

        name = d.pop("name", UNSET)

        description = d.pop("description", UNSET)

        website = d.pop("website", UNSET)

        redirect_to = d.pop("redirect_to", UNSET)

        scope = d.pop("scope", UNSET)

        oauth_2_application = cls(
            client_id=client_id,
            client_secret=client_secret,
            owner=owner,
            name=name,
            description=description,
            website=website,
            redirect_to=redirect_to,
            scope=scope,
        )

        oauth_2_application.additional_properties = d
        return oauth_2_application
