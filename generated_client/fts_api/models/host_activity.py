from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="HostActivity")


@_attrs_define(repr=False)
class HostActivity(Model):
    """Numbers of files that a host works on; a kind of which there are none is left out."""

    active: int | Unset = UNSET
    """ Number of files that it copies. """
    staging: int | Unset = UNSET
    """ Number of files that it recalls from tape. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        active = self.active

        staging = self.staging

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if active is not UNSET:
            field_dict["active"] = active
        if staging is not UNSET:
            field_dict["staging"] = staging

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active = d.pop("active", UNSET)

        staging = d.pop("staging", UNSET)

        host_activity = cls(
            active=active,
            staging=staging,
        )

        host_activity.additional_properties = d
        return host_activity
