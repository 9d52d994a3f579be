"""Defects of changes: work that is rolled back or left half done, and changes that reach too far."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import after
from fts_contract.mock.exchange import json_reply
from unseen.seams import OK, jobs_named, may_touch, reopened

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_MIXED: Final = 207
_AGAIN: Final = {"READY": "SUBMITTED", "ACTIVE": "SUBMITTED", "STARTED": "STAGING"}
"""The state in which a file whose process has been stopped begins again."""


def _rolled_back(call: Call, carry_on: Handler) -> Reply:
    before = [
        (job, job.job_state, [(file, file.file_state) for file in job.files])
        for job in jobs_named(call)
        if not job.is_terminal and may_touch(call, job)
    ]
    reply = carry_on(call)
    if reply.status != _MIXED or not before:
        return reply
    for job, state, files in before:
        reopened(call.state, job, ())
        job.job_state, job.cancel_job = state, False
        for file, old in files:
            if file.file_state != old:
                call.state.resume_file(file, _AGAIN.get(old, old))
                file.finish_time = file.reason = None
    return attrs.evolve(reply)


def _limits_forgotten(call: Call, _reply: Reply) -> bool:
    changed = False
    for job in jobs_named(call):
        if job.is_terminal or not may_touch(call, job):
            continue
        changed = changed or bool(job.retry or job.retry_delay or job.max_time_in_queue)
        job.retry = job.retry_delay = 0
        job.max_time_in_queue = None
    return changed


def _by_beginning(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    vo = call.params["vo_name"]
    longer = [name for name in call.state.vos() if name.startswith(vo) and name != vo]
    if reply.status != OK or not longer:
        return reply
    total = Counter(json.loads(reply.body))
    for name in longer:
        also = carry_on(attrs.evolve(call, params={"vo_name": name}))
        total.update(json.loads(also.body))
    return json_reply(dict(total))


def _up_to_first_failure(call: Call, carry_on: Handler) -> Reply:
    try:
        file_ids = json.loads(call.body)
    except ValueError:
        return carry_on(call)
    if not isinstance(file_ids, list) or not all(isinstance(i, int) for i in file_ids):
        return carry_on(call)
    for number, file_id in enumerate(file_ids[:-1], start=1):
        file = call.state.find_file(file_id)
        if file is None or file.file_state != "SUBMITTED":
            return carry_on(attrs.evolve(call, body=json.dumps(file_ids[:number]).encode()))
    return carry_on(call)


DEFECTS: Final = (
    defect_of(
        "cancel-is-undone-by-an-unknown-job",
        "DELETE /jobs/A,UNKNOWN says that A is canceled, and rolls it back because the other job is unknown",
        "lost-change",
        _rolled_back,
        operation="cancel_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_job_files"),
    ),
    defect_of(
        "new-priority-forgets-the-retries",
        "POST /jobs/{id} with a priority sets retry, retry_delay and max_time_in_queue back to their defaults",
        "side-effect",
        after(_limits_forgotten),
        operation="modify_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs"),
    ),
    defect_of(
        "vos-canceled-by-their-beginning",
        "DELETE /jobs/vo/test cancels the jobs of testvo as well",
        "side-effect",
        _by_beginning,
        operation="cancel_vo_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_jobs"),
        caller="root",
    ),
    defect_of(
        "forced-start-ends-at-the-first-failure",
        "POST /admin/force-start leaves out the files behind the first one that it cannot start, and does not report them",
        "lost-change",
        _up_to_first_failure,
        operation="start_files",
        resource="admin",
        with_operations=("submit_job", "list_job_files", "get_jobs"),
        caller="root",
    ),
)
