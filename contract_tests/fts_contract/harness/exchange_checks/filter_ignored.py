"""`filter-ignored`: a list contains nothing that the query excludes, as far as the answer alone shows.

Source: `GET /jobs`, `GET /files`, `/optimizer` and `/autocomplete` as observed on FTS 3.13.4.
"""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS, job_rows, state_of
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of
from fts_contract.harness.exchange_checks.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FILTER_IGNORED"]

_NEWEST = 50
"""Limit of `GET /optimizer/evolution`, in rows."""
_MOST_FILES = 1000
"""Limit of `GET /files`, in rows."""
_SLACK = timedelta(minutes=5)
_PLAIN = re.compile(r"[ -~]*")


def _judge(context: Context) -> Iterator[Flaw]:
    if context.status != HTTPStatus.OK or context.body is None:
        return
    judge = _JUDGES.get(context.name)
    if judge is not None:
        yield from judge(context)
    elif context.name.startswith("complete_") and context.operation.path.startswith("/auto"):
        yield from _completions(context)


def _jobs(context: Context) -> Iterator[Flaw]:
    query, rows, caller = context.query, context.rows, context.caller
    limit = _integer(query.get("limit"))
    if limit and 0 < limit < len(rows):
        yield Flaw(f"{len(rows)} jobs, although limit={limit}", "limit")
    yield from _same(context, {"source_se": "source_se", "dest_se": "dest_se"})
    yield from _all(rows, "user_dn", query.get("user_dn"), "user_dn")
    yield from _all(rows, "cred_id", query.get("dlg_id"), "dlg_id")
    if caller.transfer_level == "vo":
        yield from _all(rows, "vo_name", caller.vo, "vo_name")
    elif caller.transfer_level == "all":
        yield from _all(rows, "vo_name", query.get("vo_name"), "vo_name")
    if limit:
        # Without a limit, or with 0, FTS does not sort.
        yield from _newest_first(rows, "submit_time")
    yield from _states(context, rows, limit)
    if fields := query.get("fields"):
        yield from _selected(rows, fields, "fields")


def _states(context: Context, rows: list[dict[str, Any]], limit: int | None) -> Iterator[Flaw]:
    """Without `state_in`, `limit` or `time_window` only jobs that have not ended are listed."""
    state_in = context.query.get("state_in")
    if state_in:
        yield from _state_in(rows, "job_state", state_in)
    if state_in and limit is not None:
        return
    window = _window(context.query.get("time_window")) if state_in else None
    now = context.exchange.date
    for row in rows:
        ended = _has_ended(row)
        if ended is not None and ended != (window is not None):
            yield Flaw(
                f"the list has a job that has {'not ' if window else ''}ended",
                "time_window" if window else "state_in",
            )
            return
        finished = parse_time(row.get("job_finished"))
        if window is not None and now and finished and finished < now - window - _SLACK:
            yield Flaw(
                f"the list has a job that ended at {row['job_finished']}, before the time window",
                "time_window",
            )
            return


def _has_ended(row: dict[str, Any]) -> bool | None:
    if "job_finished" in row:
        return row["job_finished"] is not None
    state = state_of(row)
    return None if state is None else state in ENDED_JOBS


def _files(context: Context) -> Iterator[Flaw]:
    query, rows = context.query, context.rows
    if len(rows) > _MOST_FILES:
        yield Flaw(f"{len(rows)} files, expected at most {_MOST_FILES}", "limit")
    names = {"source_se": "source_se", "dest_se": "dest_se", "dest_surl": "dest_surl"}
    yield from _same(context, names)
    if context.caller.transfer_level == "vo":
        yield from _all(rows, "vo_name", context.caller.vo, "vo_name")
    elif context.caller.transfer_level == "all":
        yield from _all(rows, "vo_name", query.get("vo_name"), "vo_name")
    if state_in := query.get("state_in"):
        yield from _state_in(rows, "file_state", state_in)
    if any(state_of(row, "file_state") in {"FINISHED", "FAILED"} for row in rows):
        yield Flaw("the list has a file that has ended", "state_in")


