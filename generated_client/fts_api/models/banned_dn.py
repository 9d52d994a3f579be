from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="BannedDn")


@_attrs_define(repr=False)
class BannedDn(Model):
    """A banned user."""

    dn: str
    """ DN of the user. """
    message: None | str
    """ The reason; empty when none was given, null when null was given. """
    addition_time: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    admin_dn: str
    """ DN of who banned. """
    status: None | str | Unset = UNSET
    """ Always null, as observed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dn = self.dn

        message = self.message

        addition_time = self.addition_time

        admin_dn = self.admin_dn

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dn": dn,
                "message": message,
                "addition_time": addition_time,
                "admin_dn": admin_dn,
            }
        )
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dn = d.pop("dn")

        message = d.pop("message")

        addition_time = d.pop("addition_time")

        admin_dn = d.pop("admin_dn")

        status = d.pop("status", UNSET)

        banned_dn = cls(
            dn=dn,
            message=message,
            addition_time=addition_time,
            admin_dn=admin_dn,
            status=status,
        )

        banned_dn.additional_properties = d
        return banned_dn
