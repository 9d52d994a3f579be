"""Changing jobs: cancel, modify, cancel of everything, forced start."""

from __future__ import annotations

import re
from typing import Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import bad_request, forbidden
from fts_contract.mock.exchange import JSON, Call, Reply, json_reply, parse_json
from fts_contract.mock.handlers.job_access import for_each_job, one_job
from fts_contract.mock.records import (
    ACTIVE_FILE_STATES,
    ACTIVE_JOB_STATES,
    File,
    Job,
    file_json,
    job_json,
)
from fts_contract.mock.submission.values import number

_CANCELED: Final = "Job canceled by the user"
_LEADING_DIGITS: Final = re.compile(r"\d+")


def _unchanged(job: Job) -> dict[str, Any]:
    return {
        **job_json(job),
        "http_status": "304 Not Modified",
        "http_message": "The job is in a terminal state",
    }


def cancel_jobs(call: Call) -> Reply:
    """Cancel jobs; those that have ended are marked 304 inside a 200.

    Source: observed on FTS 3.13.4 (cancel): in an array the canceled ones come last.
    """
    canceled: set[str] = set()  # one that is named twice is canceled twice

    def cancel(job: Job) -> dict[str, Any]:
        if job.is_terminal and job.job_id not in canceled:
            return _unchanged(job)
        _cancel_parts(call, job, finished=wire_time(call.now))
        job.cancel_job = True
        call.state.close(job, state="CANCELED", reason=_CANCELED)
        canceled.add(job.job_id)
        return {**job_json(job), "http_status": "200 Ok", "http_message": None}

    return for_each_job(call, cancel, changed_last=True)


def _cancel_parts(call: Call, job: Job, *, finished: str | None) -> tuple[int, int]:
    """Cancel what is active of a job; returns how many files and how many deletions were active."""
    files = [file for file in job.files if file.file_state in ACTIVE_FILE_STATES]
    for file in files:
        _cancel_file(call, file)
        file.reason = _CANCELED
        # With a running process the daemon ends it and fills in the time; the mock has no process to end,
        # but an arranged `pid` behaves as on the reference.
        file.finish_time = None if file.pid is not None else finished
    deletions = [entry for entry in job.dm or () if entry.file_state == "DELETE"]
    for entry in deletions:
        entry.file_state = "CANCELED"
        entry.finish_time = entry.job_finished = finished
    return len(files), len(deletions)


def _cancel_file(call: Call, file: File) -> None:
    call.state.set_file_state(file, "CANCELED")
    file.finish_time = wire_time(call.now)
    file.dest_surl_uuid = None


def cancel_job_files(call: Call) -> Reply:
    """Cancel single files of a job; the job is canceled when none of its files is active any more."""
    job = one_job(call)
    if job.job_type in ("H", "Y", "R"):
        raise bad_request(f"Multihop or reuse jobs must be cancelled at once ({job.job_type})")
    text = call.params["file_ids"]
    files = {file.file_id: file for file in job.files}
    states = []
    for part in text.split(","):
        digits = _LEADING_DIGITS.match(part)
        file = files.get(int(digits.group())) if digits else None
        if file is None:
            states.append("File does not belong to the job")
            continue
        if file.file_state in ACTIVE_FILE_STATES:
            _cancel_file(call, file)
        states.append(file.file_state)
    if not any(file.file_state in ACTIVE_FILE_STATES for file in job.files):
        job.cancel_job = True
        call.state.close(job, state="CANCELED", reason=None)
    return json_reply(states if "," in text else states[0])


def modify_jobs(call: Call) -> Reply:
    """Change the priority of jobs; nothing else has an effect.

    Source: observed on FTS 3.13.4 (modify); values that the reference answers 500 are 400 here.
    """
    call.need("transfer")
    priority = _priority(call)

    def modify(job: Job) -> dict[str, Any]:
        if job.is_terminal:
            return _unchanged(job)
        answer: dict[str, Any] = {"http_status": "200 Ok", "http_message": None}
        if priority:
            job.priority = priority
            for file in job.files:
                file.priority = priority
            answer["files"] = [file_json(file) for file in job.files]
        return {**job_json(job), **answer}

    return for_each_job(call, modify, changed_last=True)


def _priority(call: Call) -> int:
    body = call.json_object()
    params = body.get("params", {})
    if not isinstance(params, dict):
        raise bad_request("Malformed request: params is not an object")
    try:
        return number(params.get("priority", 0), name="priority")
    except (TypeError, ValueError, OverflowError):
        raise bad_request("Invalid priority value") from None


def cancel_all(call: Call) -> Reply:
    """Cancel everything, or everything of a VO; root only. The answer counts what was active."""
    if not call.caller.is_root:
        raise forbidden("User does not have root privileges")
    vo = call.params.get("vo_name")
    files = deletions = jobs = 0
    for job in call.state.jobs_of(vo, only_open=True):
        canceled = _cancel_parts(call, job, finished=None)
        files, deletions = files + canceled[0], deletions + canceled[1]
        if job.job_state in ACTIVE_JOB_STATES:
            call.state.close(job, state="CANCELED", reason=_CANCELED)
            jobs += 1
    return json_reply({"affected_files": files, "affected_dm": deletions, "affected_jobs": jobs})


def force_start(call: Call) -> Reply:
    """Start queued files before their turn; certificate and level `admin`. The answer lists the failures only."""
    call.need("admin", certificate=True)
    if call.content_type != JSON:
        raise bad_request("Only accepts 'Content-Type: application/json'")
    wanted = parse_json(call.body, refusal="Malformed input")
    if not isinstance(wanted, list) or not all(isinstance(i, int) for i in wanted):
        raise bad_request("Only accepts a list of integer fileIDs")
    failures = []
    for file_id in wanted:
        file = call.state.find_file(int(file_id))
        if file is None:
            failures.append({"file_id": file_id, "error": "File does not exist"})
        elif file.file_state != "SUBMITTED":
            failures.append({"file_id": file_id, "error": "File is not in SUBMITTED state"})
        else:
            call.state.resume_file(file, "FORCE_START")
    return json_reply(failures)
