from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="SeSettings")


@_attrs_define(repr=False)
class SeSettings(Model):
    """The settings and limits of a storage that are shown and answered alike; null where nothing was set."""

    inbound_max_active: int | None
    """ Largest number of transfers to the storage at a time. """
    inbound_max_throughput: float | None
    """ Largest throughput to the storage, in a unit that the server does not state (bytes or MB per
    second), about six digits. """
    outbound_max_active: int | None
    """ Largest number of transfers from the storage at a time. """
    outbound_max_throughput: float | None
    """ Largest throughput from the storage, in a unit that the server does not state (bytes or MB per
    second), about six digits. """
    udt: int | None
    """ Flag, 1 to use UDT. """
    ipv6: int | None
    """ Flag, 1 to use IPv6. """
    se_metadata: None | str
    """ Any text. """
    site: None | str
    """ Site of the storage. """
    debug_level: int | None
    """ Level of detail of the transfers' logs; 0 little. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        inbound_max_active = self.inbound_max_active

        inbound_max_throughput = self.inbound_max_throughput

        outbound_max_active = self.outbound_max_active

        outbound_max_throughput = self.outbound_max_throughput

        udt = self.udt

        ipv6 = self.ipv6

        se_metadata = self.se_metadata

        site = self.site

        debug_level = self.debug_level

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "inbound_max_active": inbound_max_active,
                "inbound_max_throughput": inbound_max_throughput,
                "outbound_max_active": outbound_max_active,
                "outbound_max_throughput": outbound_max_throughput,
                "udt": udt,
                "ipv6": ipv6,
                "se_metadata": se_metadata,
                "site": site,
                "debug_level": debug_level,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        inbound_max_active = d.pop("inbound_max_active")

        inbound_max_throughput = d.pop("inbound_max_throughput")

        outbound_max_active = d.pop("outbound_max_active")

        outbound_max_throughput = d.pop("outbound_max_throughput")

        udt = d.pop("udt")

        ipv6 = d.pop("ipv6")

        se_metadata = d.pop("se_metadata")

        site = d.pop("site")

        debug_level = d.pop("debug_level")

        se_settings = cls(
            inbound_max_active=inbound_max_active,
            inbound_max_throughput=inbound_max_throughput,
            outbound_max_active=outbound_max_active,
            outbound_max_throughput=outbound_max_throughput,
            udt=udt,
            ipv6=ipv6,
            se_metadata=se_metadata,
            site=site,
            debug_level=debug_level,
        )

        se_settings.additional_properties = d
        return se_settings
