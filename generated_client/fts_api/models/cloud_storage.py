from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.cloud_storage_user import CloudStorageUser


T = TypeVar("T", bound="CloudStorage")


@_attrs_define(repr=False)
class CloudStorage(Model):
    """A cloud storage that is registered with the server."""

    storage_name: str
    """ Its name, such as `S3:HOST` or `dropbox`. """
    app_key: None | str
    """ Key of the FTS server at the service. """
    app_secret: None | str
    """ Secret of the FTS server at the service, **in clear**. """
    service_api_url: None | str
    """ URL of the service. """
    users: list[CloudStorageUser]
    """ Who may use it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage_name = self.storage_name

        app_key = self.app_key

        app_secret = self.app_secret

        service_api_url = self.service_api_url

        users = []
        for users_item_data in self.users:
            users_item = users_item_data.to_dict()
            users.append(users_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage_name": storage_name,
                "app_key": app_key,
                "app_secret": app_secret,
                "service_api_url": service_api_url,
                "users": users,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cloud_storage_user import CloudStorageUser  # noqa: PLC0415

        d = dict(src_dict)
        storage_name = d.pop("storage_name")

        app_key = d.pop("app_key")

        app_secret = d.pop("app_secret")

        service_api_url = d.pop("service_api_url")

        users = []
        _users = d.pop("users")
        for users_item_data in _users:
            users_item = CloudStorageUser.from_dict(users_item_data)

            users.append(users_item)

        cloud_storage = cls(
            storage_name=storage_name,
            app_key=app_key,
            app_secret=app_secret,
            service_api_url=service_api_url,
            users=users,
        )

        cloud_storage.additional_properties = d
        return cloud_storage