def _files_of_jobs(context: Context) -> Iterator[Flaw]:
    # An empty selection also counts as one.
    selects = re.search(r"[?&]files=", context.exchange.url)
    for job in job_rows(context):
        if "files" in job and not selects:
            yield Flaw("the job has files, although the query does not ask for them", "files")
            return
        if "files" not in job and selects:
            yield Flaw("the job has no files, although the query asks for them", "files")
            return
        yield from _selected(
            rows_of(job.get("files", [])), context.query.get("files", ""), "files"
        )


def _optimizer(context: Context) -> Iterator[Flaw]:
    yield from _same(context, {"source_se": "source_se", "dest_se": "dest_se"})
    if context.name == "list_optimizer_evolution" and len(context.rows) > _NEWEST:
        yield Flaw(f"{len(context.rows)} rows, expected at most {_NEWEST}", "")
    yield from _newest_first(context.rows, "datetime")
    if context.name == "list_optimizer_current":
        pairs = [(row.get("source_se"), row.get("dest_se")) for row in context.rows]
        if len(set(map(str, pairs))) < len(pairs):
            yield Flaw("a pair of storages is listed twice", "source_se")


def _completions(context: Context) -> Iterator[Flaw]:
    term = context.query.get("term", "")
    # The database treats % and _ as wildcards, and compares characters beyond ASCII by its own rules.
    if not isinstance(context.body, list) or not re.fullmatch(r"[!-$&-\[\]^`-~]+", term):
        return
    for item in context.body:
        if isinstance(item, str) and not item.lower().startswith(term.lower()):
            yield Flaw(f"{item!r} does not begin with {term!r}", "term")
            return


def _audit(context: Context) -> Iterator[Flaw]:
    yield from _newest_first(context.rows, "datetime")


_JUDGES: dict[str, Callable[[Context], Iterator[Flaw]]] = {
    "list_jobs": _jobs,
    "list_files": _files,
    "get_jobs": _files_of_jobs,
    "list_optimizer_evolution": _optimizer,
    "list_optimizer_current": _optimizer,
    "list_config_audit": _audit,
}


def _same(context: Context, names: dict[str, str]) -> Iterator[Flaw]:
    for parameter, key in names.items():
        yield from _all(context.rows, key, context.query.get(parameter), parameter)


def _all(
    rows: list[dict[str, Any]], key: str, wanted: str | None, parameter: str
) -> Iterator[Flaw]:
    """Compare as the database does: without case and trailing blanks; text beyond ASCII is not judged."""
    if not wanted or not _PLAIN.fullmatch(wanted):
        return
    for row in rows:
        if key in row and str(row[key]).rstrip().lower() != wanted.rstrip().lower():
            yield Flaw(f"{key} is {row[key]!r}, although {parameter} is {wanted!r}", parameter)
            return


def _state_in(rows: list[dict[str, Any]], key: str, wanted: str) -> Iterator[Flaw]:
    if not _PLAIN.fullmatch(wanted):
        return
    states = {state.rstrip().upper() for state in wanted.split(",")}
    for row in rows:
        if (state := state_of(row, key)) is not None and state not in states:
            yield Flaw(f"{key} is {state}, not one of {wanted!r}", "state_in")
            return


def _newest_first(rows: list[dict[str, Any]], key: str) -> Iterator[Flaw]:
    times = [row[key] for row in rows if isinstance(row.get(key), str)]
    if times != sorted(times, reverse=True):
        yield Flaw(f"the rows are not sorted by {key}, newest first", key)


def _selected(rows: list[dict[str, Any]], wanted: str, parameter: str) -> Iterator[Flaw]:
    names = set(wanted.split(","))
    for row in rows:
        if extra := sorted(set(row) - names):
            yield Flaw(f"the rows have the field {extra[0]}, which was not asked for", parameter)
            return


def _integer(text: str | None) -> int | None:
    """Read a number as the server does; other text is ignored."""
    return int(text) if text and re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", text, re.ASCII) else None


def _window(text: str | None) -> timedelta | None:
    """Read hours, or hours and minutes; a third part and what cannot be read are ignored."""
    found = re.match(r"\s*([0-9]{1,6})\s*(?::\s*([0-9]{1,6})\s*)?(?=:|$)", text or "", re.ASCII)
    return timedelta(hours=int(found[1]), minutes=int(found[2] or 0)) if found else None


FILTER_IGNORED = Check(
    "filter-ignored",
    "a list shows what the query excludes, or fields that were not asked for",
    _judge,
)
