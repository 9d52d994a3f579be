from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.se_info import SeInfo
    from ..models.se_limits import SeLimits


T = TypeVar("T", bound="SeEntry")


@_attrs_define(repr=False)
class SeEntry(Model):
    """What is configured for a storage; a part that was never set is left out."""

    se_info: SeInfo | Unset = UNSET
    """ Properties and limits of a storage; null where nothing was set. `eviction` can be set, but is not
    shown. """
    operations: SeLimits | Unset = UNSET
    """ VOs with their limits. """
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
        from ..models.se_info import SeInfo  # noqa: PLC0415
        from ..models.se_limits import SeLimits  # noqa: PLC0415

        d = dict(src_dict)
        _se_info = d.pop("se_info", UNSET)
        se_info: SeInfo | Unset
        if isinstance(_se_info, Unset):
            se_info = UNSET
        else:
            se_info = SeInfo.from_dict(_se_info)

        _operations = d.pop("operations", UNSET)
        operations: SeLimits | Unset
        if isinstance(_operations, Unset):
            operations = UNSET
        else:
            operations = SeLimits.from_dict(_operations)

        se_entry = cls(
            se_info=se_info,
            operations=operations,
        )

        se_entry.additional_properties = d
        return se_entry
