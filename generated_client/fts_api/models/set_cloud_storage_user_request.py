from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SetCloudStorageUserRequest")


@_attrs_define(repr=False)
class SetCloudStorageUserRequest(Model):
    """A user or a VO, exactly one of them, with the keys. Unknown fields are ignored."""

    user_dn: str | Unset = UNSET
    """ DN of the user. """
    vo_name: str | Unset = UNSET
    """ The VO. """
    access_key: None | str | Unset = UNSET
    """ Access key; comes back as `access_token`, and wins over it, even if it is null. """
    secret_key: None | str | Unset = UNSET
    """ Its secret; comes back as `access_token_secret`, and wins over it, even if it is null. """
    access_token: None | str | Unset = UNSET
    """ Access token (OAuth 1). """
    access_token_secret: None | str | Unset = UNSET
    """ Its secret. """
    request_token: None | str | Unset = UNSET
    """ Request token (OAuth 1). """
    request_token_secret: None | str | Unset = UNSET
    """ Its secret. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        user_dn = self.user_dn

        vo_name = self.vo_name

        access_key = self.access_key

        secret_key = self.secret_key

        access_token = self.access_token

        access_token_secret = self.access_token_secret

        request_token = self.request_token

        request_token_secret = self.request_token_secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if user_dn is not UNSET:
            field_dict["user_dn"] = user_dn
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name
        if access_key is not UNSET:
            field_dict["access_key"] = access_key
        if secret_key is not UNSET:
            field_dict["secret_key"] = secret_key
        if access_token is not UNSET:
            field_dict["access_token"] = access_token
        if access_token_secret is not UNSET:
            field_dict["access_token_secret"] = access_token_secret
        if request_token is not UNSET:
            field_dict["request_token"] = request_token
        if request_token_secret is not UNSET:
            field_dict["request_token_secret"] = request_token_secret

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        user_dn = d.pop("user_dn", UNSET)

        vo_name = d.pop("vo_name", UNSET)

        access_key = d.pop("access_key", UNSET)

        secret_key = d.pop("secret_key", UNSET)

        access_token = d.pop("access_token", UNSET)

        access_token_secret = d.pop("access_token_secret", UNSET)

        request_token = d.pop("request_token", UNSET)

        request_token_secret = d.pop("request_token_secret", UNSET)

        set_cloud_storage_user_request = cls(
            user_dn=user_dn,
            vo_name=vo_name,
            access_key=access_key,
            secret_key=secret_key,
            access_token=access_token,
            access_token_secret=access_token_secret,
            request_token=request_token,
            request_token_secret=request_token_secret,
        )

        set_cloud_storage_user_request.additional_properties = d
        return set_cloud_storage_user_request
