"""Defects of the lists of jobs: filters, windows, limits, and whose jobs they show."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from fts_contract.defects.defect import Defect, Seam, defect_of
from fts_contract.defects.request_seams import query
from fts_contract.defects.seams import on_json
from fts_contract.mock.clock import wire_time
from fts_contract.mock.exchange import Call, Reply
from fts_contract.mock.records import ACTIVE_JOB_STATES, TERMINAL_STATES
from unseen.seams import OK, asking, memory, refusal, rows_instead, rows_of, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler
    from unseen.seams import Application, Receive, Scope, Send

_CACHED_S: Final = 2.0
_STATES: Final = ACTIVE_JOB_STATES | TERMINAL_STATES
_HOUR: Final = 3600


def _limit(call: Call) -> int:
    text = call.argument("limit") or ""
    return int(text) if text.isdecimal() else 0


def _reshaped(change: Callable[[Call, Handler, list[Any]], list[Any]]) -> Seam:
    """Answer other rows than the right ones; a list of chosen fields stays as it is."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        rows = rows_of(reply)
        if rows is None or call.argument("fields") is not None:
            return reply
        return rows_instead(reply, change(call, carry_on, rows))

    return seam


def _cut_before_sorting(call: Call, carry_on: Handler, rows: list[Any]) -> list[Any]:
    limit = _limit(call)
    if not limit or not call.argument("state_in"):
        return rows
    found = rows_of(carry_on(asking(call, {**call.query, "limit": "0"}))) or []
    return sorted(found[:limit], key=lambda row: str(row["submit_time"]), reverse=True)


def _cut_before_filtering(call: Call, carry_on: Handler, rows: list[Any]) -> list[Any]:
    if not _limit(call):
        return rows
    wanted = {name: call.argument(name) for name in ("source_se", "dest_se")}
    found = rows_of(carry_on(without(call, *wanted))) or []
    return [
        row
        for row in found
        if all(v is None or str(row[name]).lower() == v.lower() for name, v in wanted.items())
    ]


def _matching_prefixes(call: Call, carry_on: Handler, rows: list[Any]) -> list[Any]:
    wanted = (call.argument("source_se") or "").lower()
    if not wanted or _limit(call):
        return rows
    found = rows_of(carry_on(without(call, "source_se"))) or []
    return [row for row in found if str(row["source_se"]).lower().startswith(wanted)]


def _window_despite_limit(call: Call, _carry_on: Handler, rows: list[Any]) -> list[Any]:
    hours = (call.argument("time_window") or "").partition(":")[0]
    if not call.argument("state_in") or call.argument("limit") is None or not hours.isdecimal():
        return rows
    since = wire_time(max(call.now - int(hours) * _HOUR, 0))
    return [row for row in rows if row["job_finished"] and row["job_finished"] >= since]


def _open_jobs_of_owner(call: Call, _carry_on: Handler, rows: list[Any]) -> list[Any]:
    if call.query:
        return rows
    return [row for row in rows if row["user_dn"] == call.identity.caller.user_dn]


def _every_state_that_holds_the_word(arguments: dict[str, str]) -> dict[str, str]:
    words = [word for word in arguments.get("state_in", "").upper().split(",") if word]
    found = [state for state in sorted(_STATES) if any(word in state for word in words)]
    return {**arguments, "state_in": ",".join(found)} if set(found) - set(words) else arguments


def _hours_as_minutes(arguments: dict[str, str]) -> dict[str, str]:
    window = arguments.get("time_window", "")
    return {**arguments, "time_window": f"0:{window}"} if window.isdecimal() else arguments


