from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="FileStat")


@_attrs_define(repr=False)
class FileStat(Model):
    """What `stat(2)` reports of a file."""

    mode: int
    """ Mode (type and permissions) of POSIX, in decimal: 33188 is a file with 0644, 16877 a directory
    with 0755. """
    nlink: int
    """ Number of hard links. """
    size: int
    """ Size, in bytes. """
    atime: int
    """ Last access, Unix time in seconds. """
    mtime: int
    """ Last change of the content, Unix time in seconds. """
    ctime: int
    """ Last change of the record, Unix time in seconds. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        nlink = self.nlink

        size = self.size

        atime = self.atime

        mtime = self.mtime

        ctime = self.ctime

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "mode": mode,
                "nlink": nlink,
                "size": size,
                "atime": atime,
                "mtime": mtime,
                "ctime": ctime,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = d.pop("mode")

        nlink = d.pop("nlink")

        size = d.pop("size")

        atime = d.pop("atime")

        mtime = d.pop("mtime")

        ctime = d.pop("ctime")

        file_stat = cls(
            mode=mode,
            nlink=nlink,
            size=size,
            atime=atime,
            mtime=mtime,
            ctime=ctime,
        )

        file_stat.additional_properties = d
        return file_stat
