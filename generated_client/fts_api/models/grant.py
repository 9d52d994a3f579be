from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="Grant")


@_attrs_define(repr=False)
class Grant(Model):
    """A right of a user."""

    dn: str
    """ DN of the user, or the subject of a token. """
    operation: str
    """ The right. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dn = self.dn

        operation = self.operation

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dn": dn,
                "operation": operation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dn = d.pop("dn")

        operation = d.pop("operation")

        grant = cls(
            dn=dn,
            operation=operation,
        )

        grant.additional_properties = d
        return grant
