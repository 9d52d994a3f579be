"""Defects of the lists of jobs and of files: filters that are dropped, compared with another column, or too wide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import query
from fts_contract.mock.clock import wire_time
from unseen.seams import OK, refusal, rows_instead, rows_of, without

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_HIGHEST_LIMIT: Final = 500


def _last_state_lost(arguments: dict[str, str]) -> dict[str, str]:
    states = arguments.get("state_in", "").split(",")
    return {**arguments, "state_in": ",".join(states[:-1])} if len(states) > 1 else arguments


def _source_alone(arguments: dict[str, str]) -> dict[str, str]:
    if not (arguments.get("source_se") and arguments.get("dest_se")):
        return arguments
    return {name: value for name, value in arguments.items() if name != "dest_se"}


def _submitted_in_window(call: Call, carry_on: Handler) -> Reply:
    reply, rows = carry_on(call), None
    hours, _, minutes = (call.argument("time_window") or "").partition(":")
    if call.argument("state_in") and call.argument("limit") is None and hours.isdecimal():
        rows = rows_of(reply)
    if rows is None or call.argument("fields") is not None:
        return reply
    seconds = int(hours) * 3600 + (int(minutes) * 60 if minutes.isdecimal() else 0)
    since = wire_time(max(call.now - seconds, 0.0))
    return rows_instead(reply, [row for row in rows if row["submit_time"] >= since])


def _inner_join(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    rows = rows_of(reply)
    if rows is None or call.argument("fields") is not None:
        return reply
    return rows_instead(reply, [r for r in rows if r["source_se"] and r["dest_se"]])


def _less_than_highest(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK or call.argument("limit") != str(_HIGHEST_LIMIT):
        return reply
    return refusal(400, f"The limit must be positive and less or equal than {_HIGHEST_LIMIT}")


def _longer_urls_too(call: Call, carry_on: Handler) -> Reply:
    reply, wanted = carry_on(call), call.argument("dest_surl")
    if reply.status != OK or wanted is None:
        return reply
    rows = rows_of(carry_on(without(call, "dest_surl"))) or []
    return rows_instead(reply, [r for r in rows if (r["dest_surl"] or "").startswith(wanted)])


def _state_of_the_job(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    states = (call.argument("state_in") or "").upper().split(",")
    if reply.status != OK or not any(states):
        return reply
    rows = rows_of(carry_on(without(call, "state_in"))) or []
    jobs = {row["job_id"]: call.state.find(row["job_id"]) for row in rows}
    in_states = {job_id for job_id, job in jobs.items() if job and job.job_state in states}
    return rows_instead(reply, [row for row in rows if row["job_id"] in in_states])


_list_jobs = partial(defect_of, operation="list_jobs", resource="jobs", safe=True)
_list_files = partial(
    defect_of,
    operation="list_files",
    resource="files",
    with_operations=("list_jobs", "list_job_files"),
    safe=True,
)

DEFECTS: Final = (
    _list_jobs(
        "last-state-of-a-list-lost",
        "GET /jobs?state_in=FINISHED,FAILED looks for FINISHED only: the last of several states is dropped",
        "off-by-one",
        query(_last_state_lost),
    ),
    _list_jobs(
        "destination-ignored-beside-source",
        "GET /jobs with source_se and dest_se filters by source_se only; each one alone is right",
        "ignored-parameter",
        query(_source_alone),
    ),
    _list_jobs(
        "window-compares-time-of-submission",
        "GET /jobs?state_in=FINISHED&time_window=2 leaves out jobs that ended in these hours and were submitted before",
        "wrong-filter",
        _submitted_in_window,
    ),
    _list_jobs(
        "highest-limit-refused",
        "GET /jobs?limit=500 is 400, although the message calls 500 allowed",
        "off-by-one",
        _less_than_highest,
    ),
    defect_of(
        "jobs-of-several-storages-not-listed",
        "GET /jobs leaves out jobs without one source_se or dest_se for all files; GET /jobs/{id} shows them",
        "wrong-filter",
        _inner_join,
        operation="list_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs"),
    ),
    _list_files(
        "destination-url-matches-longer-ones",
        "GET /files?dest_surl=.../f1 finds .../f10 as well: the beginning of the URL is compared",
        "wrong-filter",
        _longer_urls_too,
    ),
    _list_files(
        "files-filtered-by-state-of-job",
        "GET /files?state_in=SUBMITTED looks at the states of the jobs: queued files of ACTIVE jobs are missing",
        "wrong-filter",
        _state_of_the_job,
    ),
)
