"""Ask for jobs and files, cancel and change them, in as few requests as the server allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, Final, SupportsIndex, TypedDict, TypeVar, Unpack, cast

from fts_client._calls import Body, Call, Flow
from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSUsageError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
)
from fts_client.models import BulkFailure, BulkResult

if TYPE_CHECKING:
    from fts_client._answers import (
        CancelCounts,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        ServerInfo,
    )

__all__ = [
    "IDS_PER_REQUEST",
    "cancel_all",
    "cancel_files",
    "cancel_jobs",
    "get_job",
    "get_many",
    "job_files",
    "list_files",
    "list_jobs",
    "modify",
    "server_info",
    "several",
]

T = TypeVar("T")

IDS_PER_REQUEST: Final = 100
"""Job ids in one path. Source: observed on FTS 3.13.4: 109 pass, 110 are answered 404 by the web server."""

_PRIORITIES: Final = range(1, 6)
_JOB_ID: Final = re.compile(r"[0-9A-Za-z_-]+")
# 304 is what a cancel says of a job that had ended: nothing to do, and the job is shown.
_SUCCESSES: Final = ("2", "304")
_REASONS: Final = {403: "Forbidden", 404: "Not Found"}


def server_info() -> Flow[ServerInfo]:
    """Ask for the versions of the server."""
    info: ServerInfo = (yield Call("server.get_server_info")).parsed
    return info


def get_job(job_id: str) -> Flow[JobStatus]:
    """Ask for one job."""
    job: JobStatus = (yield Call("jobs.get_jobs", {"job_ids": _one(job_id)})).parsed
    return job


def get_many(
    job_ids: Iterable[str], *, files: Iterable[str] | None
) -> Flow[BulkResult[JobStatus]]:
    """Ask for many jobs, as many per request as a path can hold."""
    extra = _query({"files": files})
    return (yield from _bulk("jobs.get_jobs", several(job_ids), extra))


def cancel_jobs(job_ids: Iterable[str]) -> Flow[BulkResult[JobChange]]:
    """Cancel many jobs."""
    return (yield from _bulk("jobs.cancel_jobs", several(job_ids), {}))


def modify(job_ids: Iterable[str], *, priority: int) -> Flow[BulkResult[ModifiedJob]]:
    """Change the priority of many jobs."""
    if priority not in _PRIORITIES:
        raise FTSUsageError(
            f"A priority is {_PRIORITIES[0]} to {_PRIORITIES[-1]}, got {priority!r}"
        )
    body = Body({"params": {"priority": priority}})
    return (yield from _bulk("jobs.modify_jobs", several(job_ids), {"body": body}))


def _bulk(
    operation: str, job_ids: Sequence[str], extra: Mapping[str, Any]
) -> Flow[BulkResult[Any]]:
    found: list[Any] = []
    failures: list[BulkFailure] = []
    todo = _chunks(job_ids)
    todo.reverse()
    while todo:
        chunk = todo.pop()
        try:
            answer = yield Call(operation, {"job_ids": ",".join(chunk), **extra})
        except (NotFoundError, PermissionDeniedError) as error:
            # One id: an error status. Several: 207 with an entry for each, but older servers refuse them all when none is left.
            if len(chunk) > 1:
                middle = len(chunk) // 2
                todo += [chunk[middle:], chunk[:middle]]
                continue
            status = f"{error.status_code} {_REASONS[error.status_code]}"
            failures.append(
                BulkFailure(job_id=chunk[0], http_status=status, message=error.message)
            )
        except (FTSConnectionError, FTSResponseError, ServerError) as error:
            # What is known of the other jobs must not be lost; with nothing known, the error says it better.
            if not found and not failures:
                raise
            failures += (
                BulkFailure(job_id=job_id, http_status="", message=str(error))
                for ids in (chunk, *reversed(todo))
                for job_id in ids
            )
            todo.clear()
        else:
            _sort(answer.parsed, found, failures)
    return BulkResult(found=tuple(found), failures=tuple(failures))


def _sort(parsed: Any, found: list[Any], failures: list[BulkFailure]) -> None:
    """Tell the jobs of one answer from the reasons why there is none."""
    from fts_api.models import JobError  # noqa: PLC0415 - see Call.operation

    for entry in parsed if isinstance(parsed, list) else [parsed]:
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


class JobFilters(TypedDict):
    """What `list_jobs` can filter by; None: not."""

    state_in: Iterable[str] | None
    source_se: str | None
    dest_se: str | None
    limit: int | None
    time_window: str | None
    vo_name: str | None
    user_dn: str | None
    dlg_id: str | None


class FileFilters(TypedDict):
    """What `list_files` can filter by; None: not."""

    state_in: Iterable[str] | None
    source_se: str | None
    dest_se: str | None
    dest_surl: str | None
    vo_name: str | None


def list_jobs(**filters: Unpack[JobFilters]) -> Flow[list[JobRecord]]:
    """List jobs."""
    from fts_client._answers import JobRecord  # noqa: PLC0415 - see Call.operation

    jobs = (yield Call("jobs.list_jobs", _query(filters))).parsed
    if not all(isinstance(job, JobRecord) for job in jobs):
        raise FTSResponseError("The list holds jobs that are not complete")
    return cast("list[JobRecord]", jobs)


def list_files(**filters: Unpack[FileFilters]) -> Flow[list[File]]:
    """List unfinished files."""
    files: list[File] = (yield Call("files.list_files", _query(filters))).parsed
    return files


def job_files(job_id: str) -> Flow[list[File]]:
    """List the files of one job."""
    files: list[File] = (yield Call("jobs.list_job_files", {"job_id": _one(job_id)})).parsed
    return files


def cancel_files(job_id: str, file_ids: Iterable[int]) -> Flow[dict[int, str]]:
    """Cancel some files of a job."""
    job_id = _one(job_id)
    # Each is checked: the text "12" in place of a list would cancel the files 1 and 2.
    wanted = [_file_id(file_id) for file_id in dict.fromkeys(file_ids)]
    outcome: dict[int, str] = {}
    for chunk in _chunks(wanted):
        ids = ",".join(map(str, chunk))
        answer = yield Call("jobs.cancel_job_files", {"job_id": job_id, "file_ids": ids})
        states = answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]
        outcome.update(zip(chunk, states, strict=True))
    return outcome


def cancel_all(vo_name: str | None) -> Flow[CancelCounts]:
    """Cancel every job of a VO or of the server."""
    if vo_name == "":
        raise FTSUsageError("An empty vo_name names no VO")
    call = (
        Call("jobs.cancel_all_jobs")
        if vo_name is None
        else Call("jobs.cancel_vo_jobs", {"vo_name": vo_name})
    )
    counts: CancelCounts = (yield call).parsed
    return counts


# --- arguments -----------------------------------------------------------------------------------


def _one(job_id: object) -> str:
    # What is no id may be another path: with "all", a cancel of one job would be the cancel of all.
    if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id) or job_id == "all":
        raise FTSUsageError(f"One job id is needed here, got {job_id!r}")
    return job_id


def _file_id(file_id: object) -> int:
    # Whole numbers of other libraries too, as in a column of a table.
    if not isinstance(file_id, SupportsIndex) or isinstance(file_id, bool):
        raise FTSUsageError(f"A file id is a whole number, got {file_id!r}")
    return index(file_id)


def _chunks(ids: Sequence[T]) -> list[Sequence[T]]:
    return [ids[start : start + IDS_PER_REQUEST] for start in range(0, len(ids), IDS_PER_REQUEST)]


def several(job_ids: Iterable[str]) -> list[str]:
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
        if many and not query[name]:
            # To the server it would mean no filter at all.
            raise FTSUsageError(f"{name} is empty; leave it out, or name something")
    return query
