from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.archive_link import ArchiveLink
    from ..models.archive_link_prefix import ArchiveLinkPrefix


T = TypeVar("T", bound="ArchiveLinks")


@_attrs_define(repr=False)
class ArchiveLinks(Model):
    """Links of the archive."""

    curies: list[ArchiveLinkPrefix]
    """ Prefixes of link names. """
    ftsarchived_job: ArchiveLink
    """ HAL link. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"fts:archivedJob": "ftsarchived_job"}

    def to_dict(self) -> dict[str, Any]:
        curies = []
        for curies_item_data in self.curies:
            curies_item = curies_item_data.to_dict()
            curies.append(curies_item)

        ftsarchived_job = self.ftsarchived_job.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "curies": curies,
                "fts:archivedJob": ftsarchived_job,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.archive_link import ArchiveLink  # noqa: PLC0415
        from ..models.archive_link_prefix import ArchiveLinkPrefix  # noqa: PLC0415

        d = dict(src_dict)
        curies = []
        _curies = d.pop("curies")
        for curies_item_data in _curies:
            curies_item = ArchiveLinkPrefix.from_dict(curies_item_data)

            curies.append(curies_item)

        ftsarchived_job = ArchiveLink.from_dict(d.pop("fts:archivedJob"))

        archive_links = cls(
            curies=curies,
            ftsarchived_job=ftsarchived_job,
        )

        archive_links.additional_properties = d
        return archive_links
