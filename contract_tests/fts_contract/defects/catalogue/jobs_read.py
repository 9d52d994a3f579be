"""Reading jobs: lists and single jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.defects.identities import everybody_may
from fts_contract.defects.seams import (
    after,
    as_page,
    as_somebody,
    cut,
    dropped,
    failing,
    member,
    nulled,
    on_call,
    on_json,
    query,
    status,
    typed,
    unheard,
)
from fts_contract.defects.times import shifted
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import Call, Reply, error_reply, json_reply
from fts_contract.mock.faults import Fault
from fts_contract.mock.records import FILE_FIELDS

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS

_TERMINAL: Final = ("FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED")
_ALL_STATES: Final = ("SUBMITTED", "READY", "ACTIVE", "STAGING", *_TERMINAL)
_SHORT_S: Final = 1.5


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


def _all_vos(call: Call) -> Call:
    level = {**call.identity.level, "transfer": "all"}
    return attrs.evolve(call, identity=attrs.evolve(call.identity, level=level))


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


def _dear(call: Call, _reply: Reply) -> bool:
    found = [call.state.find(job_id) for job_id in call.params["job_ids"].split(",")]
    for job in found:
        if job is not None:
            job.priority = (job.priority or 0) % 5 + 1
    return any(found)


def _slowly(mock: MockFTS) -> None:
    mock.faults.add(Fault("delay", "GET /jobs/?$", count=None, delay_s=2 * _SHORT_S))


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


_LISTS: Final = (
    Defect(
        name="list-ignores-state",
        description="GET /jobs ignores state_in",
        kind="ignored-parameter",
        resource="jobs",
        seams={"list_jobs": unheard("state_in")},
        safe=True,
    ),
    Defect(
        name="list-ignores-limit",
        description="GET /jobs ignores limit: a site with a million jobs sends them all",
        kind="ignored-parameter",
        resource="jobs",
        seams={"list_jobs": query(lambda q: {**q, "limit": "0"} if q.get("limit") else q)},
        safe=True,
    ),
    Defect(
        name="list-one-beyond-limit",
        description="GET /jobs gives one job more than limit",
        kind="off-by-one",
        resource="jobs",
        seams={"list_jobs": query(_one_more)},
        safe=True,
    ),
    Defect(
        name="list-limit-501-served",
        description="GET /jobs takes a limit of 501, one above the highest",
        kind="off-by-one",
        resource="jobs",
        seams={"list_jobs": query(_at_most_500)},
        safe=True,
        only="invalid-accepted",
    ),
    Defect(
        name="list-limit-500-refused",
        description="GET /jobs refuses the highest limit",
        kind="off-by-one",
        resource="jobs",
        seams={"list_jobs": _refuse_500},
        safe=True,
        only="valid-rejected",
    ),
    Defect(
        name="list-jobs-of-other-vos",
        description="GET /jobs lists the jobs of every VO to a user",
        kind="authorization-hole",
        resource="jobs",
        seams={"list_jobs": on_call(_all_vos)},
        safe=True,
    ),
    Defect(
        name="list-oldest-first",
        description="GET /jobs?limit= gives the oldest jobs first",
        kind="order",
        resource="jobs",
        seams={
            "list_jobs": on_json(lambda call, body: body[::-1] if call.argument("limit") else body)
        },
        safe=True,
        only="filter-ignored",
    ),
    Defect(
        name="list-window-in-minutes",
        description="GET /jobs reads the hours of time_window as minutes",
        kind="wrong-unit",
        resource="jobs",
        seams={"list_jobs": query(_minutes)},
        safe=True,
        only="list-window",
    ),
    Defect(
        name="list-shows-ended-jobs",
        description="GET /jobs without state_in lists jobs that have ended, too",
        kind="wrong-filter",
        resource="jobs",
        seams={"list_jobs": query(_ended_too)},
        safe=True,
    ),
    Defect(
        name="list-destination-filter-on-source",
        description="GET /jobs compares dest_se with the source",
        kind="wrong-filter",
        resource="jobs",
        seams={"list_jobs": query(_source_for_dest)},
        safe=True,
    ),
    Defect(
        name="list-ignores-fields",
        description="GET /jobs sends whole records whatever fields asks for",
        kind="ignored-parameter",
        resource="jobs",
        seams={"list_jobs": unheard("fields")},
        safe=True,
    ),
    Defect(
        name="list-of-foreign-delegation-served",
        description="GET /jobs with the delegation id of somebody else is served in place of 403",
        kind="authorization-hole",
        resource="jobs",
        seams={"list_jobs": on_call(_own_dlg_id)},
        safe=True,
    ),
    Defect(
        name="list-priority-as-text",
        description="GET /jobs sends priorities as text",
        kind="retyped-field",
        resource="jobs",
        seams={"list_jobs": member("priority", str)},
        safe=True,
    ),
    Defect(
        name="list-state-null",
        description="GET /jobs sends null for the state of each job",
        kind="null",
        resource="jobs",
        seams={"list_jobs": nulled("job_state")},
        safe=True,
    ),
    Defect(
        name="list-states-in-lower-case",
        description="GET /jobs writes states in lower case, so that no comparison fits",
        kind="wrong-value",
        resource="jobs",
        seams={"list_jobs": member("job_state", str.lower)},
        safe=True,
    ),
    Defect(
        name="list-times-with-zone",
        description="GET /jobs writes times with a Z behind them",
        kind="wrong-unit",
        resource="jobs",
        seams={"list_jobs": member("submit_time", lambda text: f"{text}Z")},
        safe=True,
    ),
    Defect(
        name="list-times-of-the-server-room",
        description="GET /jobs writes times of the time zone of the server, two hours ahead of UTC",
        kind="wrong-unit",
        resource="jobs",
        seams={"list_jobs": member("submit_time", shifted(hours=2))},
        safe=True,
    ),
    Defect(
        name="list-cut-off",
        description="GET /jobs breaks off behind the opening bracket, status 200",
        kind="broken-body",
        resource="jobs",
        seams={"list_jobs": cut(to=1)},
        safe=True,
    ),
    Defect(
        name="list-announced-as-html",
        description="GET /jobs labels its JSON text/html",
        kind="wrong-content-type",
        resource="jobs",
        seams={"list_jobs": typed("text/html; charset=utf-8")},
        safe=True,
    ),
    Defect(
        name="list-fails-beyond-latin1",
        description="GET /jobs fails on characters that the database cannot hold",
        kind="server-error",
        resource="jobs",
        seams={
            "list_jobs": failing(
                lambda call: any(c > "\xff" for c in "".join(call.query.values()))
            )
        },
        safe=True,
        only="server-error-on-invalid",
    ),
    Defect(
        name="list-fails-on-state-and-window",
        description="GET /jobs fails when state_in and time_window are combined",
        kind="server-error",
        resource="jobs",
        seams={
            "list_jobs": failing(
                lambda call: "state_in" in call.query and "time_window" in call.query
            )
        },
        safe=True,
    ),
    Defect(
        name="list-too-slow",
        description="GET /jobs needs longer than any client waits",
        kind="slow-answer",
        resource="jobs",
        with_operations=("list_jobs",),
        arrange=_slowly,
        timeout_s=_SHORT_S,
        safe=True,
    ),
    Defect(
        name="list-each-job-twice",
        description="GET /jobs lists each job twice, as a join with its files does",
        kind="doubled-job",
        resource="jobs",
        seams={"list_jobs": on_json(lambda _call, body: [job for job in body for _ in range(2)])},
        safe=True,
    ),
    Defect(
        name="list-from-a-cache",
        description="GET /jobs answers from a cache that new jobs do not reach",
        kind="stale-data",
        resource="jobs",
        seams={"list_jobs": _remembering()},
        with_operations=("submit_job",),
        only="list-filter",
    ),
    Defect(
        name="list-refusal-with-sql",
        description="GET /jobs shows the SQL statement when it refuses a limit",
        kind="leaked-secret",
        resource="jobs",
        seams={"list_jobs": on_json(_with_sql, statuses={400})},
        safe=True,
    ),
)
_SINGLE: Final = (
    Defect(
        name="job-without-inner-status",
        description="GET /jobs/{ids} leaves http_status out",
        kind="missing-field",
        resource="jobs",
        seams={"get_jobs": dropped("http_status", statuses={200})},
        safe=True,
    ),
    Defect(
        name="job-files-left-out",
        description="GET /jobs/{ids} ignores files=, by which clients ask for the states of files",
        kind="ignored-parameter",
        resource="jobs",
        seams={"get_jobs": unheard("files")},
        safe=True,
    ),
    Defect(
        name="job-files-with-all-fields",
        description="GET /jobs/{ids} sends whole records of files whatever files= asks for",
        kind="ignored-parameter",
        resource="jobs",
        seams={"get_jobs": query(_all_fields)},
        safe=True,
    ),
    Defect(
        name="jobs-multi-status-as-200",
        description="GET /jobs/{ids} answers 200 although one of the jobs is unknown",
        kind="wrong-status",
        resource="jobs",
        seams={"get_jobs": status(200, instead_of=207)},
        safe=True,
    ),
    Defect(
        name="job-unknown-as-400",
        description="GET /jobs/{ids} calls an unknown job a bad request",
        kind="wrong-status",
        resource="jobs",
        seams={"get_jobs": status(400, instead_of=404)},
        safe=True,
    ),
    Defect(
        name="job-unknown-as-page",
        description="GET /jobs/{ids} answers 404 with a page",
        kind="html-instead-of-json",
        resource="jobs",
        seams={"get_jobs": as_page(statuses={404})},
        safe=True,
    ),
    Defect(
        name="jobs-unknown-left-out",
        description="GET /jobs/{ids} leaves unknown jobs out of its list, without a word",
        kind="lost-job",
        resource="jobs",
        seams={"get_jobs": _good_only},
        safe=True,
    ),
    Defect(
        name="jobs-in-another-order",
        description="GET /jobs/{ids} answers in the order of the database, not of the request",
        kind="order",
        resource="jobs",
        seams={"get_jobs": on_json(_backwards)},
        safe=True,
    ),
    Defect(
        name="job-as-list-of-one",
        description="GET /jobs/{id} answers with a list of one",
        kind="retyped-field",
        resource="jobs",
        seams={"get_jobs": on_json(_as_list)},
        safe=True,
    ),
    Defect(
        name="jobs-64-at-most",
        description="GET /jobs/{ids} refuses more than 64 jobs at once; clients ask for 100",
        kind="refuses-valid",
        resource="jobs",
        seams={"get_jobs": _refuse_many},
        safe=True,
    ),
    Defect(
        name="job-unknown-in-plain-shape",
        description="GET /jobs/{ids} answers 404 in the shape of the other operations",
        kind="error-shape",
        resource="jobs",
        seams={"get_jobs": on_json(_plain_error, statuses={404})},
        safe=True,
    ),
    Defect(
        name="jobs-unknown-called-ok",
        description="GET /jobs/{ids} answers 207 and says 200 Ok of every job in it",
        kind="error-shape",
        resource="jobs",
        seams={"get_jobs": on_json(_bad_as_good, statuses={207})},
        safe=True,
    ),
    Defect(
        name="job-ended-without-time",
        description="GET /jobs/{ids} shows jobs that have ended with job_finished null",
        kind="state-machine",
        resource="jobs",
        seams={"get_jobs": on_json(_unfinished, statuses={200})},
        safe=True,
    ),
    Defect(
        name="job-from-a-cache",
        description="GET /jobs/{ids} shows a job as it was first seen, also after a cancel",
        kind="stale-data",
        resource="jobs",
        seams={"get_jobs": _remembering()},
        with_operations=("submit_job", "cancel_jobs"),
        only="job-history",
    ),
    Defect(
        name="job-for-anonymous",
        description="GET /jobs/{ids} shows jobs to callers without a certificate",
        kind="authorization-hole",
        resource="jobs",
        seams={"get_jobs": as_somebody(everybody_may("transfer"))},
        safe=True,
    ),
    Defect(
        name="job-fails-for-anonymous",
        description="GET /jobs/{ids} fails for callers without a certificate",
        kind="server-error",
        resource="jobs",
        seams={"get_jobs": failing(lambda call: call.identity.caller.is_anonymous)},
        safe=True,
    ),
    Defect(
        name="job-read-raises-priority",
        description="GET /jobs/{ids} raises the priority of what is read",
        kind="side-effect",
        resource="jobs",
        seams={"get_jobs": after(_dear)},
        safe=True,
    ),
    Defect(
        name="job-unknown-with-traceback",
        description="GET /jobs/{ids} shows a traceback with paths of the server to whoever asks for an unknown job",
        kind="leaked-secret",
        resource="jobs",
        seams={"get_jobs": on_json(_traced, statuses={404})},
        safe=True,
    ),
    Defect(
        name="job-finished-in-local-time",
        description="GET /jobs/{ids} writes job_finished three hours early: jobs end before they are submitted",
        kind="wrong-unit",
        resource="jobs",
        seams={"get_jobs": member("job_finished", shifted(hours=-3), statuses={200})},
        safe=True,
    ),
)
DEFECTS: Final = (*_LISTS, *_SINGLE)
