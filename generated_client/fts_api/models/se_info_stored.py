from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import Model

T = TypeVar("T", bound="SeInfoStored")


@_attrs_define(repr=False)
class SeInfoStored(Model):
    """Properties and limits of a storage that was known before, after the change; null where nothing was
    set.

    """

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
    storage: str
    """ Name of the storage; "" when the request had a storage without a name. """
    eviction: int | None | str
    """ Flag, "1" to evict files from the disk cache. Requests take an integer; here it is text, but an integer in
    the
    answer to the first request for a storage. """
    skip_eviction: int | None | str
    """ Flag, "1" to leave files in the disk cache after a recall from tape; text here, an integer in
    requests. """
    tpc_support: None | str
    """ Directions of third-party copies that the storage can do. """
    overwrite_disk_enabled: int | None | str
    """ Flag, "1" when files that are only on disk may be overwritten; text here, an integer in requests. """
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

        storage = self.storage

        eviction = self.eviction

        skip_eviction = self.skip_eviction

        tpc_support = self.tpc_support

        overwrite_disk_enabled = self.overwrite_disk_enabled

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
                "storage": storage,
                "eviction": eviction,
                "skip_eviction": skip_eviction,
                "tpc_support": tpc_support,
                "overwrite_disk_enabled": overwrite_disk_enabled,
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

        storage = d.pop("storage")

        eviction = d.pop("eviction")

        skip_eviction = d.pop("skip_eviction")

        tpc_support = d.pop("tpc_support")

        overwrite_disk_enabled = d.pop("overwrite_disk_enabled")

        se_info_stored = cls(
            inbound_max_active=inbound_max_active,
            inbound_max_throughput=inbound_max_throughput,
            outbound_max_active=outbound_max_active,
            outbound_max_throughput=outbound_max_throughput,
            udt=udt,
            ipv6=ipv6,
            se_metadata=se_metadata,
            site=site,
            debug_level=debug_level,
            storage=storage,
            eviction=eviction,
            skip_eviction=skip_eviction,
            tpc_support=tpc_support,
            overwrite_disk_enabled=overwrite_disk_enabled,
        )

        se_info_stored.additional_properties = d
        return se_info_stored
