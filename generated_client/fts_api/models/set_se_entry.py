from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.set_se_info import SetSeInfo
    from ..models.set_se_limits import SetSeLimits


T = TypeVar("T", bound="SetSeEntry")


@_attrs_define(repr=False)
class SetSeEntry(Model):
    """What to configure for a storage. Unknown parts are ignored."""

    se_info: SetSeInfo | Unset = UNSET
    """ Properties and limits of a storage. Null, like a field left out, changes nothing. """
    operations: SetSeLimits | Unset = UNSET
    """ VOs (any text) with their limits. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        se_info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.se_info, Unset):
            se_info = self.se_info.to_dict()

        operations: dict[str, Any] | Unset = UNSET
        if not isinstance(self.operations, Unset):
            operations = self.operations.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if se_info is not UNSET:
            field_dict["se_info"] = se_info
        if operations is not UNSET:
            field_dict["operations"] = operations

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.set_se_info import SetSeInfo  # noqa: PLC0415
        from ..models.set_se_limits import SetSeLimits  # noqa: PLC0415

        d = dict(src_dict)
        _se_info = d.pop("se_info", UNSET)
        se_info: SetSeInfo | Unset
        if isinstance(_se_info, Unset):
            se_info = UNSET
        else:
            se_info = SetSeInfo.from_dict(_se_info)

        _operations = d.pop("operations", UNSET)
        operations: SetSeLimits | Unset
        if isinstance(_operations, Unset):
            operations = UNSET
        else:
            operations = SetSeLimits.from_dict(_operations)

        set_se_entry = cls(
            se_info=se_info,
            operations=operations,
        )

        set_se_entry.additional_properties = d
        return set_se_entry
