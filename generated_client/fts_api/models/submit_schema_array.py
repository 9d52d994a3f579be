from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.submit_schema_object import SubmitSchemaObject


T = TypeVar("T", bound="SubmitSchemaArray")


@_attrs_define
class SubmitSchemaArray:
    """JSON schema of a list of objects."""

    type_: str
    """ JSON type of the list. """
    items: SubmitSchemaObject
    """ JSON schema of an object. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

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

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
