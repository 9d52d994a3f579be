from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="CancelCounts")


@_attrs_define(repr=False)
class CancelCounts(Model):
    """Numbers of records that were in an active state, and are CANCELED now."""

    affected_files: int
    """ Number of files. """
    affected_dm: int
    """ Number of deletions. """
    affected_jobs: int
    """ Number of jobs. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        affected_files = self.affected_files

        affected_dm = self.affected_dm

        affected_jobs = self.affected_jobs

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "affected_files": affected_files,
                "affected_dm": affected_dm,
                "affected_jobs": affected_jobs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        affected_files = d.pop("affected_files")

        affected_dm = d.pop("affected_dm")

        affected_jobs = d.pop("affected_jobs")

        cancel_counts = cls(
            affected_files=affected_files,
            affected_dm=affected_dm,
            affected_jobs=affected_jobs,
        )

        cancel_counts.additional_properties = d
        return cancel_counts
