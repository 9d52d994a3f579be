from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.submit_schema_properties import SubmitSchemaProperties


T = TypeVar("T", bound="SubmitSchema")


@_attrs_define(repr=False)
class SubmitSchema(Model):
    """JSON schema (draft 4) of a submission."""

    title: str
    """ Name of the schema. """
    type_: str
    """ JSON type of a submission. """
    properties: SubmitSchemaProperties
    """ Parts of a submission with their schemas. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)
    _attributes = {"type": "type_"}

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        type_ = self.type_

        properties = self.properties.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "title": title,
                "type": type_,
                "properties": properties,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submit_schema_properties import SubmitSchemaProperties  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

        type_ = d.pop("type")

        properties = SubmitSchemaProperties.from_dict(d.pop("properties"))

        submit_schema = cls(
            title=title,
            type_=type_,
            properties=properties,
        )

        submit_schema.additional_properties = d
        return submit_schema
