from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="DirectoryEntry")


@_attrs_define(repr=False)
class DirectoryEntry(Model):
    """A file or directory in a directory."""

    size: int
    """ Size, in bytes. """
    mode: int
    """ Mode (type and permissions) of POSIX, in decimal: 33188 is a file with 0644. """
    mtime: int
    """ Last change, Unix time in seconds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        size = self.size

        mode = self.mode

        mtime = self.mtime

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "size": size,
                "mode": mode,
                "mtime": mtime,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        size = d.pop("size")

        mode = d.pop("mode")

        mtime = d.pop("mtime")

        directory_entry = cls(
            size=size,
            mode=mode,
            mtime=mtime,
        )

        directory_entry.additional_properties = d
        return directory_entry
