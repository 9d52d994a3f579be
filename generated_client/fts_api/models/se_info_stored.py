from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SeInfoStored")


@_attrs_define
class SeInfoStored:
    """Properties and limits of a storage that was known before, after the change; null where nothing was
    set.

    """

    storage: str
    """ Name of the storage. """
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
    eviction: int | None | str
    """ Flag, "1" to evict files from the disk cache; text here, an integer in requests. """
    skip_eviction: int | None | str
    """ Flag, "1" to leave files in the disk cache after a recall from tape; text here, an integer in
    requests. """
    tpc_support: None | str
    """ Directions of third-party copies that the storage can do. """
    overwrite_disk_enabled: int | None | str
    """ Flag, "1" when files that are only on disk may be overwritten; text here, an integer in requests. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        storage = self.storage

        inbound_max_active: int | None
        inbound_max_active = self.inbound_max_active

        inbound_max_throughput: float | None
        inbound_max_throughput = self.inbound_max_throughput

        outbound_max_active: int | None
        outbound_max_active = self.outbound_max_active

        outbound_max_throughput: float | None
        outbound_max_throughput = self.outbound_max_throughput

        udt: int | None
        udt = self.udt

        ipv6: int | None
        ipv6 = self.ipv6

        se_metadata: None | str
        se_metadata = self.se_metadata

        site: None | str
        site = self.site

        debug_level: int | None
        debug_level = self.debug_level

        eviction: int | None | str
        eviction = self.eviction

        skip_eviction: int | None | str
        skip_eviction = self.skip_eviction

        tpc_support: None | str
        tpc_support = self.tpc_support

        overwrite_disk_enabled: int | None | str
        overwrite_disk_enabled = self.overwrite_disk_enabled

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "storage": storage,
                "inbound_max_active": inbound_max_active,
                "inbound_max_throughput": inbound_max_throughput,
                "outbound_max_active": outbound_max_active,
                "outbound_max_throughput": outbound_max_throughput,
                "udt": udt,
                "ipv6": ipv6,
                "se_metadata": se_metadata,
                "site": site,
                "debug_level": debug_level,
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
        storage = d.pop("storage")

        def _parse_inbound_max_active(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        inbound_max_active = _parse_inbound_max_active(d.pop("inbound_max_active"))

        def _parse_inbound_max_throughput(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        inbound_max_throughput = _parse_inbound_max_throughput(d.pop("inbound_max_throughput"))

        def _parse_outbound_max_active(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        outbound_max_active = _parse_outbound_max_active(d.pop("outbound_max_active"))

        def _parse_outbound_max_throughput(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        outbound_max_throughput = _parse_outbound_max_throughput(d.pop("outbound_max_throughput"))

        def _parse_udt(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        udt = _parse_udt(d.pop("udt"))

        def _parse_ipv6(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        ipv6 = _parse_ipv6(d.pop("ipv6"))

        def _parse_se_metadata(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        se_metadata = _parse_se_metadata(d.pop("se_metadata"))

        def _parse_site(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        site = _parse_site(d.pop("site"))

        def _parse_debug_level(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        debug_level = _parse_debug_level(d.pop("debug_level"))

        def _parse_eviction(data: object) -> int | None | str:
            if data is None:
                return data
            return cast("int | None | str", data)

        eviction = _parse_eviction(d.pop("eviction"))

        def _parse_skip_eviction(data: object) -> int | None | str:
            if data is None:
                return data
            return cast("int | None | str", data)

        skip_eviction = _parse_skip_eviction(d.pop("skip_eviction"))

        def _parse_tpc_support(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        tpc_support = _parse_tpc_support(d.pop("tpc_support"))

        def _parse_overwrite_disk_enabled(data: object) -> int | None | str:
            if data is None:
                return data
            return cast("int | None | str", data)

        overwrite_disk_enabled = _parse_overwrite_disk_enabled(d.pop("overwrite_disk_enabled"))

        se_info_stored = cls(
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

        se_info_stored.additional_properties = d
        return se_info_stored

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
