"""Lists under filters, pairs of filters, limits and windows: each has exactly those rows of the whole list that fit."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import attrs

from fts_contract.harness.exchange_checks.times import parse_time
from fts_contract.harness.probes.answers import rows, short
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.lists import LISTINGS, STATES, Listing, Query, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_VALUES: Final = 3
_PAIRS: Final = 1
_ROUNDS: Final = 3
_LONG: Final = 100
_NEEDED: Final = (
    "job_id,job_state,source_se,dest_se,user_dn,cred_id,vo_name,submit_time,job_finished"
)
"""Fields to ask for where a list of jobs is longer than that."""


def _list(talk: Conversation, listing: Listing) -> Iterator[Fault]:
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
    for listing in LISTINGS:
        if not any(operation.operation_id == listing.operation for operation in talk.selected):
            continue
        try:
            yield from _list(talk.at_level(listing.level), listing)
        except NotApplicableError as error:
            skipped.append(f"{listing.path}: {error}")
    if len(skipped) == len(LISTINGS):
        raise NotApplicableError("; ".join(skipped))


def _queries(listing: Listing, whole: list[Row], own: dict[str, str]) -> Iterator[Query]:
    """Each filter with values that some rows have, and with values that no row has; and pairs of filters."""
    values: dict[str, list[str]] = {}
    for name, field in listing.filters.items():
        if any(field not in row for row in whole):
            continue  # Nothing can be selected by a missing field; the checks of single answers report it.
        values[name] = [own[name]] if name in own else _values(whole, field)
        for value in values[name]:
            yield {**listing.base, name: value}
    if listing.operation == "list_jobs" and not listing.base:
        return  # The longer list shows the rest.
    for name, some in values.items():
        for value in _like(some, name, listing):
            yield {**listing.base, name: value}
    for one, two in itertools.combinations(values, 2):
        for first, second in itertools.islice(itertools.product(values[one], values[two]), _PAIRS):
            yield {**listing.base, one: first, two: second}


def _values(whole: list[Row], field: str) -> list[str]:
    counted = Counter(str(row[field]) for row in whole if row.get(field) not in {None, "", "*"})
    ranked = [value for value, _ in counted.most_common()]
    return list(dict.fromkeys([*ranked[: _VALUES - 1], *ranked[-1:]]))


def _like(some: list[str], name: str, listing: Listing) -> Iterator[str]:
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
    talk: Conversation, listing: Listing, query: Query, whole: list[Row], *, complete: bool
) -> Iterator[Fault]:
    """Compare a selection with the rows of the whole list that fit."""
    where = "&".join(name for name in query if query[name] != listing.base.get(name))
    answer = listing.ask(talk, query)
    if answer.status != 200:  # noqa: PLR2004 - the checks of single answers judge that
        return
    wanted = [row for row in whole if listing.selects(row, query)]
    if _same(listing, rows(answer), wanted, complete=complete):
        if len(query) > len(listing.base) + 1:
            yield from _backwards(talk, listing, query, wanted, where, complete=complete)
        return
    # Report only a difference that remains while the whole list stays the same.
    before = _selected(talk, listing, query)
    for _ in range(_ROUNDS):
        again = listing.ask(talk, query)
        if _same(listing, rows(again), before, complete=complete):
            return
        after = _selected(talk, listing, query)
        got, due = listing.keys(rows(again)), listing.keys(after)
        if due == listing.keys(before) and got != due:
            some = next(iter(got - due), None)
            text = f"lists {some}" if some else f"leaves out {next(iter(due - got))}"
            message = f"the list with {where} {text}, unlike the rows of the whole list"
            yield Fault(again, message, where)
            return
        before = after


def _backwards(
    talk: Conversation,
    listing: Listing,
    query: Query,
    wanted: list[Row],
    where: str,
    *,
    complete: bool,
) -> Iterator[Fault]:
    """The order of the parameters means nothing."""
    for _ in range(_ROUNDS):
        backwards = listing.ask(talk, list(reversed(query.items())))
        if _same(listing, rows(backwards), wanted, complete=complete):
            return
        # Rows may have come or gone in between.
        wanted = rows(listing.ask(talk, query))
    yield Fault(backwards, "the order of the parameters changes what is listed", where)


def _selected(talk: Conversation, listing: Listing, query: Query) -> list[Row]:
    whole = rows(listing.ask(talk, listing.base))
    return [row for row in whole if listing.selects(row, query)]


def _same(listing: Listing, got: list[Row], wanted: list[Row], *, complete: bool) -> bool:
    extra = listing.keys(got) - listing.keys(wanted)
    lost = listing.keys(wanted) - listing.keys(got)
    if complete:
        return not extra and not lost
    # Beyond the limit there may be more.
    return not lost if len(got) < listing.most else True


def _limits(talk: Conversation, listing: Listing, whole: list[Row]) -> Iterator[Fault]:
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
            # Report only a difference that remains while no newer job comes.
            before = _newest(rows(listing.ask(talk, listing.base)), listing, full, field, limit)
            again = listing.ask(talk, {**full, "limit": str(limit)})
            got = [row.get(field) for row in rows(again)]
            whole = rows(listing.ask(talk, listing.base))
            wanted = _newest(whole, listing, full, field, limit)
            if got != wanted == before:
                text = f"limit={limit} gives {field} {short(got)}, of the whole list {short(wanted)} are the newest"
                yield Fault(again, text, "limit")
                return


def _newest(whole: list[Row], listing: Listing, query: Query, field: str, limit: int) -> list[str]:
    times = [str(row.get(field)) for row in whole if listing.selects(row, query)]
    return sorted(times, reverse=True)[:limit]


def _windows(talk: Conversation, listing: Listing, whole: list[Row]) -> Iterator[Fault]:
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
        *_between(talk.ask("GET", "/jobs?limit=1").date, ended),
    ):
        answer = listing.ask(talk, {"state_in": STATES, "time_window": text})
        now = answer.date
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


def _between(now: datetime | None, ended: list[Row]) -> Iterator[tuple[str, timedelta]]:
    """Give a window in which a job ended, but before which it was submitted."""
    spans = [
        (end - start, end - (end - start) / 2)
        for row in ended
        if (start := parse_time(row.get("submit_time")))
        and (end := parse_time(row["job_finished"]))
    ]
    if now is not None and spans:
        minutes = int((now - max(spans)[1]).total_seconds() // 60)
        yield f"0:{minutes}", timedelta(minutes=minutes)


PROBES = (
    Probe(
        check="filters-add-up",
        meaning="a list with filters, a limit or a window does not have exactly those rows of the whole list that fit",
        operations=tuple(dict.fromkeys(listing.operation for listing in LISTINGS)),
        profile="safe",
        run=_all,
    ),
)
