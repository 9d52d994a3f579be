from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="ModificationParams")


@_attrs_define(repr=False)
class ModificationParams(Model):
    """Parameters to change; only the priority can be."""

    priority: int | Unset = UNSET
    """ Priority, from 1 (low) to 5 (high), for the job and all its files; 0 changes nothing. The server stores
    numbers
    outside the range as well. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        priority = self.priority

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if priority is not UNSET:
            field_dict["priority"] = priority

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        priority = d.pop("priority", UNSET)

        modification_params = cls(
            priority=priority,
        )

        modification_params.additional_properties = d
        return modification_params
