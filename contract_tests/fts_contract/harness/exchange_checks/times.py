"""`times`: times are in UTC, in order, in their unit, and not in the future.

Source: "Records", and `YYYY-MM-DDTHH:MM:SS`, UTC, no zone, no fraction, as observed on FTS 3.13.4.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import file_rows, job_rows
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORMAT", "TIMES", "parse_time"]

FORMAT = "%Y-%m-%dT%H:%M:%S"

_SKEW = timedelta(minutes=5)
"""The database and the web server may run on two hosts."""

_PAST = frozenset(
    {
        "submit_time",
        "job_finished",
        "start_time",
        "finish_time",
        "staging_start",
        "staging_finished",
        "archive_start_time",
        "archive_finish_time",
        "addition_time",
        "datetime",
    }
)
"""Times that the server records when something happens."""

_FREE = re.compile(r".*_metadata|level")
"""Members whose values users choose."""
_FREE_OPERATIONS = frozenset(
    {"list_optimizer_evolution", "list_optimizer_current", "set_optimizer_current"}
)
"""Callers that write to the optimizer choose the time of the row."""

_ORDERS = (
    ("submit_time", "job_finished"),
    ("staging_start", "staging_finished"),
    ("staging_finished", "start_time"),
    ("start_time", "finish_time"),
    ("archive_start_time", "archive_finish_time"),
)
_LONGEST_S, _FAR_AHEAD_S = 10**7, 10**11
"""Read as seconds since 1970, a time in milliseconds is after the year 5138, and a duration (up to 115 days) in 1970."""


def parse_time(value: Any) -> datetime | None:
    """Read a time as the server writes it; None when the value is not in that form."""
    return _read(value) if isinstance(value, str) else None


@lru_cache(maxsize=1000)  # The same times come again and again.
def _read(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _judge(context: Context) -> Iterator[Flaw]:
    if context.status >= 300 or context.body is None:  # noqa: PLR2004 - a class of statuses
        return
    now = context.exchange.date
    if now is not None and context.name not in _FREE_OPERATIONS:
        yield from _future(context.body, now + _SKEW)
    yield from _of_jobs(context)
    if context.name == "list_file_retries":
        yield from _attempts(context.rows)
    if context.name == "stat_file":
        for row in context.rows:
            for key in ("atime", "mtime", "ctime"):
                yield from _moment(row.get(key), key)


def _of_jobs(context: Context) -> Iterator[Flaw]:
    for job in job_rows(context):
        yield from _ordered(job)
        yield from _after_submission(job)
        # Without a limit it is null.
        yield from _moment(job.get("max_time_in_queue"), "max_time_in_queue", least=0)
    for file in file_rows(context):
        yield from _ordered(file)
        if context.live:
            yield from _duration(file)


def _future(value: Any, latest: datetime, name: str = "") -> Iterator[Flaw]:
    if isinstance(value, list):
        for item in value:
            yield from _future(item, latest, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not _is_free(key):
                yield from _future(item, latest, key)
    elif name in _PAST and (moment := parse_time(value)) and moment > latest:
        yield Flaw(f"{name} is in the future: {value}", name)


@lru_cache(maxsize=1000)  # The same names come in every row.
def _is_free(name: str) -> bool:
    return _FREE.fullmatch(name) is not None


def _ordered(row: dict[str, Any]) -> Iterator[Flaw]:
    for first, second in _ORDERS:
        yield from _not_before(row, first, row, second)


def _after_submission(job: dict[str, Any]) -> Iterator[Flaw]:
    for file in rows_of(job.get("files")):
        for key in ("start_time", "finish_time", "staging_start"):
            yield from _not_before(job, "submit_time", file, key)


def _not_before(
    one: dict[str, Any], first: str, other: dict[str, Any], second: str
) -> Iterator[Flaw]:
    begin, end = parse_time(one.get(first)), parse_time(other.get(second))
    if begin and end and end < begin:
        yield Flaw(f"{second} {other[second]} is before {first} {one[first]}", second)


def _duration(file: dict[str, Any]) -> Iterator[Flaw]:
    begin, end = parse_time(file.get("start_time")), parse_time(file.get("finish_time"))
    taken = file.get("tx_duration")
    if begin is None or end is None or not isinstance(taken, int | float):
        return
    # A transfer cannot take longer than from start to finish; in milliseconds the value is a thousand times higher.
    if taken > (end - begin + _SKEW).total_seconds():
        yield Flaw(
            f"tx_duration is {taken:g} s, longer than from {begin:%T} to {end:%T}", "tx_duration"
        )


def _moment(value: Any, name: str, *, least: int = 1) -> Iterator[Flaw]:
    if isinstance(value, int) and (value > _FAR_AHEAD_S or least <= value < _LONGEST_S):
        yield Flaw(f"{name} is {value}, expected seconds since 1970", name)


def _attempts(rows: list[dict[str, Any]]) -> Iterator[Flaw]:
    dated = [
        (row["attempt"], moment)
        for row in rows
        if isinstance(row.get("attempt"), int) and (moment := parse_time(row.get("datetime")))
    ]
    for (_, earlier), (attempt, later) in pairwise(sorted(dated)):
        if later < earlier:
            yield Flaw(f"attempt {attempt} is earlier than the attempt before it", "datetime")


TIMES = Check("times", "a time is in the future, out of order, or in another unit", _judge)
