from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="RenameRequest")


@_attrs_define(repr=False)
class RenameRequest(Model):
    """A file and its new name. Unknown fields are ignored."""

    old: str
    """ URL of the file. """
    new: str
    """ Its new URL, on the same storage. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        old = self.old

        new = self.new

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "old": old,
                "new": new,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        old = d.pop("old")

        new = d.pop("new")

        rename_request = cls(
            old=old,
            new=new,
        )

        rename_request.additional_properties = d
        return rename_request
