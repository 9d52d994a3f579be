"""Defects of changes of jobs: loops that end early, and transactions that are committed in part."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import everybody_may
from fts_contract.mock.records import TERMINAL_STATES
from unseen.seams import OK, jobs_named

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import File, Job

_FORBIDDEN: Final = 403
_of_jobs = partial(
    defect_of, resource="jobs", with_operations=("submit_job", "get_jobs", "list_job_files")
)


def _rolled_back(call: Call, carry_on: Handler) -> Reply:
    jobs = jobs_named(call)
    records: list[Job | File] = [file for job in jobs for file in job.files]
    before = [(record, record.priority) for record in (*jobs, *records)]
    ended = any(job.is_terminal for job in jobs)
    reply = carry_on(call)
    changed = [(record, old) for record, old in before if ended and record.priority != old]
    for record, old in changed:
        record.priority = old
    return attrs.evolve(reply) if changed else reply


def _ended_ones_too(call: Call, carry_on: Handler) -> Reply:
    vo = call.params["vo_name"]
    jobs = list(call.state.jobs_of(vo, only_open=True))
    ended = sum(file.file_state in TERMINAL_STATES for job in jobs for file in job.files)
    reply = carry_on(call)
    if reply.status != OK or not ended:
        return reply
    counts = json.loads(reply.body)
    counts["affected_files"] += ended
    return attrs.evolve(reply, body=json.dumps(counts).encode())


def _files_of_the_last(call: Call, carry_on: Handler) -> Reply:
    jobs = jobs_named(call)
    before: list[tuple[File, dict[str, str | None]]] = [
        (
            file,
            {name: getattr(file, name) for name in ("file_state", "reason", "finish_time")},
        )
        for job in jobs
        if job is not jobs[-1]
        for file in job.files
        if file.file_state not in TERMINAL_STATES
    ]
    reply = carry_on(call)
    forgotten = [(file, old) for file, old in before if file.file_state == "CANCELED"]
    for file, old in forgotten:
        for name, value in old.items():
            setattr(file, name, value)
    return attrs.evolve(reply) if forgotten else reply


def _by_administrators(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    caller = call.identity
    if reply.status != _FORBIDDEN or not caller.may("config") or not call.caller.has_certificate:
        return reply
    return carry_on(everybody_may("admin")(call))


DEFECTS: Final = (
    _of_jobs(
        "modification-rolled-back-by-an-ended-job",
        "POST /jobs/{id},{id} changes nothing when one of the jobs has ended, and answers as if it had",
        "lost-change",
        _rolled_back,
        operation="modify_jobs",
    ),
    _of_jobs(
        "cancel-of-a-vo-counts-ended-files",
        "DELETE /jobs/vo/{vo} counts the files that had ended before in affected_files",
        "wrong-value",
        _ended_ones_too,
        operation="cancel_vo_jobs",
    ),
    _of_jobs(
        "cancel-of-a-list-ends-the-last-files",
        "DELETE /jobs/{id},{id} cancels the files of the last job only; the other jobs are CANCELED with files as before",
        "state-machine",
        _files_of_the_last,
        operation="cancel_jobs",
    ),
    defect_of(
        "force-start-for-level-config",
        "POST /admin/force-start is open to callers who have level config and lack level admin",
        "authorization-hole",
        _by_administrators,
        operation="start_files",
        resource="admin/force-start",
        with_operations=("submit_job", "list_job_files"),
    ),
)
