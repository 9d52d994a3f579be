from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ban_se_request_status import (
    BanSeRequestStatus,
    check_ban_se_request_status,
)
from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="BanSeRequest")


@_attrs_define(repr=False)
class BanSeRequest(Model):
    """The storage to ban, and how. `allow_submit` goes only with `wait`. Unknown fields are ignored."""

    storage: str
    """ Name of the storage, as in `source_se` of files: `scheme://host`. Not checked. """
    message: str | Unset = UNSET
    """ The reason, for `GET /ban/se`; empty when left out. """
    status: BanSeRequestStatus | Unset = UNSET
    """ What happens to the files: `cancel` (when left out) or `wait`; any mixture of cases works. """
    allow_submit: bool | Unset = UNSET
    """ Accept new submissions and hold their files; false when left out. Any text counts as true. """
    vo_name: str | Unset = UNSET
    """ Documented, and ignored, the ban is for the VO of the caller. """
    timeout: int | Unset = UNSET
    """ Documented (seconds), and ignored. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage = self.storage

        message = self.message

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        allow_submit = self.allow_submit

        vo_name = self.vo_name

        timeout = self.timeout

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage": storage,
            }
        )
        if message is not UNSET:
            field_dict["message"] = message
        if status is not UNSET:
            field_dict["status"] = status
        if allow_submit is not UNSET:
            field_dict["allow_submit"] = allow_submit
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name
        if timeout is not UNSET:
            field_dict["timeout"] = timeout

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage = d.pop("storage")

        message = d.pop("message", UNSET)

        _status = d.pop("status", UNSET)
        status: BanSeRequestStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_ban_se_request_status(_status)

        allow_submit = d.pop("allow_submit", UNSET)

        vo_name = d.pop("vo_name", UNSET)

        timeout = d.pop("timeout", UNSET)

        ban_se_request = cls(
            storage=storage,
            message=message,
            status=status,
            allow_submit=allow_submit,
            vo_name=vo_name,
            timeout=timeout,
        )

        ban_se_request.additional_properties = d
        return ban_se_request
