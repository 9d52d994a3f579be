from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

if TYPE_CHECKING:
    from ..models.submit_schema_array import SubmitSchemaArray
    from ..models.submit_schema_field import SubmitSchemaField
    from ..models.submit_schema_object import SubmitSchemaObject


T = TypeVar("T", bound="SubmitSchemaProperties")


@_attrs_define(repr=False)
class SubmitSchemaProperties(Model):
    """Parts of a submission with their schemas."""

    params: SubmitSchemaObject
    """ JSON schema of an object. """
    files: SubmitSchemaArray
    """ JSON schema of a list of objects. """
    delete: SubmitSchemaField
    """ JSON schema of a field. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        params = self.params.to_dict()

        files = self.files.to_dict()

        delete = self.delete.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "params": params,
                "files": files,
                "delete": delete,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submit_schema_array import SubmitSchemaArray  # noqa: PLC0415
        from ..models.submit_schema_field import SubmitSchemaField  # noqa: PLC0415
        from ..models.submit_schema_object import SubmitSchemaObject  # noqa: PLC0415

        d = dict(src_dict)
        params = SubmitSchemaObject.from_dict(d.pop("params"))

        files = SubmitSchemaArray.from_dict(d.pop("files"))

        delete = SubmitSchemaField.from_dict(d.pop("delete"))

        submit_schema_properties = cls(
            params=params,
            files=files,
            delete=delete,
        )

        submit_schema_properties.additional_properties = d
        return submit_schema_properties
