from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="SetCloudStorageUserAnswer")


@_attrs_define(repr=False)
class SetCloudStorageUserAnswer(Model):
    """Who may use the storage now."""

    storage_name: str
    """ Name of the storage. """
    user_dn: str
    """ DN of the user; empty when a VO is meant. """
    vo_name: str
    """ The VO; empty when a user is meant. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage_name = self.storage_name

        user_dn = self.user_dn

        vo_name = self.vo_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage_name": storage_name,
                "user_dn": user_dn,
                "vo_name": vo_name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage_name = d.pop("storage_name")

        user_dn = d.pop("user_dn")

        vo_name = d.pop("vo_name")

        set_cloud_storage_user_answer = cls(
            storage_name=storage_name,
            user_dn=user_dn,
            vo_name=vo_name,
        )

        set_cloud_storage_user_answer.additional_properties = d
        return set_cloud_storage_user_answer
