from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="ArchiveLink")


@_attrs_define(repr=False)
class ArchiveLink(Model):
    """HAL link."""

    href: str
    """ Path, with `{id}` for the job id. """
    title: str
    """ What it leads to. """
    templated: bool
    """ True when `href` has places to fill in. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        href = self.href

        title = self.title

        templated = self.templated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "href": href,
                "title": title,
                "templated": templated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        href = d.pop("href")

        title = d.pop("title")

        templated = d.pop("templated")

        archive_link = cls(
            href=href,
            title=title,
            templated=templated,
        )

        archive_link.additional_properties = d
        return archive_link
