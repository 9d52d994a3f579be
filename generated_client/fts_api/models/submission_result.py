from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="SubmissionResult")


@_attrs_define(repr=False)
class SubmissionResult(Model):
    """What became of a submission."""

    job_id: str
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        job_id = self.job_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "job_id": job_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        job_id = d.pop("job_id")

        submission_result = cls(
            job_id=job_id,
        )

        submission_result.additional_properties = d
        return submission_result
