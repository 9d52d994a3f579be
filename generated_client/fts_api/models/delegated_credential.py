from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DelegatedCredential")


@_attrs_define
class DelegatedCredential:
    """A proxy that the caller has delegated to the server."""

    termination_time: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    voms_attrs: list[str]
    """ One text with all FQANs, separated by blanks; an empty text without VOMS attributes. Taken from the
    session that asked for the certificate request, not from the proxy itself. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        termination_time = self.termination_time

        voms_attrs = self.voms_attrs

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "termination_time": termination_time,
                "voms_attrs": voms_attrs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        termination_time = d.pop("termination_time")

        voms_attrs = cast("list[str]", d.pop("voms_attrs"))

        delegated_credential = cls(
            termination_time=termination_time,
            voms_attrs=voms_attrs,
        )

        delegated_credential.additional_properties = d
        return delegated_credential

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
