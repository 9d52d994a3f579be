from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.oauth_2_token_request_grant_type import (
    Oauth2TokenRequestGrantType,
    check_oauth_2_token_request_grant_type,
)
from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="Oauth2TokenRequest")


@_attrs_define(repr=False)
class Oauth2TokenRequest(Model):
    """What a token is asked for with."""

    client_id: str
    """ Id of the application. """
    client_secret: str
    """ Secret of the application. """
    redirect_uri: str
    """ Where the application was to be redirected to. """
    scope: str
    """ Rights asked for, separated by commas. """
    grant_type: Oauth2TokenRequestGrantType | Unset = UNSET
    """ What is exchanged for the token. """
    code: str | Unset = UNSET
    """ The code that the user's agreement gave, for `authorization_code`. """
    refresh_token: str | Unset = UNSET
    """ The refresh token, for `refresh_token`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        client_id = self.client_id

        client_secret = self.client_secret

        redirect_uri = self.redirect_uri

        scope = self.scope

        grant_type: str | Unset = UNSET
        if not isinstance(self.grant_type, Unset):
            grant_type = self.grant_type

        code = self.code

        refresh_token = self.refresh_token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "client_id": client_id,
                "client_secret": client_secret,
                "redirect_uri": redirect_uri,
                "scope": scope,
            }
        )
        if grant_type is not UNSET:
            field_dict["grant_type"] = grant_type
        if code is not UNSET:
            field_dict["code"] = code
        if refresh_token is not UNSET:
            field_dict["refresh_token"] = refresh_token

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        client_id = d.pop("client_id")

        client_secret = d.pop("client_secret")

        redirect_uri = d.pop("redirect_uri")

        scope = d.pop("scope")

        _grant_type = d.pop("grant_type", UNSET)
        grant_type: Oauth2TokenRequestGrantType | Unset
        if isinstance(_grant_type, Unset):
            grant_type = UNSET
        else:
            grant_type = check_oauth_2_token_request_grant_type(_grant_type)

        code = d.pop("code", UNSET)

        refresh_token = d.pop("refresh_token", UNSET)

        oauth_2_token_request = cls(
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            scope=scope,
            grant_type=grant_type,
            code=code,
            refresh_token=refresh_token,
        )

        oauth_2_token_request.additional_properties = d
        return oauth_2_token_request
