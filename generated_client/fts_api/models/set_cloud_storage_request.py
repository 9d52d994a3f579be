from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SetCloudStorageRequest")


@_attrs_define(repr=False)
class SetCloudStorageRequest(Model):
    """A cloud storage. Unknown fields are ignored."""

    storage_name: str
    """ Its name, such as `S3:HOST` or `dropbox`; an empty one is taken too. """
    app_key: None | str | Unset = UNSET
    """ Key of the FTS server at the service. """
    app_secret: None | str | Unset = UNSET
    """ Secret of the FTS server at the service. """
    service_api_url: None | str | Unset = UNSET
    """ URL of the service; not checked. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage_name = self.storage_name

        app_key = self.app_key

        app_secret = self.app_secret

        service_api_url = self.service_api_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage_name": storage_name,
            }
        )
        if app_key is not UNSET:
            field_dict["app_key"] = app_key
        if app_secret is not UNSET:
            field_dict["app_secret"] = app_secret
        if service_api_url is not UNSET:
            field_dict["service_api_url"] = service_api_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage_name = d.pop("storage_name")

        app_key = d.pop("app_key", UNSET)

        app_secret = d.pop("app_secret", UNSET)

        service_api_url = d.pop("service_api_url", UNSET)

        set_cloud_storage_request = cls(
            storage_name=storage_name,
            app_key=app_key,
            app_secret=app_secret,
            service_api_url=service_api_url,
        )

        set_cloud_storage_request.additional_properties = d
        return set_cloud_storage_request
