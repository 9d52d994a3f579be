from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="BannedSe")


@_attrs_define(repr=False)
class BannedSe(Model):
    """A banned storage."""

    se: str
    """ The storage. """
    vo: str
    """ The VO for which it is banned. """
    status: str
    """ CANCEL, WAIT (files are held until the end of the ban), or WAIT_AS (held, and new submissions are
    accepted). """
    message: None | str
    """ The reason; empty when none was given, null when null was given. """
    addition_time: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    admin_dn: str
    """ DN of who banned. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        se = self.se

        vo = self.vo

        status = self.status

        message = self.message

        addition_time = self.addition_time

        admin_dn = self.admin_dn

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "se": se,
                "vo": vo,
                "status": status,
                "message": message,
                "addition_time": addition_time,
                "admin_dn": admin_dn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        se = d.pop("se")

        vo = d.pop("vo")

        status = d.pop("status")

        message = d.pop("message")

        addition_time = d.pop("addition_time")

        admin_dn = d.pop("admin_dn")

        banned_se = cls(
            se=se,
            vo=vo,
            status=status,
            message=message,
            addition_time=addition_time,
            admin_dn=admin_dn,
        )

        banned_se.additional_properties = d
        return banned_se
