from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.archive_links import ArchiveLinks


T = TypeVar("T", bound="ArchiveIndex")


@_attrs_define(repr=False)
class ArchiveIndex(Model):
    """HAL document."""

    field_links: ArchiveLinks
    """ Links of the archive. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"_links": "field_links"}

    def to_dict(self) -> dict[str, Any]:
        field_links = self.field_links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "_links": field_links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.archive_links import ArchiveLinks  # noqa: PLC0415

        d = dict(src_dict)
        field_links = ArchiveLinks.from_dict(d.pop("_links"))

        archive_index = cls(
            field_links=field_links,
        )

        archive_index.additional_properties = d
        return archive_index
