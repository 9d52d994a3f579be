"""Each setting is written alone, twice with another value: it is read back, and everything else stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.harness.probes.answers import find, keeps, record, same
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_PAGE: Final = {"Accept": "text/html"}


@attrs.frozen(kw_only=True)
class _Resource:
    """A resource with settings.

    Attributes:
        path: Where it is written and read.
        wrap: Makes a body of the settings of an entry.
        pick: Finds the settings in the list.
        values: Each setting with two values.
        always: Settings that are sent with every other one.
        shown: How a value is read back, if not as it was sent.
        remove: Deletes the entry.
        headers: Sent when it is written.
    """

    path: str
    wrap: Callable[[dict[str, Any]], dict[str, Any]]
    pick: Callable[[Exchange], dict[str, Any] | None]
    values: dict[str, tuple[Any, Any]]
    always: tuple[str, ...] = ()
    shown: dict[str, Callable[[Any], Any]] = attrs.field(factory=dict)
    remove: str
    headers: dict[str, str] | None = None


def _resources(talk: Conversation, word: str) -> tuple[_Resource, ...]:
    """Source: "Global", "Links" and "SE" as observed on FTS 3.13.4."""
    vo, link = talk.name(f"vo-{word}"), talk.name(f"link-{word}")
    source, destination = talk.storage(f"{word}-a"), talk.storage(f"{word}-b")
    ends = {"symbolicname": link, "source": source, "destination": destination}
    return (
        _Resource(
            path="/config/global",
            wrap=lambda values: {"vo_name": vo, **values},
            pick=lambda answer: record(answer).get(vo),
            values={
                "retry": (3, 5),
                "max_time_queue": (24, 48),
                "global_timeout": (7200, 60),
                "sec_per_mb": (2, 1),
                "no_streaming": (True, False),
                "show_user_dn": (True, False),
            },
            remove=f"/config/global?vo_name={vo}",
            headers=_PAGE,
        ),
        _Resource(
            path="/config/links",
            wrap=lambda values: {**ends, **values},
            pick=lambda answer: find(answer, symbolicname=link),
            values={
                "min_active": (4, 3),
                "max_active": (40, 30),
                "optimizer_mode": (1, 3),
                "tcp_buffer_size": (65536, 1024),
                "nostreams": (8, 1),
                "no_delegation": (True, False),
            },
            # A limit that is left out counts as 2 where the two are compared.
            always=("min_active", "max_active"),
            remove=f"/config/links/{link}",
        ),
        _Resource(
            path="/config/se",
            wrap=lambda values: {source: {"se_info": values}} if values else {},
            pick=lambda answer: (record(answer).get(source) or {}).get("se_info"),
            values={
                "inbound_max_active": (100, 10),
                "outbound_max_active": (200, 20),
                "inbound_max_throughput": (12.5, 1.25),
                "outbound_max_throughput": (25.5, 2.5),
                "ipv6": (1, 0),
                "udt": (1, 0),
                "debug_level": (2, 1),
                "site": ("fts-contract", "other"),
                "se_metadata": ("one", "two"),
                "skip_eviction": (1, 0),
                "overwrite_disk_enabled": (1, 0),
                "tpc_support": ("PULL", "PUSH"),
            },
            # Columns of one character come back as strings.
            shown={"skip_eviction": str, "overwrite_disk_enabled": str},
            remove=f"/config/se?se={source}",
        ),
    )


def _settings(talk: Conversation) -> Iterator[Fault]:
    for resource, other in zip(_resources(talk, "one"), _resources(talk, "other"), strict=True):
        firsts = {name: first for name, (first, _) in resource.values.items()}
        try:
            _write(talk, other, firsts)
            yield from _one_by_one(talk, resource)
            seen = talk.ask("GET", resource.path)
            kept = {name: _shown(other, name, value) for name, value in firsts.items()}
            yield from keeps(seen, other.pick(seen), kept, after="a change of another entry")
            talk.ask("DELETE", resource.remove)
            seen = talk.ask("GET", resource.path)
            yield from same(seen, "entry", resource.pick(seen), None, after="a delete")
            yield from keeps(seen, other.pick(seen), kept, after="a delete of another entry")
        finally:
            talk.undo("DELETE", resource.remove)
            talk.undo("DELETE", other.remove)


def _one_by_one(talk: Conversation, resource: _Resource) -> Iterator[Fault]:
    known = {name: resource.values[name][1] for name in resource.always}
    for turn in (0, 1):
        for name, values in resource.values.items():
            _write(talk, resource, {k: known[k] for k in resource.always} | {name: values[turn]})
            known[name] = _shown(resource, name, values[turn])
            seen = talk.ask("GET", resource.path)
            yield from keeps(seen, resource.pick(seen), known, after=f"a change of {name}")
            for setting in set(known) - {name}:
                # Report a lost value once, not again for each later change.
                known[setting] = (resource.pick(seen) or {}).get(setting, known[setting])


def _write(talk: Conversation, resource: _Resource, values: dict[str, Any]) -> None:
    talk.ask("POST", resource.path, json=resource.wrap(values), headers=resource.headers)


def _shown(resource: _Resource, name: str, value: Any) -> Any:
    return resource.shown.get(name, lambda same: same)(value)


PROBES = (
    Probe(
        check="settings-one-by-one",
        meaning="a setting that is written alone is not read back, or another one changes with it",
        operations=(
            "set_global_config",
            "get_global_config",
            "set_link",
            "list_links",
            "set_se_config",
            "get_se_config",
        ),
        level="config",
        run=_settings,
    ),
)
