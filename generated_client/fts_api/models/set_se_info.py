from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.tpc_support import TpcSupport, check_tpc_support
from ..types import UNSET, Unset

T = TypeVar("T", bound="SetSeInfo")


@_attrs_define
class SetSeInfo:
    """Properties and limits of a storage. Null, like a field left out, changes nothing."""

    storage: None | str | Unset = UNSET
    """ Another name for the storage that is written. """
    inbound_max_active: int | None | Unset = UNSET
    """ Largest number of transfers to the storage at a time. """
    inbound_max_throughput: float | None | Unset = UNSET
    """ Largest throughput to the storage, in a unit that the server does not state (bytes or MB per
    second); six digits are kept. """
    outbound_max_active: int | None | Unset = UNSET
    """ Largest number of transfers from the storage at a time. Not `1.0`: the server takes no fraction,
    not even of zero. """
    outbound_max_throughput: float | None | Unset = UNSET
    """ Largest throughput from the storage, in a unit that the server does not state (bytes or MB per
    second); six digits are kept. """
    udt: int | None | Unset = UNSET
    """ Flag, 1 to use UDT, 0 not to. """
    ipv6: int | None | Unset = UNSET
    """ Flag, 1 to use IPv6, 0 not to. """
    se_metadata: None | str | Unset = UNSET
    """ Any text. """
    site: None | str | Unset = UNSET
    """ Site of the storage. """
    debug_level: int | None | Unset = UNSET
    """ Level of detail of the transfers' logs; 0 little. """
    eviction: int | None | Unset = UNSET
    """ Flag, 1 to evict files from the disk cache, 0 not to; one digit is kept. """
    skip_eviction: int | None | Unset = UNSET
    """ Flag, 1 to leave files in the disk cache after a recall from tape, 0 not to; one digit is kept. """
    tpc_support: None | TpcSupport | Unset = UNSET
    """ Directions of third-party copies that the storage can do. """
    overwrite_disk_enabled: int | None | Unset = UNSET
    """ Flag, 1 to allow that files that are only on disk are overwritten, 0 not to; one digit is kept. """

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

        tpc_support: None | str | Unset
        if isinstance(self.tpc_support, Unset):
            tpc_support = UNSET
        elif isinstance(self.tpc_support, str):
            tpc_support = self.tpc_support
        else:
            tpc_support = self.tpc_support

        overwrite_disk_enabled = self.overwrite_disk_enabled

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if storage is not UNSET:
            field_dict["storage"] = storage
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
        storage = d.pop("storage", UNSET)

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

        def _parse_tpc_support(data: object) -> None | TpcSupport | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tpc_support_type_0 = check_tpc_support(data)

                return tpc_support_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | TpcSupport | Unset", data)

        tpc_support = _parse_tpc_support(d.pop("tpc_support", UNSET))

        overwrite_disk_enabled = d.pop("overwrite_disk_enabled", UNSET)

        set_se_info = cls(
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

        return set_se_info
