"""Lists under filters, pairs of filters, limits and windows: what they leave over of the whole list follows from its rows."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attrs

from fts_contract.harness.exchange_checks.wire_times import date_of, parse_time
from fts_contract.harness.probes.answers import rows
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.reading import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_Row = dict[str, Any]
_Query = dict[str, str]
_STATES: Final = "SUBMITTED,READY,ACTIVE,STAGING,ARCHIVING,FINISHED,FINISHEDDIRTY,FAILED,CANCELED"
_VALUES: Final = 3
_PAIRS: Final = 2
_LONG: Final = 100
_NEEDED: Final = (
    "job_id,job_state,source_se,dest_se,user_dn,cred_id,vo_name,submit_time,job_finished"
)
"""Fields to ask for where a list of jobs is longer than that."""


@attrs.frozen(kw_only=True)
class _Listing:
    """A list with its filters.

    Attributes:
        operation: Id of the operation.
        path: Its path.
        base: The query of the whole list.
        most: The list is cut off at so many rows.
        filters: Parameter to the field whose value it selects.
        key: Fields that tell rows apart.
        any_case: Filters that compare without case.
        sorted_by: Field by which the newest rows come first, and are kept by a limit; None for no order.
        level: Level that the caller needs.
    """

    operation: str
    path: str
    base: _Query
    most: int
    filters: dict[str, str]
    key: tuple[str, ...]
    any_case: frozenset[str] = frozenset()
    sorted_by: str | None = None
    level: str | None = None

    def ask(self, talk: Conversation, query: _Query | Iterable[tuple[str, str]]) -> Exchange:
        """Ask for the list, with the parameters in this order."""
        pairs = query.items() if isinstance(query, dict) else query
        text = "&".join(f"{name}={quote(value, safe=',')}" for name, value in pairs)
        return talk.ask("GET", f"{self.path}?{text}" if text else self.path)

    def keys(self, some: Iterable[_Row]) -> Counter[str]:
        """Name rows, for comparison."""
        return Counter(" ".join(str(row.get(name)) for name in self.key) for row in some)

    def selects(self, row: _Row, query: _Query) -> bool:
        """Say whether a row fits the filters of a query."""
        return all(
            self._fits(str(row.get(field)), query[name], name)
            for name, field in self.filters.items()
            if name in query and query[name] != self.base.get(name)
        )

    def _fits(self, value: str, wanted: str, name: str) -> bool:
        if name == "state_in":
            return value in wanted.upper().split(",")
        if name in self.any_case:
            return value.lower() == wanted.lower()
        return value == wanted


_ENDS = {"source_se": "source_se", "dest_se": "dest_se"}
_STORAGES = frozenset(_ENDS)
_OF_JOBS = {
    **_ENDS,
    "state_in": "job_state",
    "user_dn": "user_dn",
    "dlg_id": "cred_id",
    "vo_name": "vo_name",
}
_LISTINGS: Final = (
    _Listing(
        operation="list_jobs",
        path="/jobs",
        base={"state_in": _STATES, "limit": "500"},
        most=500,
        filters=_OF_JOBS,
        key=("job_id",),
        any_case=_STORAGES,
        sorted_by="submit_time",
    ),
    _Listing(
        operation="list_jobs",
        path="/jobs",
        base={},
        most=10**6,
        filters=_OF_JOBS,
        key=("job_id",),
        any_case=_STORAGES,
    ),
    _Listing(
        operation="list_files",
        path="/files",
        base={},
        most=1000,
        filters={
            **_ENDS,
            "dest_surl": "dest_surl",
            "state_in": "file_state",
            "vo_name": "vo_name",
        },
        key=("file_id",),
    ),
    _Listing(
        operation="list_optimizer_current",
        path="/optimizer/current",
        base={},
        most=10**6,
        filters=_ENDS,
        key=("source_se", "dest_se"),
    ),
    _Listing(
        operation="list_optimizer_evolution",
        path="/optimizer/evolution",
        base={},
        most=50,
        filters=_ENDS,
        key=("source_se", "dest_se", "datetime", "active", "rationale"),
    ),
    _Listing(
        operation="list_grants",
        path="/config/authorize",
        base={},
        most=10**6,
        filters={"dn": "dn", "operation": "operation"},
        key=("dn", "operation"),
        level="config",
    ),
)


def _list(talk: Conversation, listing: _Listing) -> Iterator[Fault]:
    own = {"user_dn": talk.identity.user_dn, "dlg_id": talk.identity.delegation_id}
    own |= {"vo_name": talk.identity.vos[0]} if talk.identity.vos else {}
    whole = rows(listing.ask(talk, listing.base))
    if not whole:
        raise NotApplicableError("the list is empty")
    complete = len(whole) < listing.most
    if listing.operation == "list_jobs" and len(whole) > _LONG:
        listing = attrs.evolve(listing, base={**listing.base, "fields": _NEEDED})
    for query in _queries(listing, whole, own):
        yield from _check(talk, listing, query, whole, complete=complete)
    if listing.sorted_by and complete:
        yield from _limits(talk, listing, whole)
        yield from _windows(talk, listing, whole)


def _all(talk: Conversation) -> Iterator[Fault]:
    skipped: list[str] = []
    for listing in _LISTINGS:
        if not any(operation.operation_id == listing.operation for operation in talk.selected):
            continue
        try:
            yield from _list(talk.at_level(listing.level), listing)
        except NotApplicableError as error:
            skipped.append(f"{listing.path}: {error}")
    if len(skipped) == len(_LISTINGS):
        raise NotApplicableError("; ".join(skipped))


def _queries(listing: _Listing, whole: list[_Row], own: dict[str, str]) -> Iterator[_Query]:
    """Each filter with values that some rows have, and with values that no row has; and pairs of filters."""
    values: dict[str, list[str]] = {}
    for name, field in listing.filters.items():
        values[name] = [own[name]] if name in own else _values(whole, field)
        for value in (*values[name], *_like(values[name], name, listing)):
            yield {**listing.base, name: value}
    for one, two in itertools.combinations(values, 2):
        for first, second in itertools.islice(itertools.product(values[one], values[two]), _PAIRS):
            yield {**listing.base, one: first, two: second}


def _values(whole: list[_Row], field: str) -> list[str]:
    counted = Counter(str(row[field]) for row in whole if row.get(field) not in {None, "", "*"})
    ranked = [value for value, _ in counted.most_common()]
    return list(dict.fromkeys([*ranked[: _VALUES - 1], *ranked[-1:]]))


def _like(some: list[str], name: str, listing: _Listing) -> Iterator[str]:
    """Other spellings of a value, and values that only look like it: by a wildcard, a prefix, an escape, a quote."""
    if not some or name in {"user_dn", "dlg_id", "vo_name"}:
        return
    value = some[0]
    yield f"{value}x"
    yield value[:-1]
    if name in listing.any_case:
        yield value.upper()
    if name == "state_in":
        yield value.lower()
        yield ",".join([*some, "NO_SUCH_STATE"])
        yield ",".join(some[:2])
    else:
        yield f"{value[:-1]}%"
        yield f"{value[:-1]}_"
        yield quote(value, safe="").replace("_", "%5F")
        yield f"{value}' OR '1'='1"


def _check(
    talk: Conversation, listing: _Listing, query: _Query, whole: list[_Row], *, complete: bool
) -> Iterator[Fault]:
    """Compare a selection with the rows of the whole list that fit."""
    where = "&".join(name for name in query if query[name] != listing.base.get(name))
    answer = listing.ask(talk, query)
    if answer.status != 200:  # noqa: PLR2004 - the checks of single answers judge that
        return
    wanted = [row for row in whole if listing.selects(row, query)]
    if _same(listing, rows(answer), wanted, complete=complete):
        backwards = listing.ask(talk, list(reversed(query.items())))
        if len(query) > len(listing.base) + 1 and not _same(
            listing, rows(backwards), wanted, complete=complete
        ):
            yield Fault(backwards, "the order of the parameters changes what is listed", where)
        return
    # The server may have changed; only a difference that stays counts.
    whole = rows(listing.ask(talk, listing.base))
    wanted = [row for row in whole if listing.selects(row, query)]
    again = listing.ask(talk, query)
    if _same(listing, rows(again), wanted, complete=complete):
        return
    got, due = listing.keys(rows(again)), listing.keys(wanted)
    some = next(iter(got - due), None)
    text = f"lists {some}" if some else f"leaves out {next(iter(due - got))}"
    yield Fault(again, f"the list with {where} {text}, unlike the rows of the whole list", where)


def _same(listing: _Listing, got: list[_Row], wanted: list[_Row], *, complete: bool) -> bool:
    extra = listing.keys(got) - listing.keys(wanted)
    lost = listing.keys(wanted) - listing.keys(got)
    if complete:
        return not extra and not lost
    # Beyond the limit there may be more.
    return not lost if len(got) < listing.most else True


def _limits(talk: Conversation, listing: _Listing, whole: list[_Row]) -> Iterator[Fault]:
    """The rows are sorted before a limit cuts them off, and after they were filtered."""
    field = str(listing.sorted_by)
    sources = [str(row["source_se"]) for row in whole if row.get("source_se")]
    for query in ({}, *({"source_se": source} for source in dict.fromkeys(sources[-1:]))):
        for limit in (1, 2, 3, 5, len(whole) - 1):
            if not 0 < limit <= listing.most:
                continue
            full = {**listing.base, **query}
            answer = listing.ask(talk, {**full, "limit": str(limit)})
            got = [row.get(field) for row in rows(answer)]
            wanted = _newest(whole, listing, full, field, limit)
            if got == wanted:
                continue
            whole = rows(listing.ask(talk, listing.base))
            again = listing.ask(talk, {**full, "limit": str(limit)})
            got = [row.get(field) for row in rows(again)]
            wanted = _newest(whole, listing, full, field, limit)
            if got != wanted:
                text = f"limit={limit} gives {field} {short(got)}, of the whole list {short(wanted)} are the newest"
                yield Fault(again, text, "limit")
                return


def _newest(
    whole: list[_Row], listing: _Listing, query: _Query, field: str, limit: int
) -> list[str]:
    times = [str(row.get(field)) for row in whole if listing.selects(row, query)]
    return sorted(times, reverse=True)[:limit]


def _windows(talk: Conversation, listing: _Listing, whole: list[_Row]) -> Iterator[Fault]:
    """Source: `time_window` as observed on FTS 3.13.4: jobs that ended within so many hours, or hours and minutes."""
    ended = [row for row in whole if parse_time(row.get("job_finished"))]
    if not ended:
        return
    for text, window in (
        ("1", timedelta(hours=1)),
        ("48", timedelta(hours=48)),
        ("0:30", timedelta(minutes=30)),
        ("2:30", timedelta(hours=2, minutes=30)),
        ("720", timedelta(hours=720)),
    ):
        answer = listing.ask(talk, {"state_in": _STATES, "time_window": text})
        now = date_of(answer)
        if now is None:
            return
        got = {str(row.get("job_id")) for row in rows(answer)}
        for row in ended:
            age = now - (parse_time(row["job_finished"]) or now)
            if abs(age - window) < timedelta(minutes=2):
                continue  # At the edge; the clocks may differ.
            inside = age < window
            if inside != (str(row.get("job_id")) in got):
                told = "leaves out" if inside else "lists"
                message = f"time_window={text} {told} a job that ended at {row['job_finished']}"
                yield Fault(answer, message, "time_window")
                break


PROBES = (
    Probe(
        check="filters-add-up",
        meaning="a list with filters, a limit or a window is not what they leave over of the list without",
        operations=tuple(dict.fromkeys(listing.operation for listing in _LISTINGS)),
        profile="safe",
        run=_all,
    ),
)
