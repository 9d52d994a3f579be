from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.submit_schema_item import SubmitSchemaItem


T = TypeVar("T", bound="SubmitSchemaField")


@_attrs_define(repr=False)
class SubmitSchemaField(Model):
    """JSON schema of a field."""

    type_: list[str] | str
    """ A JSON type, or a list of them. """
    title: str | Unset = UNSET
    """ What the field is. """
    minimum: int | Unset = UNSET
    """ Smallest value allowed, in the unit of the field (seconds, bytes). """
    min_items: int | Unset = UNSET
    """ Smallest number of items allowed. """
    items: SubmitSchemaItem | Unset = UNSET
    """ JSON schema of the items of a list. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"type": "type_", "minItems": "min_items"}

    def to_dict(self) -> dict[str, Any]:
        type_: list[str] | str
        if isinstance(self.type_, list):
            type_ = self.type_

        else:
            type_ = self.type_

        title = self.title

        minimum = self.minimum

        min_items = self.min_items

        items: dict[str, Any] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = self.items.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title
        if minimum is not UNSET:
            field_dict["minimum"] = minimum
        if min_items is not UNSET:
            field_dict["minItems"] = min_items
        if items is not UNSET:
            field_dict["items"] = items

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submit_schema_item import SubmitSchemaItem  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_type_(data: object) -> list[str] | str:
            try:
                if not isinstance(data, list):
                    raise TypeError()
                componentsschemas_submit_schema_type_type_1 = cast("list[str]", data)

                return componentsschemas_submit_schema_type_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | str", data)

        type_ = _parse_type_(d.pop("type"))

        title = d.pop("title", UNSET)

        minimum = d.pop("minimum", UNSET)

        min_items = d.pop("minItems", UNSET)

        _items = d.pop("items", UNSET)
        items: SubmitSchemaItem | Unset
        if isinstance(_items, Unset):
            items = UNSET
        else:
            items = SubmitSchemaItem.from_dict(_items)

        submit_schema_field = cls(
            type_=type_,
            title=title,
            minimum=minimum,
            min_items=min_items,
            items=items,
        )

        submit_schema_field.additional_properties = d
        return submit_schema_field
