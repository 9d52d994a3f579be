from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.submit_schema_object import SubmitSchemaObject


T = TypeVar("T", bound="SubmitSchemaArray")


@_attrs_define(repr=False)
class SubmitSchemaArray(Model):
    """JSON schema of a list of objects."""

    type_: str
    """ JSON type of the list. """
    items: SubmitSchemaObject
    """ JSON schema of an object. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"type": "type_"}

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        items = self.items.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submit_schema_object import SubmitSchemaObject  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        items = SubmitSchemaObject.from_dict(d.pop("items"))

        submit_schema_array = cls(
            type_=type_,
            items=items,
        )

        submit_schema_array.additional_properties = d
        return submit_schema_array
