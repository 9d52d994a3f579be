from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="CloudStorageUser")


@_attrs_define(repr=False)
class CloudStorageUser(Model):
    """A user or a VO that may use a cloud storage."""

    storage_name: str
    """ Name of the storage. """
    user_dn: str
    """ DN of the user; empty when a VO is meant. """
    vo_name: str
    """ The VO; empty when a user is meant. """
    access_token: None | str
    """ Access key or access token. """
    access_token_secret: None | str
    """ Its secret, **in clear**. """
    request_token: None | str
    """ Request token (OAuth 1). """
    request_token_secret: None | str
    """ Its secret, **in clear**. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage_name = self.storage_name

        user_dn = self.user_dn

        vo_name = self.vo_name

        access_token = self.access_token

        access_token_secret = self.access_token_secret

        request_token = self.request_token

        request_token_secret = self.request_token_secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage_name": storage_name,
                "user_dn": user_dn,
                "vo_name": vo_name,
                "access_token": access_token,
                "access_token_secret": access_token_secret,
                "request_token": request_token,
                "request_token_secret": request_token_secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage_name = d.pop("storage_name")

        user_dn = d.pop("user_dn")

        vo_name = d.pop("vo_name")

        access_token = d.pop("access_token")

        access_token_secret = d.pop("access_token_secret")

        request_token = d.pop("request_token")

        request_token_secret = d.pop("request_token_secret")

        cloud_storage_user = cls(
            storage_name=storage_name,
            user_dn=user_dn,
            vo_name=vo_name,
            access_token=access_token,
            access_token_secret=access_token_secret,
            request_token=request_token,
            request_token_secret=request_token_secret,
        )

        cloud_storage_user.additional_properties = d
        return cloud_storage_user
