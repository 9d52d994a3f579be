"""Defects of reading jobs: lists and single jobs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import (
    as_another_caller,
    everybody_may,
    ignored_parameters,
    query,
)
from fts_contract.defects.seams import (
    after,
    as_page,
    cut,
    dropped,
    failing,
    member,
    nulled,
    on_call,
    on_json,
    shifted,
    status,
    typed,
    with_fault,
)
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import Call, Reply, error_reply, json_reply
from fts_contract.mock.records import FILE_FIELDS

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler

_TERMINAL: Final = ("FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED")
_ALL_STATES: Final = ("SUBMITTED", "READY", "ACTIVE", "STAGING", *_TERMINAL)
_SHORT_S: Final = 1.5
_NO_JOB: Final = "00000000-0000-1000-8000-00000000000a"


def _one_more(pairs: dict[str, str]) -> dict[str, str]:
    limit = pairs.get("limit", "")
    return {**pairs, "limit": str(int(limit) + 1)} if limit.isdecimal() and limit != "0" else pairs


def _at_most_500(pairs: dict[str, str]) -> dict[str, str]:
    return {**pairs, "limit": "500"} if pairs.get("limit") == "501" else pairs


def _refuse_500(call: Call, carry_on: Handler) -> Reply:
    if call.argument("limit") == "500":
        return error_reply(bad_request("The limit must be positive and less or equal than 500"))
    return carry_on(call)


def _minutes(pairs: dict[str, str]) -> dict[str, str]:
    window = pairs.get("time_window", "")
    return {**pairs, "time_window": f"0:{window}"} if window.isdecimal() else pairs


def _ended_too(pairs: dict[str, str]) -> dict[str, str]:
    return (
        pairs
        if "state_in" in pairs
        else {**pairs, "state_in": ",".join(_ALL_STATES), "limit": "0"}
    )


def _source_for_dest(pairs: dict[str, str]) -> dict[str, str]:
    if "dest_se" not in pairs:
        return pairs
    return {"source_se" if name == "dest_se" else name: value for name, value in pairs.items()}


def _own_dlg_id(call: Call) -> Call:
    own = call.identity.caller.delegation_id
    if call.argument("dlg_id") in (None, own):
        return call
    return attrs.evolve(
        call,
        query={k: v for k, v in call.query.items() if k != "dlg_id"},
    )


def _remembering() -> Any:
    """Answer each question as it was answered the first time."""
    known: dict[str, Reply] = {}

    def seam(call: Call, carry_on: Handler) -> Reply:
        question = f"{call.path}?{call.query}"
        reply = carry_on(call)
        if reply.status != 200:  # noqa: PLR2004
            return reply
        first = known.setdefault(question, reply)
        return reply if first.body == reply.body else first

    return seam


def _good_only(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 207:  # noqa: PLR2004
        return reply
    entries = json.loads(reply.body)
    return json_reply([entry for entry in entries if entry["http_status"] == "200 Ok"])


def _as_list(_call: Call, body: Any) -> Any:
    return [body] if isinstance(body, dict) else body


def _backwards(_call: Call, body: Any) -> Any:
    return body[::-1] if isinstance(body, list) else body


def _refuse_many(call: Call, carry_on: Handler) -> Reply:
    if call.params["job_ids"].count(",") >= 64:  # noqa: PLR2004
        return error_reply(bad_request("Too many jobs"))
    return carry_on(call)


def _plain_error(_call: Call, body: Any) -> Any:
    return {"status": body["http_status"], "message": body["http_message"]}


def _bad_as_good(_call: Call, body: Any) -> Any:
    for entry in body:
        entry["http_status"] = "200 Ok"
    return body


def _all_fields(pairs: dict[str, str]) -> dict[str, str]:
    return {**pairs, "files": ",".join(FILE_FIELDS)} if pairs.get("files") else pairs


def _unfinished(_call: Call, body: Any) -> Any:
    for job in body if isinstance(body, list) else [body]:
        if job.get("job_state") in _TERMINAL:
            job["job_finished"] = None
    return body


def _raise_priority(call: Call, _reply: Reply) -> bool:
    found = [call.state.find(job_id) for job_id in call.params["job_ids"].split(",")]
    for job in found:
        if job is not None:
            job.priority = (job.priority or 0) % 5 + 1
    return any(found)


def _traced(_call: Call, body: Any) -> Any:
    body["http_message"] = (
        "Traceback (most recent call last):\n"
        '  File "/usr/lib/python3.9/site-packages/fts3rest/controllers/jobs.py", line 212, in get\n'
        "    raise NotFound(job_id)\n"
        f"{body['http_message']}"
    )
    return body


def _with_sql(_call: Call, body: Any) -> Any:
    body["message"] = (
        "(MySQLdb._exceptions.DataError) (1406) [SQL: SELECT t_job.job_id AS t_job_job_id FROM t_job "
        "WHERE t_job.vo_name = %s LIMIT %s]"
    )
    return body


def _lower_case_only(call: Call) -> Call:
    ids = call.params["job_ids"]
    if ids == ids.lower():
        return call
    return attrs.evolve(call, params={"job_ids": _NO_JOB})


_list_jobs = partial(defect_of, operation="list_jobs", resource="jobs", safe=True)
_get_jobs = partial(defect_of, operation="get_jobs", resource="jobs", safe=True)
_LISTS: Final = (
    _list_jobs(
        "list-ignores-state",
        "GET /jobs ignores state_in",
        "ignored-parameter",
        ignored_parameters("state_in"),
    ),
    _list_jobs(
        "list-ignores-limit",
        "GET /jobs ignores limit: a site with a million jobs sends them all",
        "ignored-parameter",
        query(lambda q: {**q, "limit": "0"} if q.get("limit") else q),
    ),
    _list_jobs(
        "list-one-beyond-limit",
        "GET /jobs gives one job more than limit",
        "off-by-one",
        query(_one_more),
    ),
    _list_jobs(
        "list-limit-501-served",
        "GET /jobs takes a limit of 501, one above the highest",
        "off-by-one",
        query(_at_most_500),
        only="invalid-accepted",
    ),
    _list_jobs(
        "list-limit-500-refused",
        "GET /jobs refuses the highest limit",
        "off-by-one",
        _refuse_500,
        only="valid-rejected",
    ),
    _list_jobs(
        "list-jobs-of-other-vos",
        "GET /jobs lists the jobs of every VO to a user",
        "authorization-hole",
        on_call(everybody_may("transfer")),
    ),
    _list_jobs(
        "list-oldest-first",
        "GET /jobs?limit= gives the oldest jobs first",
        "order",
        on_json(lambda call, body: body[::-1] if call.argument("limit") else body),
        only="filter-ignored",
    ),
    _list_jobs(
        "list-window-in-minutes",
        "GET /jobs reads the hours of time_window as minutes",
        "wrong-unit",
        query(_minutes),
        only="list-window",
    ),
    _list_jobs(
        "list-shows-ended-jobs",
        "GET /jobs without state_in also lists jobs that have ended",
        "wrong-filter",
        query(_ended_too),
    ),
    _list_jobs(
        "list-destination-filter-on-source",
        "GET /jobs compares dest_se with the source",
        "wrong-filter",
        query(_source_for_dest),
    ),
    _list_jobs(
        "list-ignores-fields",
        "GET /jobs sends whole records whatever fields asks for",
        "ignored-parameter",
        ignored_parameters("fields"),
    ),
    _list_jobs(
        "list-of-foreign-delegation-served",
        "GET /jobs with the delegation id of someone else is served, not refused with 403",
        "authorization-hole",
        on_call(_own_dlg_id),
    ),
    _list_jobs(
        "list-priority-as-text",
        "GET /jobs sends priorities as text",
        "retyped-field",
        member("priority", str),
    ),
    _list_jobs(
        "list-state-null",
        "GET /jobs sends null for the state of each job",
        "null",
        nulled("job_state"),
    ),
    _list_jobs(
        "list-states-in-lower-case",
        "GET /jobs writes states in lower case, so that no comparison fits",
        "wrong-value",
        member("job_state", str.lower),
    ),
    _list_jobs(
        "list-times-with-zone",
        "GET /jobs writes times with a Z at the end",
        "wrong-unit",
        member("submit_time", lambda text: f"{text}Z"),
    ),
    _list_jobs(
        "list-times-of-the-server-room",
        "GET /jobs writes times of the time zone of the server, two hours ahead of UTC",
        "wrong-unit",
        member("submit_time", shifted(hours=2)),
    ),
    _list_jobs(
        "list-cut-off",
        "GET /jobs is cut off after the opening bracket, with status 200",
        "broken-body",
        cut(to=1),
    ),
    _list_jobs(
        "list-announced-as-html",
        "GET /jobs labels its JSON text/html",
        "wrong-content-type",
        typed("text/html; charset=utf-8"),
    ),
    _list_jobs(
        "list-fails-beyond-latin1",
        "GET /jobs fails on characters that the database cannot hold",
        "server-error",
        failing(lambda call: any(c > "\xff" for c in "".join(call.query.values()))),
        only="server-error-on-invalid",
    ),
    _list_jobs(
        "list-fails-on-state-and-window",
        "GET /jobs fails when state_in and time_window are combined",
        "server-error",
        failing(lambda call: "state_in" in call.query and "time_window" in call.query),
    ),
    Defect(
        name="list-too-slow",
        description="GET /jobs needs longer than any client waits",
        kind="slow-answer",
        resource="jobs",
        with_operations=("list_jobs",),
        arrange=with_fault("delay", "GET /jobs/?$", delay_s=2 * _SHORT_S),
        timeout_s=_SHORT_S,
        safe=True,
    ),
    _list_jobs(
        "list-each-job-twice",
        "GET /jobs lists each job twice, as a join with its files does",
        "doubled-job",
        on_json(lambda _call, body: [job for job in body for _ in range(2)]),
    ),
    _list_jobs(
        "list-from-a-cache",
        "GET /jobs answers from a cache that new jobs do not reach",
        "stale-data",
        _remembering(),
        with_operations=("submit_job",),
        safe=False,
        only="list-filter",
    ),
    _list_jobs(
        "list-refusal-with-sql",
        "GET /jobs shows the SQL statement when it refuses a limit",
        "leaked-secret",
        on_json(_with_sql, statuses={400}),
    ),
)
_SINGLE: Final = (
    _get_jobs(
        "job-without-inner-status",
        "GET /jobs/{ids} leaves http_status out",
        "missing-field",
        dropped("http_status", statuses={200}),
    ),
    _get_jobs(
        "job-files-left-out",
        "GET /jobs/{ids} ignores files=, by which clients ask for the states of files",
        "ignored-parameter",
        ignored_parameters("files"),
    ),
    _get_jobs(
        "job-files-with-all-fields",
        "GET /jobs/{ids} sends whole records of files whatever files= asks for",
        "ignored-parameter",
        query(_all_fields),
    ),
    _get_jobs(
        "jobs-multi-status-as-200",
        "GET /jobs/{ids} answers 200 although one of the jobs is unknown",
        "wrong-status",
        status(200, instead_of=207),
    ),
    _get_jobs(
        "job-unknown-as-400",
        "GET /jobs/{ids} calls an unknown job a bad request",
        "wrong-status",
        status(400, instead_of=404),
    ),
    _get_jobs(
        "job-unknown-as-page",
        "GET /jobs/{ids} answers 404 with a page",
        "html-instead-of-json",
        as_page(statuses={404}),
    ),
    _get_jobs(
        "jobs-unknown-left-out",
        "GET /jobs/{ids} leaves unknown jobs out of its list, without a word",
        "lost-job",
        _good_only,
    ),
    _get_jobs(
        "jobs-in-another-order",
        "GET /jobs/{ids} answers in the order of the database, not of the request",
        "order",
        on_json(_backwards),
    ),
    _get_jobs(
        "job-as-list-of-one",
        "GET /jobs/{id} answers with a list of one",
        "retyped-field",
        on_json(_as_list),
    ),
    _get_jobs(
        "jobs-64-at-most",
        "GET /jobs/{ids} refuses more than 64 jobs at once; clients ask for 100",
        "refuses-valid",
        _refuse_many,
    ),
    _get_jobs(
        "job-unknown-in-plain-shape",
        "GET /jobs/{ids} answers 404 in the shape of the other operations",
        "error-shape",
        on_json(_plain_error, statuses={404}),
    ),
    _get_jobs(
        "jobs-unknown-called-ok",
        "GET /jobs/{ids} answers 207 and says 200 Ok of every job in it",
        "error-shape",
        on_json(_bad_as_good, statuses={207}),
    ),
    _get_jobs(
        "job-ended-without-time",
        "GET /jobs/{ids} shows jobs that have ended with job_finished null",
        "state-machine",
        on_json(_unfinished, statuses={200}),
    ),
    _get_jobs(
        "job-from-a-cache",
        "GET /jobs/{ids} shows a job as it was first seen, also after a cancel",
        "stale-data",
        _remembering(),
        with_operations=("submit_job", "cancel_jobs"),
        safe=False,
        only="job-history",
    ),
    _get_jobs(
        "job-for-anonymous",
        "GET /jobs/{ids} shows jobs to callers without a certificate",
        "authorization-hole",
        as_another_caller(everybody_may("transfer")),
    ),
    _get_jobs(
        "job-fails-for-anonymous",
        "GET /jobs/{ids} fails for callers without a certificate",
        "server-error",
        failing(lambda call: call.identity.caller.is_anonymous),
    ),
    _get_jobs(
        "job-read-raises-priority",
        "GET /jobs/{ids} raises the priority of what is read",
        "side-effect",
        after(_raise_priority),
    ),
    _get_jobs(
        "job-unknown-with-traceback",
        "GET /jobs/{ids} shows a traceback with paths of the server to callers who ask for an unknown job",
        "leaked-secret",
        on_json(_traced, statuses={404}),
    ),
    _get_jobs(
        "job-finished-in-local-time",
        "GET /jobs/{ids} writes job_finished three hours early: jobs end before they are submitted",
        "wrong-unit",
        member("job_finished", shifted(hours=-3), statuses={200}),
    ),
    _get_jobs(
        "jobs-found-in-lower-case-only",
        "GET /jobs/{ids} finds no job by an id in capitals",
        "wrong-id",
        on_call(_lower_case_only),
        with_operations=("list_jobs",),
    ),
)
DEFECTS: Final = (*_LISTS, *_SINGLE)
