from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.submit_schema_properties import SubmitSchemaProperties


T = TypeVar("T", bound="SubmitSchema")


@_attrs_define
class SubmitSchema:
    """JSON schema (draft 4) of a submission."""

    title: str
    """ Name of the schema. """
    type_: str
    """ JSON type of a submission. """
    properties: SubmitSchemaProperties
    """ Parts of a submission with their schemas. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

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
