from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="DelegatedCredential")


@_attrs_define(repr=False)
class DelegatedCredential(Model):
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
