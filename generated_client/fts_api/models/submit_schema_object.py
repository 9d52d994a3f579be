from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.submit_schema_fields import SubmitSchemaFields


T = TypeVar("T", bound="SubmitSchemaObject")


@_attrs_define(repr=False)
class SubmitSchemaObject(Model):
    """JSON schema of an object."""

    title: str
    """ What the object is. """
    type_: list[str] | str
    """ A JSON type, or a list of them. """
    properties: SubmitSchemaFields
    """ Fields with their schemas. """
    required: list[str] | Unset = UNSET
    """ Fields that must be there. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"type": "type_"}

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        type_: list[str] | str
        if isinstance(self.type_, list):
            type_ = self.type_

        else:
            type_ = self.type_

        properties = self.properties.to_dict()

        required: list[str] | Unset = UNSET
        if not isinstance(self.required, Unset):
            required = self.required

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "title": title,
                "type": type_,
                "properties": properties,
            }
        )
        if required is not UNSET:
            field_dict["required"] = required

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submit_schema_fields import SubmitSchemaFields  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

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

        properties = SubmitSchemaFields.from_dict(d.pop("properties"))

        required = cast("list[str]", d.pop("required", UNSET))

        submit_schema_object = cls(
            title=title,
            type_=type_,
            properties=properties,
            required=required,
        )

        submit_schema_object.additional_properties = d
        return submit_schema_object
