"""The procedures that take several requests, each written once for the synchronous and the asynchronous client.

A flow is a generator: it yields `Call` or `Sleep` and receives the answer, or has the error thrown into it. It does no
I/O itself, so it can be tested by feeding it answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from fts_api.api.files import list_files as list_files_operation
from fts_api.api.jobs import cancel_job_files, get_jobs, list_job_files, modify_jobs, submit_job
from fts_api.api.jobs import cancel_jobs as cancel_jobs_operation
from fts_api.api.jobs import list_jobs as list_jobs_operation
from fts_api.api.server import get_server_info
from fts_api.models import JobError, Modification
from fts_client._answers import JobRecord
from fts_client._calls import Call, Flow, Sleep
from fts_client._delegating import (
    delegate_after_refusal,
    delegations_made,
    ensure_delegation,
    identity,
)
from fts_client._transport import RepeatedConflictError
from fts_client.errors import (
    ConflictError,
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    NeedDelegationError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
)
from fts_client.models import BulkFailure, BulkResult, Job
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from fts_client._answers import (
        File,
        JobChange,
        JobStatus,
        ModifiedJob,
        ServerInfo,
        Whoami,
    )
    from fts_client._session import Session

__all__ = [
    "cancel_files",
    "cancel_jobs",
    "get_job",
    "get_many",
    "list_files",
    "list_jobs",
    "modify",
    "server_info",
    "submit",
]

IDS_PER_REQUEST: Final = 100
"""Job ids in one path. Source: observed on FTS 3.13.4: 109 pass, 110 are answered 404 by the web server."""

_MIN_PRIORITY: Final = 1
_MAX_PRIORITY: Final = 5
# 304 is what a cancel says of a job that had ended: nothing to do, and the job is shown.
_SUCCESSES: Final = ("2", "304")
_REASONS: Final = {403: "Forbidden", 404: "Not Found"}


def server_info() -> Flow[ServerInfo]:
    """Ask for the versions of the server."""
    info: ServerInfo = (yield Call(get_server_info)).parsed
    return info


# --- submitting ----------------------------------------------------------------------------------


def submit(session: Session, job: Job) -> Flow[str]:
    """Submit exactly once; see `FTSClient.submit`."""
    me = yield from identity(session)
    body = job.to_dict()
    params = body["params"]
    if params.get("id_generator", "deterministic") == "deterministic":
        params["id_generator"] = "deterministic"
        if params.get("sid") is None:
            params["sid"] = str(uuid.uuid4())
    job_id = _job_id(params, me)
    if session.sign is not None:
        yield from ensure_delegation(session)
    seen = delegations_made(session)
    try:
        return (yield from _submit_once(body, job_id))
    except NeedDelegationError:
        if session.sign is None:
            raise
    yield from delegate_after_refusal(session, seen=seen)
    return (yield from _submit_once(body, job_id))


def _job_id(params: Mapping[str, Any], me: Whoami) -> str | None:
    """Compute the id that the job will have; None when the server chooses it.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
    """
    if params["id_generator"] != "deterministic" or not me.vos_id:
        return None
    return str(uuid.uuid5(uuid.UUID(me.vos_id[0]), params["sid"]))


class _Body(dict[str, Any]):
    """A finished body where generated code expects one of its models."""

    def to_dict(self) -> dict[str, Any]:
        return self


def _submit_once(body: Mapping[str, Any], job_id: str | None) -> Flow[str]:
    try:
        answer = yield Call(submit_job, {"body": _Body(body)})
    except RepeatedConflictError as error:
        # The first attempt arrived, only its answer was lost. Another 409 (same destination) is no success.
        if job_id is None or "sid" not in error.message:
            raise
        return job_id
    except (FTSConnectionError, FTSResponseError, ServerError) as error:
        # A job that nobody knows of must not exist: tell which one to look for.
        error.job_id = error.job_id or job_id
        raise
    except ConflictError as error:
        if "sid" in error.message:
            error.job_id = error.job_id or job_id
        raise
    return cast("str", answer.parsed.job_id)


# --- asking for jobs -----------------------------------------------------------------------------


def get_job(job_id: str) -> Flow[JobStatus]:
    """Ask for one job."""
    job: JobStatus = (yield Call(get_jobs, {"job_ids": _one(job_id)})).parsed
    return job


def get_many(
    job_ids: Iterable[str], *, files: Iterable[str] | None
) -> Flow[BulkResult[JobStatus]]:
    """Ask for many jobs, as many per request as a path can hold."""
    extra = {} if files is None else {"files": ",".join(files)}
    return (yield from _bulk(get_jobs, _several(job_ids), extra))


def cancel_jobs(job_ids: Iterable[str]) -> Flow[BulkResult[JobChange]]:
    """Cancel many jobs."""
    return (yield from _bulk(cancel_jobs_operation, _several(job_ids), {}))


def modify(job_ids: Iterable[str], *, priority: int) -> Flow[BulkResult[ModifiedJob]]:
    """Change the priority of many jobs."""
    if not _MIN_PRIORITY <= priority <= _MAX_PRIORITY:
        raise FTSUsageError(f"A priority is {_MIN_PRIORITY} to {_MAX_PRIORITY}, got {priority}")
    body = Modification.from_dict({"params": {"priority": priority}})
    return (yield from _bulk(modify_jobs, _several(job_ids), {"body": body}))


def _bulk(
    operation: Any, job_ids: Sequence[str], extra: Mapping[str, Any]
) -> Flow[BulkResult[Any]]:
    found: list[Any] = []
    failures: list[BulkFailure] = []
    for start in range(0, len(job_ids), IDS_PER_REQUEST):
        chunk = job_ids[start : start + IDS_PER_REQUEST]
        try:
            answer = yield Call(operation, {"job_ids": ",".join(chunk), **extra})
        except (NotFoundError, PermissionDeniedError) as error:
            # One id: an error status. Several: 207 with an entry for each. The same thing for the caller.
            if len(chunk) > 1:
                raise
            status = f"{error.status_code} {_REASONS[error.status_code]}"
            failures.append(
                BulkFailure(job_id=chunk[0], http_status=status, message=error.message)
            )
            continue
        entries = answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]
        for entry in entries:
            # An entry that says 200 and is no job lacks something that a job always has.
            if not entry.http_status.startswith(_SUCCESSES):
                failures.append(
                    BulkFailure(
                        job_id=entry.job_id,
                        http_status=entry.http_status,
                        message=entry.http_message or "",
                    )
                )
            elif isinstance(entry, JobError):
                raise FTSResponseError(f"The answer for job {entry.job_id} is not complete")
            else:
                found.append(entry)
    return BulkResult(found=tuple(found), failures=tuple(failures))


def list_jobs(filters: Mapping[str, Any]) -> Flow[list[JobRecord]]:
    """List jobs."""
    jobs = (yield Call(list_jobs_operation, _query(filters))).parsed
    if not all(isinstance(job, JobRecord) for job in jobs):
        raise FTSResponseError("The list holds jobs that are not complete")
    return cast("list[JobRecord]", jobs)


def list_files(filters: Mapping[str, Any]) -> Flow[list[File]]:
    """List unfinished files."""
    files: list[File] = (yield Call(list_files_operation, _query(filters))).parsed
    return files


def job_files(job_id: str) -> Flow[list[File]]:
    """List the files of one job."""
    files: list[File] = (yield Call(list_job_files, {"job_id": _one(job_id)})).parsed
    return files


def cancel_files(job_id: str, file_ids: Iterable[int]) -> Flow[dict[int, str]]:
    """Cancel some files of a job."""
    wanted = list(file_ids)
    if not wanted:
        return {}
    ids = ",".join(map(str, wanted))
    answer = yield Call(cancel_job_files, {"job_id": _one(job_id), "file_ids": ids})
    states = answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]
    return dict(zip(wanted, states, strict=True))


def wait(session: Session, job_id: str, *, timeout_s: float, poll_s: float) -> Flow[JobStatus]:
    """Wait for the end of a job; see `FTSClient.wait_for_job`."""
    if timeout_s < 0 or poll_s <= 0:
        raise FTSUsageError(
            f"timeout_s must not be negative and poll_s more than 0, got {timeout_s} and {poll_s}"
        )
    deadline = session.clock.monotonic() + timeout_s
    while True:
        trouble: Exception | None = None
        try:
            job = yield from get_job(job_id)
        except (FTSConnectionError, FTSResponseError, ServerError) as error:
            # A server that restarts must not end a wait of hours.
            trouble = error
        else:
            if is_terminal(job.job_state):
                return job
        left_s = deadline - session.clock.monotonic()
        if left_s <= 0:
            seen = f"cannot be asked for: {trouble}" if trouble else f"is {job.job_state}"
            raise FTSTimeoutError(
                f"After {timeout_s:g} s job {job_id} still {seen}",
                phase="wait",
                job_id=job_id,
                remedy="Wait longer, or cancel it.",
            ) from trouble
        yield Sleep(min(poll_s, left_s))


# --- arguments -----------------------------------------------------------------------------------


def _one(job_id: str) -> str:
    if not job_id or "," in job_id:
        raise FTSUsageError(f"One job id is needed here, got {job_id!r}")
    return job_id


def _several(job_ids: Iterable[str]) -> list[str]:
    if isinstance(job_ids, str):
        raise FTSUsageError(f"A list of job ids is needed here, got the text {job_ids!r}")
    return [_one(job_id) for job_id in job_ids]


def _query(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was not given, and join lists with commas: of a repeated name FTS reads the first only."""
    query: dict[str, Any] = {}
    for name, value in filters.items():
        if value is None:
            continue
        many = isinstance(value, Iterable) and not isinstance(value, str)
        query[name] = ",".join(value) if many else value
    return query
