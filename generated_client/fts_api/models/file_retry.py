from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.file import File


T = TypeVar("T", bound="FileRetry")


@_attrs_define(repr=False)
class FileRetry(Model):
    """A failed attempt of a file."""

    file_id: int
    """ Id of a file (one transfer); exceeds 32 bits on busy servers. """
    attempt: int
    """ Number of the attempt, from 1. """
    datetime_: None | str
    """ When the attempt failed, UTC. """
    reason: None | str
    """ Why it failed, as in `File`. """
    transfer_host: None | str
    """ Daemon host that tried. """
    log_file: None | str
    """ Path of the log on the transfer host. """
    file: File | Unset = UNSET
    """ A file (one transfer) with all its fields. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"datetime": "datetime_"}

    def to_dict(self) -> dict[str, Any]:
        file_id = self.file_id

        attempt = self.attempt

        datetime_ = self.datetime_

        reason = self.reason

        transfer_host = self.transfer_host

        log_file = self.log_file

        file: dict[str, Any] | Unset = UNSET
        if not isinstance(self.file, Unset):
            file = self.file.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_id": file_id,
                "attempt": attempt,
                "datetime": datetime_,
                "reason": reason,
                "transfer_host": transfer_host,
                "log_file": log_file,
            }
        )
        if file is not UNSET:
            field_dict["file"] = file

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file import File  # noqa: PLC0415

        d = dict(src_dict)
        file_id = d.pop("file_id")

        attempt = d.pop("attempt")

        datetime_ = d.pop("datetime")

        reason = d.pop("reason")

        transfer_host = d.pop("transfer_host")

        log_file = d.pop("log_file")

        _file = d.pop("file", UNSET)
        file: File | Unset
        if isinstance(_file, Unset):
            file = UNSET
        else:
            file = File.from_dict(_file)

        file_retry = cls(
            file_id=file_id,
            attempt=attempt,
            datetime_=datetime_,
            reason=reason,
            transfer_host=transfer_host,
            log_file=log_file,
            file=file,
        )

        file_retry.additional_properties = d
        return file_retry
