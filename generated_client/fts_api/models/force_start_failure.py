from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="ForceStartFailure")


@_attrs_define(repr=False)
class ForceStartFailure(Model):
    """A file that could not be started."""

    file_id: bool | int
    """ Id of the file, as sent (also one above 64 bits, or a boolean). """
    error: str
    """ Why not. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file_id = self.file_id

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_id": file_id,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file_id = d.pop("file_id")

        error = d.pop("error")

        force_start_failure = cls(
            file_id=file_id,
            error=error,
        )

        force_start_failure.additional_properties = d
        return force_start_failure
