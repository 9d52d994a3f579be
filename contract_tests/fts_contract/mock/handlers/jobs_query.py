"""Reading jobs: `GET /jobs`, `GET /jobs/{ids}` and the sub-resources of one job."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.collation import collated
from fts_contract.mock.errors import APIError, bad_request, forbidden
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.handlers.job_access import for_each_job, listed_jobs, one_job, states_in
from fts_contract.mock.records import (
    FILE_FIELDS,
    JOB_FIELDS,
    File,
    Job,
    dm_json,
    file_json,
    job_json,
    retry_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST: Final = 500


def list_jobs(call: Call) -> Reply:
    """List jobs.

    Source: observed on FTS 3.13.4 (the table of state_in, limit and time_window).
    """
    call.need("transfer")
    _check_owner(call)
    states = states_in(call)
    limit = _limit(call)
    since = _window_start(call)
    if states and limit is None and since is not None:
        condition = "window"
    elif states and limit is not None:
        condition = "any"
    else:
        condition = "open"
    jobs: Iterable[Job] = listed_jobs(call, only_open=condition == "open")
    jobs = _filter(call, jobs, states=states)
    if condition == "window":
        jobs = (j for j in jobs if j.job_finished is not None and j.job_finished >= (since or ""))
    if limit:
        # Of equal times the later submission is the newer one.
        newest = heapq.nlargest(limit, enumerate(jobs), key=lambda e: (e[1].submit_time, e[0]))
        jobs = (job for _, job in newest)
    fields = call.argument("fields")
    if fields is None:
        return json_reply([job_json(job) for job in jobs])
    names = [name for name in fields.split(",") if name in JOB_FIELDS or name in ("files", "dm")]
    return json_reply([{name: _field(job, name) for name in names} for job in jobs])


def _check_owner(call: Call) -> None:
    caller = call.caller
    if call.argument("dlg_id") not in (None, caller.delegation_id):
        raise forbidden("The provided delegation id does not match your delegation id")
    if call.argument("user_dn") not in (None, caller.user_dn):
        raise bad_request("The provided DN and delegation id do not correspond to the same user")


def _limit(call: Call) -> int | None:
    text = call.argument("limit")
    try:
        limit = int(text or "")
    except ValueError:
        return None
    if not 0 <= limit <= _MOST:
        raise bad_request(f"The limit must be positive and less or equal than {_MOST}")
    return limit


def _window_start(call: Call) -> str | None:
    text = call.argument("time_window")
    if text is None:
        return None
    try:
        parts = [int(part) for part in text.split(":")[:2]]
    except ValueError:
        return None
    seconds = parts[0] * 3600 + (parts[1] * 60 if len(parts) > 1 else 0)
    # The reference fails with 500 for windows that begin before the year 1.
    return wire_time(max(call.now - seconds, 0.0))


def _filter(call: Call, jobs: Iterable[Job], *, states: frozenset[str]) -> Iterator[Job]:
    storages = {
        name: collated(text) for name in ("source_se", "dest_se") if (text := call.argument(name))
    }
    owner = {"user_dn": call.argument("user_dn"), "cred_id": call.argument("dlg_id")}
    exact = {name: text for name, text in owner.items() if text}
    if not storages and not exact:
        return (job for job in jobs if not states or job.job_state in states)
    return (
        job
        for job in jobs
        if (not states or job.job_state in states)
        and all(collated(getattr(job, name) or "") == text for name, text in storages.items())
        and all(getattr(job, name) == text for name, text in exact.items())
    )


def _field(job: Job, name: str) -> Any:
    if name == "files":
        return [file_json(file) for file in job.files]
    if name == "dm":
        return [dm_json(entry) for entry in job.dm or ()]
    return getattr(job, name)


def get_jobs(call: Call) -> Reply:
    """One job as an object, several as an array; `files=` adds chosen fields of the files."""
    wanted: list[str] | None = None
    if "files" in call.query:
        wanted = call.query["files"].split(",")

    def entry(job: Job) -> dict[str, Any]:
        record = {**job_json(job), "http_status": "200 Ok"}
        if wanted is not None:
            record["files"] = [_chosen(file, wanted) for file in job.files]
        return record

    return for_each_job(call, entry)


def _chosen(file: File, names: list[str]) -> dict[str, Any]:
    record = {name: getattr(file, name) for name in names if name in FILE_FIELDS}
    if "retries" in names:
        record["retries"] = [retry_json(retry) for retry in file.retries or ()]
    return record


def list_job_files(call: Call) -> Reply:
    """The files of a job, complete."""
    return json_reply([file_json(file) for file in one_job(call).files])


def list_job_dm(call: Call) -> Reply:
    """The deletions of an old deletion job; empty for transfers."""
    return json_reply([dm_json(entry) for entry in one_job(call).dm or ()])


def list_file_retries(call: Call) -> Reply:
    """List the failed attempts of a file; an empty list for an unknown file.

    FTS 3.13.4 shows the retries of any file through any job that the caller may read; the mock shows only
    those of files of this job.
    """
    job = one_job(call)
    wanted = call.params["file_id"]
    return json_reply(
        [
            {**retry_json(retry), "file": file_json(file)}
            for file in job.files
            if str(file.file_id) == wanted
            for retry in file.retries or ()
        ]
    )


def get_job_field(call: Call) -> Reply:
    """One field of a job as a bare JSON value."""
    job = one_job(call)
    name = call.params["field"]
    if name not in JOB_FIELDS:
        raise APIError(404, "No such field")
    return json_reply(getattr(job, name))
