from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="JobError")


@_attrs_define(repr=False)
class JobError(Model):
    """What became of one job that was asked for by id and could not be served."""

    job_id: str
    """ The id as it was asked for, whatever it was. """
    http_status: str
    """ Status code and reason phrase for this job, as text. """
    http_message: str
    """ What went wrong, in words. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        job_id = self.job_id

        http_status = self.http_status

        http_message = self.http_message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "job_id": job_id,
                "http_status": http_status,
                "http_message": http_message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        job_id = d.pop("job_id")

        http_status = d.pop("http_status")

        http_message = d.pop("http_message")

        job_error = cls(
            job_id=job_id,
            http_status=http_status,
            http_message=http_message,
        )

        job_error.additional_properties = d
        return job_error
