"""What administrators have configured: hosts, links, shares, storages, activity shares, VO settings, and the audit of changes.

Names are found without regard to case, as the database of the reference compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.clock import wire_time
from fts_contract.mock.cloud_accounts import CloudStorages
from fts_contract.mock.collation import collated

if TYPE_CHECKING:
    from collections.abc import Callable

_AUDIT_SHOWN: Final = 100


@attrs.define(eq=False)
class Host:
    """A service that sends heartbeats.

    Attributes:
        hostname: Its host.
        service_name: Such as `fts_server`.
        beat: Last heartbeat as on the wire; None for none.
        drain: Whether it takes no new work; None until first set.
    """

    hostname: str
    service_name: str
    beat: str | None = None
    drain: bool | None = None


@attrs.frozen
class AuditRow:
    """A change of the configuration: when it was made, by whom, and what it was."""

    datetime: str
    dn: str
    action: str
    config: str


@attrs.define(eq=False)
class Link:
    """Settings of the transfers between two storages; either end may be `*`."""

    symbolicname: str
    source: str = "*"
    destination: str = "*"
    min_active: int = 2
    max_active: int = 2
    optimizer_mode: int | None = None
    tcp_buffer_size: int | None = None
    nostreams: int | None = None
    no_delegation: bool = False


@attrs.frozen
class Share:
    """How much of a link a VO gets."""

    source: str
    destination: str
    vo: str
    share: int


@attrs.define(eq=False)
class StorageConfig:
    """Settings of a storage.

    Attributes:
        name: As first written.
        info: Column to value; None when no setting was ever made.
        limits: VO to operation to the most at once.
    """

    name: str
    info: dict[str, Any] | None = None
    limits: dict[str, dict[str, int]] = attrs.Factory(dict)


@attrs.frozen
class ActivityShares:
    """The weights of the activities of a VO.

    Attributes:
        vo: The VO.
        shares: Objects from activity to weight, in their order.
        active: Whether they are used.
        is_doubly_encoded: Whether the table holds them as JSON text inside of JSON text, as the tests of FTS write them. The
            strategies by queued bytes can read only those.
    """

    vo: str
    shares: tuple[dict[str, float], ...]
    active: bool = True
    is_doubly_encoded: bool = False


class Configuration:
    """The configuration of a mock.

    Args:
        now: Tells the time in seconds since 1970.

    Attributes:
        hosts: Services with heartbeats, besides the mock itself.
        own_host: The mock's own row.
        audit: Changes, oldest first.
        settings: VO in lower case to the settings of the VO, `*` for all.
        shares: Shares by (source, destination, VO) in lower case.
        storages: Storages by name in lower case.
        activity_shares: Activity shares by VO in lower case.
        clouds: Cloud storages.
    """

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self.hosts: list[Host] = []
        self.own_host = Host(hostname="localhost", service_name="fts_rest")
        self.audit: list[AuditRow] = []
        self.settings: dict[str, dict[str, Any]] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self.shares: dict[tuple[str, str, str], Share] = {}
        self.storages: dict[str, StorageConfig] = {}
        self.activity_shares: dict[str, ActivityShares] = {}
        self.clouds = CloudStorages()

    # Hosts and audit

    def add_host(
        self,
        hostname: str,
        *,
        service_name: str = "fts_server",
        beat: str | None = None,
        drain: bool | None = False,
    ) -> None:
        """Let a service send heartbeats; see `Host`."""
        self.hosts.append(Host(hostname, service_name, beat, drain))

    def all_hosts(self) -> list[Host]:
        """Every service by host and name, with the mock's own, which beats now."""
        self.own_host.beat = wire_time(self._now())
        return sorted([*self.hosts, self.own_host], key=lambda h: (h.hostname, h.service_name))

    def record(self, dn: str, *, action: str, config: str) -> None:
        """Write a row of the audit: who made which kind of change, with the change in words or JSON."""
        self.audit.append(AuditRow(wire_time(self._now()), dn, action, config))

    def newest_audit(self) -> list[AuditRow]:
        """The newest hundred rows, newest first; equal ones once."""
        ordered = sorted(self.audit, key=lambda row: row.datetime)[::-1]
        return list(dict.fromkeys(ordered))[:_AUDIT_SHOWN]

    # Links and shares

    def put_link(self, link: Link) -> None:
        """Store a link, replacing one with the same ends or the same symbolic name."""
        self.remove_link(link.symbolicname)
        self._links[collated(link.source), collated(link.destination)] = link

    def remove_link(self, name: str) -> None:
        """Remove the link with a symbolic name, if there is one."""
        link = self.link_named(name)
        if link is not None:
            del self._links[collated(link.source), collated(link.destination)]

    def link_named(self, name: str) -> Link | None:
        """Find a link by its symbolic name."""
        wanted = collated(name)
        return next((v for v in self._links.values() if collated(v.symbolicname) == wanted), None)

    def link_between(self, source: str, destination: str) -> Link | None:
        """Find the link with exactly these ends."""
        return self._links.get((collated(source), collated(destination)))

    def all_links(self) -> list[Link]:
        """Links by their ends."""
        return [link for _, link in sorted(self._links.items())]

    def most_active(self, source: str, destination: str) -> int | None:
        """Say how many transfers may run at once: `max_active` of the most specific link that matches; None without one."""
        for ends in ((source, destination), (source, "*"), ("*", destination), ("*", "*")):
            if self._links and (link := self.link_between(*ends)) is not None:
                return link.max_active
        return None

    def add_share(self, source: str, destination: str, *, vo: str, share: int) -> None:
        """Give a VO a share of a link, replacing an earlier one."""
        key = (collated(source), collated(destination), collated(vo))
        self.shares[key] = Share(source, destination, vo, share)

    # Storages

    def storage(self, name: str) -> StorageConfig:
        """Find the settings of a storage; without any, give empty ones that are not stored yet."""
        return self.storages.get(collated(name)) or StorageConfig(name)

    def put_storage(self, storage: StorageConfig) -> None:
        """Store the settings of a storage; forget the storage when none are left."""
        if storage.info is None and not storage.limits:
            self.storages.pop(collated(storage.name), None)
        else:
            self.storages[collated(storage.name)] = storage
