from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SubmitSchemaItem")


@_attrs_define(repr=False)
class SubmitSchemaItem(Model):
    """JSON schema of the items of a list."""

    type_: list[str] | str
    """ A JSON type, or a list of them. """
    title: str | Unset = UNSET
    """ What an item is. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"type": "type_"}

    def to_dict(self) -> dict[str, Any]:
        type_: list[str] | str
        if isinstance(self.type_, list):
            type_ = self.type_

        else:
            type_ = self.type_

        title = self.title

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if title is not UNSET:
            field_dict["title"] = title

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
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

        submit_schema_item = cls(
            type_=type_,
            title=title,
        )

        submit_schema_item.additional_properties = d
        return submit_schema_item
