"""Defects of changes: statements that touch more columns and rows than they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.mock.clock import wire_time
from unseen.seams import in_operations, jobs_named, may_touch

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_ARRIVED: Final = ("FINISHED", "FAILED")


def _own_open_jobs(call: Call) -> list[Job]:
    return [job for job in jobs_named(call) if not job.is_terminal and may_touch(call, job)]


def _time_of_the_row(call: Call, carry_on: Handler) -> Reply:
    jobs, now = _own_open_jobs(call), wire_time(call.now)
    reply = carry_on(call)
    older = [job for job in jobs if job.submit_time != now]
    if reply.status >= 300 or not older:  # noqa: PLR2004
        return reply
    for job in older:
        job.submit_time = now
    return attrs.evolve(reply)


def _every_file(call: Call, carry_on: Handler) -> Reply:
    jobs = _own_open_jobs(call)
    reply = carry_on(call)
    ended = [
        file
        for job in jobs
        if job.job_state == "CANCELED"
        for file in job.files
        if file.file_state in _ARRIVED
    ]
    for file in ended:
        call.state.set_file_state(file, "CANCELED")
        file.reason = "Job canceled by the user"
    return attrs.evolve(reply) if ended else reply


DEFECTS: Final = (
    in_operations(
        "submit-time-follows-each-change",
        "POST and DELETE /jobs/{ids} set submit_time to now: the migration made it the time of the row's last change",
        "side-effect",
        _time_of_the_row,
        operations=("modify_jobs", "cancel_jobs"),
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_jobs"),
    ),
    defect_of(
        "cancel-rewrites-files-that-have-ended",
        "DELETE /jobs/{ids} of a running job also makes its FINISHED and FAILED files CANCELED",
        "state-machine",
        _every_file,
        operation="cancel_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_job_files"),
    ),
)
