from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SetDrainRequest")


@_attrs_define(repr=False)
class SetDrainRequest(Model):
    """The host to drain. Unknown fields are ignored."""

    hostname: str
    """ Name of the host, without regard to case. """
    drain: bool | Unset = UNSET
    """ False to end draining; true when left out. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hostname = self.hostname

        drain = self.drain

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hostname": hostname,
            }
        )
        if drain is not UNSET:
            field_dict["drain"] = drain

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hostname = d.pop("hostname")

        drain = d.pop("drain", UNSET)

        set_drain_request = cls(
            hostname=hostname,
            drain=drain,
        )

        set_drain_request.additional_properties = d
        return set_drain_request
