from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Host")


@_attrs_define
class Host:
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
