from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.add_grant_request_operation import (
    AddGrantRequestOperation,
    check_add_grant_request_operation,
)
from ..types import Model

T = TypeVar("T", bound="AddGrantRequest")


@_attrs_define(repr=False)
class AddGrantRequest(Model):
    """A right for a user."""

    dn: str
    """ DN of the user, or the subject of a token; any text. """
    operation: AddGrantRequestOperation
    """ The right. The server takes any text but `admin` up to 64 characters; only these mean
    something. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dn = self.dn

        operation: str = self.operation

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

        operation = check_add_grant_request_operation(d.pop("operation"))

        add_grant_request = cls(
            dn=dn,
            operation=operation,
        )

        add_grant_request.additional_properties = d
        return add_grant_request
