"""Defects of reading jobs: what is taken for missing, whose jobs are shown, and answers that are behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.mock.records import file_json, job_json, retry_json
from unseen.seams import (
    OK,
    in_operations,
    jobs_named,
    may_touch,
    memory,
    refusal,
    replaced,
    rows_instead,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_NOT_FOUND: Final = 404
_GOOD: Final = "200 Ok"


def _only_what_is_true(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK or json.loads(reply.body):
        return reply
    return refusal(404, "No such field")


def _of_all_files(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    rows = (
        {**retry_json(retry), "file": file_json(file)}
        for job in jobs_named(call)
        for file in job.files
        for retry in file.retries or ()
    )
    return rows_instead(reply, rows) if reply.status == OK else reply


def _each_once(call: Call, carry_on: Handler) -> Reply:
    job_ids = call.params["job_ids"].split(",")
    once = list(dict.fromkeys(job_ids))
    if len(once) == len(job_ids):
        return carry_on(call)
    # With a comma at the end it stays a list.
    return carry_on(attrs.evolve(call, params={"job_ids": ",".join([*once, ""])}))


def _live_ones_too(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _NOT_FOUND or not jobs_named(call):
        return reply
    with replaced(call.state, archived=call.state.find):
        return carry_on(call)


def _own_only(call: Call, carry_on: Handler) -> Reply:
    level, own = call.identity.level, call.caller.user_dn
    if level.get("transfer") != "vo" or all(job.user_dn == own for job in jobs_named(call)):
        return carry_on(call)
    identity = attrs.evolve(call.identity, level={**level, "transfer": "private"})
    return carry_on(attrs.evolve(call, identity=identity))


def _first_checked(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    jobs = jobs_named(call)
    foreign = {job.job_id: job for job in jobs if not may_touch(call, job)}
    if "," not in call.params["job_ids"] or not foreign or jobs[0].job_id in foreign:
        return reply
    entries: list[dict[str, Any]] = [
        {**job_json(foreign[entry["job_id"]]), "http_status": _GOOD}
        if entry["http_status"].startswith("403") and entry["job_id"] in foreign
        else entry
        for entry in json.loads(reply.body)
    ]
    all_good = all(entry["http_status"] == _GOOD for entry in entries)
    status = OK if all_good else reply.status
    return attrs.evolve(reply, status=status, body=json.dumps(entries).encode())


def _before_cancel(call: Call) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = memory(call).setdefault("before the cancel", {})
    return found


def _remember(call: Call, carry_on: Handler) -> Reply:
    jobs = [job for job in jobs_named(call) if not job.is_terminal]
    before = [job_json(job) for job in jobs]
    reply = carry_on(call)
    _before_cancel(call).update(
        {job.job_id: old for job, old in zip(jobs, before, strict=True) if job.is_terminal}
    )
    return reply


def _once_as_before(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    old = _before_cancel(call).pop(call.params["job_ids"], None)
    if old is None or reply.status != OK:
        return reply
    return attrs.evolve(reply, body=json.dumps({**json.loads(reply.body), **old}).encode())


DEFECTS: Final = (
    defect_of(
        "false-fields-are-not-found",
        "GET /jobs/{id}/cancel_job is 404 while the job is not canceled: what is false, 0 or null counts as missing",
        "wrong-status",
        _only_what_is_true,
        operation="get_job_field",
        resource="jobs",
        with_operations=("list_jobs", "get_jobs"),
        safe=True,
    ),
    defect_of(
        "retries-of-all-files-of-the-job",
        "GET /jobs/{id}/files/{id}/retries lists the failed attempts of every file of the job",
        "wrong-filter",
        _of_all_files,
        operation="list_file_retries",
        resource="jobs",
        with_operations=("list_jobs", "list_job_files", "get_jobs"),
        safe=True,
    ),
    defect_of(
        "job-named-twice-is-answered-once",
        "GET /jobs/A,A has one entry where two ids were given",
        "wrong-value",
        _each_once,
        operation="get_jobs",
        resource="jobs",
        with_operations=("list_jobs",),
        safe=True,
    ),
    in_operations(
        "archive-has-live-jobs",
        "GET /archive/{id} answers jobs that were never archived: it reads from both tables",
        "wrong-status",
        _live_ones_too,
        operations=("get_archived_job", "get_archived_job_field"),
        resource="archive",
        with_operations=("list_jobs",),
        safe=True,
    ),
    in_operations(
        "jobs-of-colleagues-are-refused",
        "A job that GET /jobs lists for members of the VO can only be read by the user who submitted it",
        "refuses-valid",
        _own_only,
        operations=("get_jobs", "list_job_files", "get_job_field", "list_file_retries"),
        resource="jobs",
        with_operations=("list_jobs",),
        caller="alice",
        safe=True,
    ),
    defect_of(
        "only-first-job-of-a-list-is-checked",
        "GET /jobs/OWN,FOREIGN shows the job of another VO: permission is asked for the first job alone",
        "authorization-hole",
        _first_checked,
        operation="get_jobs",
        resource="jobs",
        with_operations=("list_jobs", "submit_job"),
    ),
    Defect(
        name="first-read-after-cancel-is-behind",
        description="The first GET of a job after its DELETE shows it as it was before: it reads from a copy that lags behind",
        kind="stale-data",
        resource="jobs",
        seams={"cancel_jobs": _remember, "get_jobs": _once_as_before},
        with_operations=("submit_job",),
    ),
)
