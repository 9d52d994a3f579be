from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.modification_params import ModificationParams


T = TypeVar("T", bound="Modification")


@_attrs_define(repr=False)
class Modification(Model):
    """What to change in a job. Other members are ignored."""

    params: ModificationParams | Unset = UNSET
    """ Parameters to change; only the priority can be. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if params is not UNSET:
            field_dict["params"] = params

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.modification_params import ModificationParams  # noqa: PLC0415

        d = dict(src_dict)
        _params = d.pop("params", UNSET)
        params: ModificationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ModificationParams.from_dict(_params)

        modification = cls(
            params=params,
        )

        modification.additional_properties = d
        return modification
