from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="BanDnRequest")


@_attrs_define(repr=False)
class BanDnRequest(Model):
    """The user to ban. Unknown fields are ignored."""

    user_dn: str
    """ DN of the user, or the subject of a token; not the caller's own. """
    message: str | Unset = UNSET
    """ The reason, for `GET /ban/dn`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        user_dn = self.user_dn

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "user_dn": user_dn,
            }
        )
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        user_dn = d.pop("user_dn")

        message = d.pop("message", UNSET)

        ban_dn_request = cls(
            user_dn=user_dn,
            message=message,
        )

        ban_dn_request.additional_properties = d
        return ban_dn_request
