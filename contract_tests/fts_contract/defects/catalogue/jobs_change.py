"""Defects of canceling and changing jobs, and of force-start."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import (
    as_another_caller,
    everybody_may,
    given,
)
from fts_contract.defects.seams import (
    after,
    dropped,
    failing,
    member,
    on_json,
    status,
)
from fts_contract.defects.stores import undone
from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import Call, Reply, error_reply, json_reply
from fts_contract.mock.records import ACTIVE_FILE_STATES, job_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.records import File, Job

_OK: Final = 200


def _params(call: Call) -> dict[str, Any]:
    params = given(call).get("params")
    return params if isinstance(params, dict) else {}


def _jobs(call: Call) -> Iterator[Job]:
    names = call.params.get("job_ids") or call.params["job_id"]
    for job_id in names.split(","):
        job = call.state.find(job_id)
        if job is not None and call.identity.may_touch(user_dn=job.user_dn, vo_name=job.vo_name):
            yield job


def _files(call: Call) -> list[File]:
    return [file for job in _jobs(call) for file in job.files]


def _jobs_and_files(call: Call) -> list[Job | File]:
    return [*_jobs(call), *_files(call)]


def _open_files(call: Call) -> list[File]:
    return [file for file in _files(call) if file.file_state in ACTIVE_FILE_STATES]


def _after_unknown(call: Call) -> list[Job | File]:
    """Get the open jobs that are named after the first unknown id, with their files."""
    ids = itertools.dropwhile(
        lambda job_id: not job_id or call.state.find(job_id), call.params["job_ids"].split(",")
    )
    jobs = [job for job_id in ids if (job := call.state.find(job_id)) and not job.is_terminal]
    return [*jobs, *(file for job in jobs for file in job.files)]


def _terminal_unknown(call: Call, carry_on: Handler) -> Reply:
    ended = [job.job_id for job in _jobs(call) if job.is_terminal]
    if not ended or "," in call.params["job_ids"]:
        return carry_on(call)
    body = {
        "job_id": ended[0],
        "http_status": "404 Not Found",
        "http_message": f'No job with the id "{ended[0]}" has been found',
    }
    return json_reply(body, status=404)


def _as_if_new(_call: Call, body: Any) -> Any:
    for entry in body if isinstance(body, list) else [body]:
        if entry.get("http_status") == "304 Not Modified":
            entry.update(http_status="200 Ok", http_message=None)
    return body


def _rewrite_ended(call: Call, carry_on: Handler) -> Reply:
    ended = [job for job in _jobs(call) if job.job_state in {"FINISHED", "FAILED"}]
    for job in ended:
        job.job_state, job.cancel_job, job.reason = "CANCELED", True, "Job canceled by the user"
    reply = carry_on(call)
    return json_reply(json.loads(reply.body), status=reply.status) if ended else reply


def _no_end(call: Call, _reply: Reply) -> bool:
    touched = False
    for job in _jobs(call):
        if job.job_state == "CANCELED" and job.job_finished is not None:
            job.job_finished = None
            touched = True
    return touched


def _neighbour(call: Call, reply: Reply) -> bool:
    """Also cancel the newest other job of the owner."""
    del reply
    named = list(_jobs(call))
    for job in list(call.state.jobs_of(call.identity.vo, only_open=True))[::-1]:
        if job not in named and job.user_dn == call.identity.caller.user_dn:
            for file in job.files:
                call.state.set_file_state(file, "CANCELED")
                file.finish_time = wire_time(call.now)
            job.cancel_job = True
            call.state.close(job, state="CANCELED", reason="Job canceled by the user")
            return True
    return False


def _whole_job(call: Call, _reply: Reply) -> bool:
    touched = False
    for job in _jobs(call):
        for file in job.files:
            if file.file_state in ACTIVE_FILE_STATES:
                call.state.set_file_state(file, "CANCELED")
                file.finish_time = wire_time(call.now)
                touched = True
        if touched:
            job.cancel_job = True
            call.state.close(job, state="CANCELED", reason=None)
    return touched


def _job_left_open(call: Call, _reply: Reply) -> bool:
    touched = False
    for job in _jobs(call):
        if job.job_state == "CANCELED" and job.job_finished is not None:
            job.job_state, job.job_finished, job.cancel_job = "SUBMITTED", None, False
            call.state.insert(job)
            touched = True
    return touched


def _one_more(call: Call, _reply: Reply) -> bool:
    if "priority" not in _params(call):
        return False
    touched = False
    for job in _jobs(call):
        if not job.is_terminal:
            job.priority = (job.priority or 0) + 1
            touched = True
    return touched


def _change_ended(call: Call, carry_on: Handler) -> Reply:
    ended = [job for job in _jobs(call) if job.is_terminal]
    reply = carry_on(call)
    if reply.status != _OK or len(ended) != 1 or "," in call.params["job_ids"]:
        return reply
    try:
        priority = int(_params(call)["priority"])
    except (ValueError, TypeError, KeyError):
        return reply
    ended[0].priority = priority
    return json_reply({**job_json(ended[0]), "http_status": "200 Ok", "http_message": None})


def _any_priority(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == 400 and b"Invalid priority" in reply.body:  # noqa: PLR2004
        found = list(_jobs(call))
        if len(found) == 1:
            return json_reply(
                {**job_json(found[0]), "http_status": "200 Ok", "http_message": None}
            )
    return reply


def _null_priority(call: Call) -> bool:
    return given(call).get("params", {}) is None or _params(call).get("priority", "") is None


def _as_list(_call: Call, body: Any) -> Any:
    return body if isinstance(body, list) else [body]


def _fail_on_foreign(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == _OK and b"does not belong" in reply.body:
        return error_reply(APIError(500, "'NoneType' object has no attribute 'file_state'"))
    return reply


def _silent(_call: Call, body: Any) -> Any:
    return [entry for entry in body if "exist" not in entry["error"]]


_cancel_jobs = partial(defect_of, operation="cancel_jobs", resource="jobs")
_cancel_job_files = partial(defect_of, operation="cancel_job_files", resource="jobs")
_modify_jobs = partial(defect_of, operation="modify_jobs", resource="jobs")
_start_files = partial(defect_of, operation="start_files", resource="jobs")
_SEEN: Final = ("get_jobs", "list_job_files")
_CANCEL: Final = (
    _cancel_jobs(
        "cancel-without-effect",
        "DELETE /jobs/{ids} says CANCELED, and the job goes on",
        "lost-change",
        undone(_jobs_and_files),
        with_operations=_SEEN,
    ),
    _cancel_jobs(
        "cancel-leaves-files-running",
        "DELETE /jobs/{ids} cancels the job, and its files go on",
        "state-machine",
        undone(_open_files),
        with_operations=_SEEN,
    ),
    _cancel_jobs(
        "cancel-again-not-found",
        "DELETE /jobs/{id} of a job that has ended is 404",
        "wrong-status",
        _terminal_unknown,
        only="cancel-idempotent",
    ),
    _cancel_jobs(
        "cancel-again-called-ok",
        "DELETE /jobs/{id} says 200 Ok, not 304, of a job that had ended before",
        "state-machine",
        on_json(_as_if_new),
    ),
    _cancel_jobs(
        "cancel-rewrites-ended-jobs",
        "DELETE /jobs/{id} turns a FINISHED job into a CANCELED one",
        "state-machine",
        _rewrite_ended,
        with_operations=_SEEN,
        only="job-life",
    ),
    _cancel_jobs(
        "cancel-unknown-no-content",
        "DELETE /jobs/{id} answers 204 for an unknown job",
        "wrong-status",
        status(204, instead_of=404),
    ),
    _cancel_jobs(
        "cancel-multi-status-as-200",
        "DELETE /jobs/{ids} answers 200 although one of the jobs is unknown",
        "wrong-status",
        status(200, instead_of=207),
    ),
    _cancel_jobs(
        "cancel-stops-at-unknown",
        "DELETE /jobs/{ids} cancels nothing after an unknown id",
        "lost-change",
        undone(_after_unknown),
        with_operations=_SEEN,
    ),
    _cancel_jobs(
        "cancel-without-end",
        "DELETE /jobs/{ids} leaves job_finished null in what it cancels",
        "state-machine",
        after(_no_end),
        with_operations=_SEEN,
    ),
    _cancel_jobs(
        "cancel-takes-another-job-along",
        "DELETE /jobs/{ids} also cancels another job of the user",
        "side-effect",
        after(_neighbour),
        with_operations=_SEEN,
    ),
    _cancel_jobs(
        "cancel-for-anonymous",
        "DELETE /jobs/{ids} cancels jobs for callers without a certificate",
        "authorization-hole",
        as_another_caller(everybody_may("transfer")),
    ),
    _cancel_jobs(
        "cancel-without-message",
        "DELETE /jobs/{ids} leaves http_message out",
        "missing-field",
        dropped("http_message"),
    ),
    _cancel_jobs(
        "cancel-error-names-another-status",
        "DELETE /jobs/{id} of an unknown job is 404 and says 403 in its body",
        "error-shape",
        member("http_status", lambda _: "403 Forbidden", statuses={404}),
        only="error-status-mismatch",
    ),
)
_CANCEL_FILES: Final = (
    _cancel_job_files(
        "cancel-file-as-list",
        "DELETE /jobs/{id}/files/{file_id} answers a list for one file",
        "retyped-field",
        on_json(_as_list),
    ),
    _cancel_job_files(
        "cancel-file-cancels-the-job",
        "DELETE /jobs/{id}/files/{file_id} cancels every file of the job",
        "side-effect",
        after(_whole_job),
        with_operations=_SEEN,
        only="cancel-files",
    ),
    _cancel_job_files(
        "cancel-file-without-effect",
        "DELETE /jobs/{id}/files/{file_id} says CANCELED, and the file goes on",
        "lost-change",
        undone(_jobs_and_files),
        with_operations=_SEEN,
    ),
    _cancel_job_files(
        "cancel-last-file-leaves-job-open",
        "DELETE of the last file leaves the job SUBMITTED forever",
        "state-machine",
        after(_job_left_open),
        with_operations=_SEEN,
    ),
    _cancel_job_files(
        "cancel-file-of-another-job-fails",
        "DELETE /jobs/{id}/files/{file_id} fails on a file that is not in the job",
        "server-error",
        _fail_on_foreign,
    ),
)
_MODIFY: Final = (
    _modify_jobs(
        "modify-without-effect",
        "POST /jobs/{ids} shows the new priority and keeps the old one",
        "lost-change",
        undone(_jobs_and_files),
        with_operations=_SEEN,
    ),
    _modify_jobs(
        "modify-forgets-the-files",
        "POST /jobs/{ids} changes the priority of the job, not of its files",
        "lost-change",
        undone(_files),
        with_operations=_SEEN,
        only="priority-visible",
    ),
    _modify_jobs(
        "modify-one-too-many",
        "POST /jobs/{ids} stores the priority plus one",
        "off-by-one",
        after(_one_more),
        with_operations=_SEEN,
    ),
    _modify_jobs(
        "modify-changes-ended-jobs",
        "POST /jobs/{id} changes jobs that have ended",
        "state-machine",
        _change_ended,
        with_operations=("cancel_jobs", "get_jobs"),
    ),
    _modify_jobs(
        "modify-takes-any-priority",
        "POST /jobs/{id} answers 200 to a priority that is not a number",
        "accepts-invalid",
        _any_priority,
    ),
    _modify_jobs(
        "modify-fails-on-null",
        "POST /jobs/{ids} fails when priority is null",
        "server-error",
        failing(_null_priority),
    ),
)
_START: Final = (
    _start_files(
        "force-start-for-users",
        "POST /admin/force-start is served to users without level admin",
        "authorization-hole",
        as_another_caller(everybody_may("admin")),
        caller="alice",
    ),
    _start_files(
        "force-start-null-when-done",
        "POST /admin/force-start answers null in place of an empty list",
        "null",
        on_json(lambda _call, body: body or None),
    ),
    _start_files(
        "force-start-hides-unknown-files",
        "POST /admin/force-start does not report files that do not exist",
        "lost-change",
        on_json(_silent),
        only="force-start-told",
    ),
)
DEFECTS: Final = (*_CANCEL, *_CANCEL_FILES, *_MODIFY, *_START)
