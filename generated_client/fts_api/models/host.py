from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="Host")


@_attrs_define(repr=False)
class Host(Model):
    """A service on a host."""

    hostname: str
    """ Name of the host. """
    service_name: str
    """ Name of the service. """
    beat: None | str
    """ Last sign of life. """
    drain: bool | None
    """ True when it starts nothing new; null when it was never set. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hostname = self.hostname

        service_name = self.service_name

        beat = self.beat

        drain = self.drain

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hostname": hostname,
                "service_name": service_name,
                "beat": beat,
                "drain": drain,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hostname = d.pop("hostname")

        service_name = d.pop("service_name")

        beat = d.pop("beat")

        drain = d.pop("drain")

        host = cls(
            hostname=hostname,
            service_name=service_name,
            beat=beat,
            drain=drain,
        )

        host.additional_properties = d
        return host
