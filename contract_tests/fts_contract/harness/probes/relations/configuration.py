"""The views of the configuration fit together: lists with single entries, filters, completions, and hosts with files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs

from fts_contract.harness.probes.answers import find, listed, record, rows
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.reading import MISSING, Reading, agree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_MOST: Final = 3
_MOST_PAIRS: Final = 5
_RUN: Final = "/files?state_in=ACTIVE,STARTED"
_MOST_FILES: Final = 1000
_RUNNING: Final = (
    ("active", "ACTIVE", "transfer_host"),
    ("staging", "STARTED", "staging_host"),
)
# Such names cannot be asked for in a path. Source: "Links" as observed on FTS 3.13.4.
_UNADDRESSABLE: Final = frozenset("/%\\?#")


def _singles(talk: Conversation) -> Iterator[Fault]:
    """Source: the resources of /config as observed on FTS 3.13.4."""
    found = False
    for what, path, names, entry, single, pick in (
        (
            "link",
            "/config/links",
            _field("symbolicname"),
            _row("symbolicname"),
            "/config/links/{}",
            _object,
        ),
        (
            "activity shares",
            "/config/activity_shares",
            _keys,
            _key,
            "/config/activity_shares/{}",
            _object,
        ),
        (
            "users",
            "/config/cloud_storage",
            _field("storage_name"),
            _users,
            "/config/cloud_storage/{}",
            _list,
        ),
        ("storage", "/config/se", _keys, _key, "/config/se?se={}", None),
    ):
        every = talk.ask("GET", path)
        for name in [
            n for n in names(every) if n and not set(n) & (_UNADDRESSABLE if pick else set())
        ][:_MOST]:
            found = True
            alone = Reading(talk, single.format(quote(name, safe="*")), pick or _key(name))
            yield from agree(Reading(talk, path, entry(name)), alone, f"one {what}")
            # Source: "Name matching" as observed on FTS 3.13.4.
            in_capitals = attrs.evolve(alone, path=single.format(quote(name.upper(), safe="*")))
            shown = f"one {what} by its name in capitals"
            yield from agree(alone, attrs.evolve(in_capitals, pick=_shown(alone.pick)), shown)
            if not pick:
                yield from _only_that(talk, alone.path, name)
    if not found:
        raise NotApplicableError("nothing is configured")


def _only_that(talk: Conversation, path: str, name: str) -> Iterator[Fault]:
    answer = talk.ask("GET", path)
    for other in record(answer):
        if other.lower() != name.lower():
            yield Fault(answer, f"the filter by storage {name} lists {other}", "se")


def _completed(talk: Conversation) -> Iterator[Fault]:
    """Source: "Autocomplete" as observed on FTS 3.13.4: the ends of the links, each once."""
    for _ in range(2):
        links = rows(talk.ask("GET", "/config/links"))
        ends = {
            "source": {str(link.get("source")) for link in links},
            "destination": {str(link.get("destination")) for link in links},
        }
        ends["storage"] = ends["source"] | ends["destination"]
        wrong = []
        for path, wanted in ends.items():
            answer = talk.ask("GET", f"/autocomplete/{path}?term=")
            if answer.status == 200 and sorted(map(str, listed(answer))) != sorted(wanted):  # noqa: PLR2004
                wrong.append(
                    Fault(answer, f"the completions of {path} are not the ends of the links", path)
                )
        if not wrong:
            return
    yield from wrong


def _hosts(talk: Conversation) -> Iterator[Fault]:
    """Source: "Status" as observed on FTS 3.13.4: files in ACTIVE by transfer host, in STARTED by staging host."""
    for last in (False, True):
        # What a list may show depends on the caller, so these of the administrator are not judged as the caller's.
        before = talk.session.ask("GET", _RUN, phase="probe")
        answer = talk.ask("GET", "/status/hosts")
        after = talk.session.ask("GET", _RUN, phase="probe")
        counts = [
            Counter(
                # Files without a host count under "null".
                (str(file.get(field) or "null"), name)
                for file in rows(seen)
                for name, state, field in _RUNNING
                if file.get("file_state") == state
            )
            for seen in (before, after)
        ]
        every = talk.identity.level.get("transfer") == "all" and len(rows(after)) < _MOST_FILES
        wrong = []
        for host, shown in record(answer).items():
            for name, _, _ in _RUNNING:
                told = shown.get(name, 0) if isinstance(shown, dict) else 0
                listed_there = counts[0][host, name]
                # A caller who does not see all files may be told of more.
                if isinstance(told, int) and (
                    told < listed_there or (every and told > listed_there)
                ):
                    text = f"{told} files {name} on a host, but {listed_there} are listed"
                    wrong.append(Fault(answer, text, name))
        if not wrong or (last and counts[0] == counts[1]):
            yield from wrong
            return


def _optimizer(talk: Conversation) -> Iterator[Fault]:
    """Source: "Optimizer" as observed on FTS 3.13.4: one row for each source and destination."""
    decided = rows(talk.ask("GET", "/optimizer/evolution"))
    pairs = dict.fromkeys((row.get("source_se"), row.get("dest_se")) for row in decided)
    if not pairs:
        raise NotApplicableError("the optimizer has decided nothing")
    for pair in list(pairs)[:_MOST_PAIRS]:
        query = urlencode({"source_se": str(pair[0]), "dest_se": str(pair[1])})
        alone = Reading(talk, f"/optimizer/current?{query}", _of_pair(*pair))
        known = alone()[1]
        if known:
            whole = Reading(talk, "/optimizer/current", _shown(alone.pick))
            yield from agree(alone, whole, "the whole list", known=known)


def _of_pair(source: Any, destination: Any) -> Callable[[Exchange], Any]:
    return lambda answer: find(answer, source_se=source, dest_se=destination)


def _shown(pick: Callable[[Exchange], Any]) -> Callable[[Exchange], Any]:
    """Read the same value, but compare also when there is none."""
    return lambda answer: MISSING if (value := pick(answer)) is None else value


def _field(name: str) -> Callable[[Exchange], list[str]]:
    return lambda answer: [str(row[name]) for row in rows(answer) if row.get(name)]


def _keys(answer: Exchange) -> list[str]:
    return list(record(answer))


def _row(name: str) -> Callable[[str], Callable[[Exchange], Any]]:
    return lambda value: (
        lambda answer: next((row for row in rows(answer) if row.get(name) == value), None)
    )


def _key(name: str) -> Callable[[Exchange], Any]:
    return lambda answer: record(answer).get(name)


def _users(name: str) -> Callable[[Exchange], Any]:
    def pick(answer: Exchange) -> Any:
        row = next((row for row in rows(answer) if row.get("storage_name") == name), {})
        return sorted(map(str, row.get("users") or ()))

    return pick


def _object(answer: Exchange) -> Any:
    return record(answer) or None


def _list(answer: Exchange) -> Any:
    return sorted(map(str, listed(answer)))


PROBES = (
    Probe(
        check="configuration-matches",
        meaning="an entry of the configuration differs between the list and the request for it alone",
        operations=(
            "list_links",
            "get_link",
            "list_activity_shares",
            "get_activity_shares",
            "list_cloud_storages",
            "list_cloud_storage_users",
            "get_se_config",
        ),
        profile="safe",
        level="config",
        run=_singles,
    ),
    Probe(
        check="completions-match",
        meaning="the completions of storages are not the ends of the links",
        operations=("complete_source", "complete_destination", "complete_storage", "list_links"),
        profile="safe",
        level="config",
        run=_completed,
    ),
    Probe(
        check="optimizer-matches",
        meaning="the optimizer has a row for a pair of storages when asked for it, but not in the whole list",
        operations=("list_optimizer_current", "list_optimizer_evolution"),
        profile="safe",
        run=_optimizer,
    ),
    Probe(
        check="hosts-match",
        meaning="a host has fewer running files than are listed for it",
        operations=("get_host_activity", "list_files"),
        profile="safe",
        level="config",
        run=_hosts,
    ),
)
