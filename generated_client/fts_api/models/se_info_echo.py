from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

T = TypeVar("T", bound="SeInfoEcho")


@_attrs_define(repr=False)
class SeInfoEcho(Model):
    """What was set for a new storage: its name and the fields that were sent, as sent (also booleans)."""

    storage: str
    """ Name of the storage. """
    inbound_max_active: bool | int | Unset = UNSET
    """ Largest number of transfers to the storage at a time. """
    inbound_max_throughput: bool | float | Unset = UNSET
    """ Largest throughput to the storage, in a unit that the server does not state (bytes or MB per
    second). """
    outbound_max_active: bool | int | Unset = UNSET
    """ Largest number of transfers from the storage at a time. """
    outbound_max_throughput: bool | float | Unset = UNSET
    """ Largest throughput from the storage, in a unit that the server does not state (bytes or MB per
    second). """
    udt: bool | int | Unset = UNSET
    """ Flag, 1 to use UDT. """
    ipv6: bool | int | Unset = UNSET
    """ Flag, 1 to use IPv6. """
    se_metadata: str | Unset = UNSET
    """ Any text. """
    site: str | Unset = UNSET
    """ Site of the storage. """
    debug_level: bool | int | Unset = UNSET
    """ Level of detail of the transfers' logs; 0 little. """
    eviction: bool | int | Unset = UNSET
    """ Flag, 1 to evict files from the disk cache. """
    skip_eviction: bool | int | Unset = UNSET
    """ Flag, 1 to leave files in the disk cache. """
    tpc_support: str | Unset = UNSET
    """ Directions of third-party copies that the storage can do. """
    overwrite_disk_enabled: bool | int | Unset = UNSET
    """ Flag, 1 when files that are only on disk may be overwritten. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage = self.storage

        inbound_max_active = self.inbound_max_active

        inbound_max_throughput = self.inbound_max_throughput

        outbound_max_active = self.outbound_max_active

        outbound_max_throughput = self.outbound_max_throughput

        udt = self.udt

        ipv6 = self.ipv6

        se_metadata = self.se_metadata

        site = self.site

        debug_level = self.debug_level

        eviction = self.eviction

        skip_eviction = self.skip_eviction

        tpc_support = self.tpc_support

        overwrite_disk_enabled = self.overwrite_disk_enabled

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage": storage,
            }
        )
        if inbound_max_active is not UNSET:
            field_dict["inbound_max_active"] = inbound_max_active
        if inbound_max_throughput is not UNSET:
            field_dict["inbound_max_throughput"] = inbound_max_throughput
        if outbound_max_active is not UNSET:
            field_dict["outbound_max_active"] = outbound_max_active
        if outbound_max_throughput is not UNSET:
            field_dict["outbound_max_throughput"] = outbound_max_throughput
        if udt is not UNSET:
            field_dict["udt"] = udt
        if ipv6 is not UNSET:
            field_dict["ipv6"] = ipv6
        if se_metadata is not UNSET:
            field_dict["se_metadata"] = se_metadata
        if site is not UNSET:
            field_dict["site"] = site
        if debug_level is not UNSET:
            field_dict["debug_level"] = debug_level
        if eviction is not UNSET:
            field_dict["eviction"] = eviction
        if skip_eviction is not UNSET:
            field_dict["skip_eviction"] = skip_eviction
        if tpc_support is not UNSET:
            field_dict["tpc_support"] = tpc_support
        if overwrite_disk_enabled is not UNSET:
            field_dict["overwrite_disk_enabled"] = overwrite_disk_enabled

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        storage = d.pop("storage")

        inbound_max_active = d.pop("inbound_max_active", UNSET)

        inbound_max_throughput = d.pop("inbound_max_throughput", UNSET)

        outbound_max_active = d.pop("outbound_max_active", UNSET)

        outbound_max_throughput = d.pop("outbound_max_throughput", UNSET)

        udt = d.pop("udt", UNSET)

        ipv6 = d.pop("ipv6", UNSET)

        se_metadata = d.pop("se_metadata", UNSET)

        site = d.pop("site", UNSET)

        debug_level = d.pop("debug_level", UNSET)

        eviction = d.pop("eviction", UNSET)

        skip_eviction = d.pop("skip_eviction", UNSET)

        tpc_support = d.pop("tpc_support", UNSET)

        overwrite_disk_enabled = d.pop("overwrite_disk_enabled", UNSET)

        se_info_echo = cls(
            storage=storage,
            inbound_max_active=inbound_max_active,
            inbound_max_throughput=inbound_max_throughput,
            outbound_max_active=outbound_max_active,
            outbound_max_throughput=outbound_max_throughput,
            udt=udt,
            ipv6=ipv6,
            se_metadata=se_metadata,
            site=site,
            debug_level=debug_level,
            eviction=eviction,
            skip_eviction=skip_eviction,
            tpc_support=tpc_support,
            overwrite_disk_enabled=overwrite_disk_enabled,
        )

        se_info_echo.additional_properties = d
        return se_info_echo