def _empty_filter_kept(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    empty = any(call.query.get(name) == "" for name in ("source_se", "dest_se"))
    return rows_instead(reply, []) if empty and rows_of(reply) else reply


def _last_of_equal_names(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        pairs = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        repeated = len({name for name, _ in pairs}) < len(pairs)
        if repeated and scope["method"] == "GET" and scope["raw_path"].strip(b"/") == b"jobs":
            scope = {**scope, "query_string": urlencode(pairs[::-1]).encode()}
        await app(scope, receive, send)

    return serve


def _nothing_for_zero(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return rows_instead(reply, []) if call.argument("limit") == "0" and rows_of(reply) else reply


def _values_in_order_of_columns(call: Call, body: Any) -> Any:
    """Read a row by position: the columns come in another order than the names that were asked for."""
    if call.argument("fields") is None or not isinstance(body, list):
        return body
    return [dict(zip(row, (row[name] for name in sorted(row)), strict=True)) for row in body]


def _own_dn_excuses_foreign_id(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == OK or call.argument("user_dn") != call.identity.caller.user_dn:
        return reply
    return carry_on(without(call, "dlg_id"))


def _cache_of_all_callers(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    dn, cache = call.identity.caller.user_dn, memory(call)
    key = repr(sorted(call.query.items()))
    before = cache.get(key)
    if before is not None and before[0] != dn and time.monotonic() - before[1] < _CACHED_S:
        cached: Reply = before[2]
        return reply if cached.body == reply.body else cached
    cache[key] = (dn, time.monotonic(), reply)
    return reply


def _quote_ends_the_text(call: Call, carry_on: Handler) -> Reply:
    text = call.argument("source_se") or ""
    before, quote, rest = text.partition("'")
    if not quote or call.identity.caller.is_anonymous:
        return carry_on(call)
    if " or " in f" {rest.lower()} ":
        return carry_on(without(call, "source_se"))
    near = f"near '{rest}' at line 1, WHERE t_job.source_se = '{before}''"
    return refusal(500, f'(1064, "You have an error in your SQL syntax; {near}")')


def _slash_answered_by_backend(call: Call, carry_on: Handler) -> Reply:
    if call.path != "/jobs/":
        return carry_on(call)
    headers = {"Location": "http://fts-backend-2.internal:8080/jobs"}
    return Reply(status=301, content_type=None, headers=headers)


_list_jobs = partial(defect_of, operation="list_jobs", resource="jobs", safe=True)

DEFECTS: Final = (
    _list_jobs(
        "first-found-cut-then-sorted",
        "GET /jobs with state_in takes the first `limit` jobs as the table holds them and then sorts these",
        "order",
        _reshaped(_cut_before_sorting),
    ),
    _list_jobs(
        "limit-counts-jobs-of-other-storages",
        "GET /jobs takes the newest `limit` jobs first, and of these those of the storage asked for",
        "wrong-filter",
        _reshaped(_cut_before_filtering),
    ),
    _list_jobs(
        "state-in-finds-longer-states",
        "GET /jobs?state_in=FINISHED finds FINISHEDDIRTY too: states are searched for the word",
        "wrong-filter",
        query(_every_state_that_holds_the_word),
    ),
    _list_jobs(
        "storage-filter-matches-beginnings",
        "GET /jobs?source_se finds every storage whose name begins with the text",
        "wrong-filter",
        _reshaped(_matching_prefixes),
    ),
    _list_jobs(
        "empty-storage-filter-is-a-filter",
        "GET /jobs with an empty source_se or dest_se looks for storages without a name and finds none",
        "refuses-valid",
        _empty_filter_kept,
    ),
    Defect(
        name="last-of-repeated-arguments-counts",
        description="GET /jobs reads the last of repeated query arguments in place of the first",
        kind="wrong-filter",
        resource="jobs",
        with_operations=("list_jobs",),
        safe=True,
        middleware=_last_of_equal_names,
    ),
    _list_jobs(
        "window-counts-beside-limit",
        "GET /jobs with state_in and limit applies time_window as well, so that older and open jobs are missing",
        "wrong-filter",
        _reshaped(_window_despite_limit),
    ),
    _list_jobs(
        "window-hours-read-as-minutes",
        "GET /jobs reads time_window=H as minutes; H:M is right",
        "wrong-unit",
        query(_hours_as_minutes),
    ),
    _list_jobs(
        "zero-limit-lists-nothing",
        "GET /jobs?limit=0 answers no jobs in place of all",
        "off-by-one",
        _nothing_for_zero,
    ),
    _list_jobs(
        "fields-get-values-of-neighbours",
        "GET /jobs?fields= hands out the values in the order of the columns, under the names in the order asked for",
        "wrong-value",
        on_json(_values_in_order_of_columns),
    ),
    _list_jobs(
        "own-dn-excuses-foreign-delegation-id",
        "GET /jobs accepts the delegation id of somebody else when user_dn is the caller's",
        "authorization-hole",
        _own_dn_excuses_foreign_id,
    ),
    _list_jobs(
        "list-cache-shared-by-callers",
        "GET /jobs is cached for two seconds by its query alone, so that one caller gets the list of another",
        "authorization-hole",
        _cache_of_all_callers,
    ),
    _list_jobs(
        "quote-ends-storage-in-sql",
        "A quote in source_se of GET /jobs reaches SQL: an error with the statement, or every job for `' OR '1'='1`",
        "leaked-secret",
        _quote_ends_the_text,
    ),
    _list_jobs(
        "final-slash-redirects-to-backend",
        "GET /jobs/ is redirected to the address of the server behind the balancer, over http",
        "routing",
        _slash_answered_by_backend,
    ),
    _list_jobs(
        "list-without-filter-hides-colleagues",
        "GET /jobs without any argument shows only the caller's own jobs, not those of the VO",
        "wrong-filter",
        _reshaped(_open_jobs_of_owner),
    ),
)
