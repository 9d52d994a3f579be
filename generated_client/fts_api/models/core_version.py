from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="CoreVersion")


@_attrs_define(repr=False)
class CoreVersion(Model):
    """Version of an installed fts-libs package, in three texts."""

    major: str
    """ First number of the version, as text. """
    minor: str
    """ Second number of the version, as text. """
    patch: str
    """ Third number of the version and what follows, as text. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        major = self.major

        minor = self.minor

        patch = self.patch

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "major": major,
                "minor": minor,
                "patch": patch,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        major = d.pop("major")

        minor = d.pop("minor")

        patch = d.pop("patch")

        core_version = cls(
            major=major,
            minor=minor,
            patch=patch,
        )

        core_version.additional_properties = d
        return core_version
