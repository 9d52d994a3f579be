"""Defects of changing jobs: whose jobs are changed, which, and what happens to them afterwards."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import everybody_may, given
from fts_contract.defects.seams import after, on_call
from fts_contract.mock.clock import wire_time
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.records import ACTIVE_FILE_STATES
from unseen.seams import OK, jobs_named, may_touch, memory, reopened, replaced

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.records import Job

_ANY: Final = {200, 207, 403}


def _priority(call: Call) -> int | None:
    params = given(call).get("params")
    value = params.get("priority") if isinstance(params, dict) else None
    return value if type(value) is int and value else None


def _first_id_speaks_for_all(call: Call, carry_on: Handler) -> Reply:
    jobs = jobs_named(call)
    foreign = [job for job in jobs[1:] if not may_touch(call, job)]
    if not foreign or not may_touch(call, jobs[0]):
        return carry_on(call)
    return carry_on(everybody_may("transfer")(call))


def _done_before_refused(call: Call, _reply: Reply) -> bool:
    priority = _priority(call)
    foreign = [j for j in jobs_named(call) if not may_touch(call, j) and not j.is_terminal]
    if priority is None or not foreign or not call.identity.may("transfer"):
        return False
    for job in foreign:
        job.priority = priority
        for file in job.files:
            file.priority = priority
    return True


def _first_priority_stays(call: Call, carry_on: Handler) -> Reply:
    if _priority(call) is None:
        return carry_on(call)
    changed: set[str] = memory(call).setdefault("changed", set())
    jobs = [job for job in jobs_named(call) if may_touch(call, job) and not job.is_terminal]
    before = {job.job_id: job.priority for job in jobs if job.job_id in changed}
    reply = carry_on(call)
    if reply.status not in _ANY:
        return reply
    changed.update(job.job_id for job in jobs)
    for job in jobs:
        if job.job_id in before:
            job.priority = before[job.job_id]
            for file in job.files:
                file.priority = job.priority
    return attrs.evolve(reply) if before else reply


def _ended_ones_run_again(call: Call, _reply: Reply) -> bool:
    ended = [j for j in jobs_named(call) if j.job_state == "FINISHED" and may_touch(call, j)]
    if _priority(call) is None or not ended:
        return False
    for job in ended:
        reopened(call.state, job, job.files)
    return True


def _plans_kept(call: Call, carry_on: Handler) -> Reply:
    running = any(
        file.file_state in ACTIVE_FILE_STATES and may_touch(call, job)
        for job in jobs_named(call)
        for file in job.files
    )

    def set_state(file: Any, state: str) -> None:
        file.file_state = state

    with replaced(call.state, set_file_state=set_state):
        reply = carry_on(call)
    return attrs.evolve(reply) if running else reply


def _end_moves(call: Call, carry_on: Handler) -> Reply:
    ended = [j for j in jobs_named(call) if j.is_terminal and may_touch(call, j)]
    reply = carry_on(call)
    now = wire_time(call.now)
    moved = [job for job in ended if job.job_finished != now]
    for job in moved:
        job.job_finished = now
    return attrs.evolve(reply) if moved else reply


# Single files


def _files_of_others_too(call: Call, _reply: Reply) -> bool:
    own = {file.file_id for job in jobs_named(call) for file in job.files}
    hit = False
    for part in call.params["file_ids"].split(","):
        file = call.state.find_file(int(part)) if part.isdecimal() else None
        if file and file.file_id not in own and file.file_state in ACTIVE_FILE_STATES:
            call.state.set_file_state(file, "CANCELED")
            file.finish_time = wire_time(call.now)
            hit = True
    return hit


def _position_as_id(call: Call) -> Call:
    ids = [str(file.file_id) for job in jobs_named(call) for file in job.files]
    parts = call.params["file_ids"].split(",")
    read = [ids[int(p)] if p.isdecimal() and int(p) < len(ids) else p for p in parts]
    if read == parts:
        return call
    return attrs.evolve(call, params={**call.params, "file_ids": ",".join(read)})


def _last_file_leaves_job_open(call: Call, carry_on: Handler) -> Reply:
    """Cancel the files and forget that the job must follow."""
    open_before = [job for job in jobs_named(call) if not job.is_terminal]
    reply = carry_on(call)
    closed = [job for job in open_before if job.is_terminal] if reply.status == OK else []
    for job in closed:
        job.job_state, job.job_finished, job.cancel_job = "ACTIVE", None, False
        call.state.insert(job)
    return attrs.evolve(reply) if closed else reply


# Of administrators


def _vos_that_begin_so(call: Call, carry_on: Handler) -> Reply:
    reply, asked = carry_on(call), call.params["vo_name"]
    more = [vo for vo in call.state.vos() if vo != asked and vo.startswith(asked)]
    if reply.status != OK or not more:
        return reply
    sums: dict[str, int] = json.loads(reply.body)
    for vo in more:
        one = json.loads(carry_on(attrs.evolve(call, params={"vo_name": vo})).body)
        sums = {name: count + one[name] for name, count in sums.items()}
    return json_reply(sums)


def _ids(call: Call) -> list[Any]:
    try:
        ids = json.loads(call.body)
    except ValueError:
        return []
    return ids if isinstance(ids, list) and all(type(i) is int for i in ids) else []


def _ids_in_32_bits(call: Call) -> Call:
    ids = _ids(call)
    cut = [file_id % 2**32 for file_id in ids]
    return call if cut == ids else attrs.evolve(call, body=json.dumps(cut).encode())


def _ended_files_start(call: Call, carry_on: Handler) -> Reply:
    files = [file for i in _ids(call) if (file := call.state.find_file(i)) is not None]
    ended = [file for file in files if file.file_state == "FINISHED"]
    if not ended or not call.identity.may("admin"):
        return carry_on(call)
    for file in ended:
        job: Job | None = call.state.find(file.job_id)
        if job is not None:
            reopened(call.state, job, [file])
    return carry_on(attrs.evolve(call))


_cancel = partial(
    defect_of,
    operation="cancel_jobs",
    resource="jobs",
    with_operations=("submit_job", "get_jobs", "list_job_files"),
)
_modify = partial(
    defect_of,
    operation="modify_jobs",
    resource="jobs",
    with_operations=("submit_job", "get_jobs", "list_job_files"),
)
_cancel_files = partial(
    defect_of,
    operation="cancel_job_files",
    resource="jobs",
    with_operations=("submit_job", "get_jobs", "list_job_files"),
)
_start = partial(
    defect_of,
    operation="start_files",
    resource="admin",
    with_operations=("submit_job", "list_jobs", "list_job_files", "get_jobs"),
)

DEFECTS: Final = (
    _cancel(
        "first-id-of-a-cancel-speaks-for-all",
        "DELETE /jobs/{ids} asks for permission for the first job of the list only",
        "authorization-hole",
        _first_id_speaks_for_all,
    ),
    _cancel(
        "canceled-transfer-runs-on",
        "DELETE /jobs/{ids} marks the files and stops nothing: the transfers go on and the job ends FINISHED",
        "state-machine",
        _plans_kept,
    ),
    _cancel(
        "second-cancel-moves-the-end",
        "DELETE /jobs/{ids} of a job that has ended answers 304 and sets job_finished to now",
        "side-effect",
        _end_moves,
    ),
    _modify(
        "priority-set-before-refusal",
        "POST /jobs/{ids} answers 403 about a foreign job and has changed its priority",
        "authorization-hole",
        after(_done_before_refused, statuses=_ANY),
    ),
    _modify(
        "second-priority-lost",
        "The second POST /jobs/{ids} about a job answers the new priority and keeps the first one",
        "lost-change",
        _first_priority_stays,
    ),
    _modify(
        "priority-of-finished-job-starts-it-again",
        "POST /jobs/{ids} about a FINISHED job answers 304 and queues its files once more",
        "state-machine",
        after(_ended_ones_run_again, statuses=_ANY),
    ),
    _cancel_files(
        "foreign-file-canceled-behind-the-sentence",
        "DELETE .../files/{ids} says that a file does not belong to the job, and cancels it",
        "side-effect",
        after(_files_of_others_too),
    ),
    _cancel_files(
        "file-canceled-by-position",
        "DELETE .../files/0 cancels the first file of the job: small numbers are taken for file_index",
        "accepts-invalid",
        on_call(_position_as_id),
    ),
    _cancel_files(
        "job-without-active-files-stays-active",
        "DELETE .../files/{ids} of the last active file leaves the job ACTIVE for ever",
        "state-machine",
        _last_file_leaves_job_open,
    ),
    defect_of(
        "cancel-of-vo-takes-longer-names",
        "DELETE /jobs/vo/{vo} cancels the jobs of all VOs whose names begin with the text",
        "wrong-filter",
        _vos_that_begin_so,
        operation="cancel_vo_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_jobs"),
    ),
    _start(
        "forced-file-ids-cut-to-32-bits",
        "POST /admin/force-start reads file ids into 32 bits and finds none of the large ones",
        "wrong-id",
        on_call(_ids_in_32_bits),
    ),
    _start(
        "finished-file-starts-again",
        "POST /admin/force-start starts files that are FINISHED, and their jobs come back",
        "state-machine",
        _ended_files_start,
    ),
)
