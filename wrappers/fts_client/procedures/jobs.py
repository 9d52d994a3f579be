"""Ask for jobs and files, cancel and change them, in as few requests as the server allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack, cast

from fts_client.errors import (
    FTSError,
    FTSResponseError,
    FTSUsageError,
    NotFoundError,
    PermissionDeniedError,
)
from fts_client.procedures.arguments import (
    chunks,
    file_id_of,
    one_job_id,
    query_of,
    several_job_ids,
)
from fts_client.procedures.driver import Body, Call, Flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fts_client.answers import (
        CancelCounts,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        ServerInfo,
    )
    from fts_client.models import BulkFailure, BulkResult

__all__ = [
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
]

_PRIORITIES: Final = range(1, 6)
# 304 is what a cancel says of a job that had ended: nothing to do, and the job is shown.
_SUCCESSES: Final = ("2", "304")
_REASONS: Final = {403: "Forbidden", 404: "Not Found"}


def server_info() -> Flow[ServerInfo]:
    """Ask for the versions of the server."""
    info: ServerInfo = (yield Call("server.get_server_info")).parsed
    return info


def get_job(job_id: str) -> Flow[JobStatus]:
    """Ask for one job."""
    from fts_api.models import JobError  # noqa: PLC0415 - see Call.operation

    job: JobStatus | JobError = (
        yield Call("jobs.get_jobs", {"job_ids": one_job_id(job_id)})
    ).parsed
    if isinstance(job, JobError):
        # A job that is missing would have an error status.
        raise FTSResponseError(f"The answer for job {job_id} is not complete")
    return job


def get_many(
    job_ids: Iterable[str], *, files: Iterable[str] | None
) -> Flow[BulkResult[JobStatus]]:
    """Ask for many jobs, as many per request as a path can hold."""
    extra = query_of({"files": files})
    return (yield from _bulk("jobs.get_jobs", several_job_ids(job_ids), extra))


def cancel_jobs(job_ids: Iterable[str]) -> Flow[BulkResult[JobChange]]:
    """Cancel many jobs."""
    return (yield from _bulk("jobs.cancel_jobs", several_job_ids(job_ids), {}))


def modify(job_ids: Iterable[str], *, priority: int) -> Flow[BulkResult[ModifiedJob]]:
    """Change the priority of many jobs."""
    if priority not in _PRIORITIES:
        raise FTSUsageError(
            f"A priority is {_PRIORITIES[0]} to {_PRIORITIES[-1]}, got {priority!r}"
        )
    body = Body({"params": {"priority": priority}})
    return (yield from _bulk("jobs.modify_jobs", several_job_ids(job_ids), {"body": body}))


def _bulk(
    operation: str, job_ids: Sequence[str], extra: Mapping[str, Any]
) -> Flow[BulkResult[Any]]:
    from fts_client.models import BulkFailure, BulkResult  # noqa: PLC0415 - see Call.operation

    found: list[Any] = []
    failures: list[BulkFailure] = []
    todo = chunks(job_ids)
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
        except FTSError as error:
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
    from fts_client.models import BulkFailure  # noqa: PLC0415

    for entry in parsed if isinstance(parsed, list) else [parsed]:
        fine = entry.http_status.startswith(_SUCCESSES)
        if isinstance(entry, JobError) or not fine:
            # What says 200 and is no job lacks something that a job always has.
            why = "The answer for this job is not complete" if fine else ""
            failures.append(
                BulkFailure(
                    job_id=entry.job_id,
                    http_status=entry.http_status,
                    message=entry.http_message or why,
                )
            )
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
    from fts_client.answers import JobRecord  # noqa: PLC0415 - see Call.operation

    jobs = (yield Call("jobs.list_jobs", query_of(filters))).parsed
    if not all(isinstance(job, JobRecord) for job in jobs):
        raise FTSResponseError("The list holds jobs that are not complete")
    return cast("list[JobRecord]", jobs)


def list_files(**filters: Unpack[FileFilters]) -> Flow[list[File]]:
    """List unfinished files."""
    files: list[File] = (yield Call("files.list_files", query_of(filters))).parsed
    return files


def job_files(job_id: str) -> Flow[list[File]]:
    """List the files of one job."""
    files: list[File] = (yield Call("jobs.list_job_files", {"job_id": one_job_id(job_id)})).parsed
    return files


def cancel_files(job_id: str, file_ids: Iterable[int]) -> Flow[dict[int, str]]:
    """Cancel some files of a job."""
    job_id = one_job_id(job_id)
    # Each is checked: the text "12" in place of a list would cancel the files 1 and 2.
    wanted = [file_id_of(file_id) for file_id in dict.fromkeys(file_ids)]
    outcome: dict[int, str] = {}
    for chunk in chunks(wanted):
        ids = ",".join(map(str, chunk))
        answer = yield Call("jobs.cancel_job_files", {"job_id": job_id, "file_ids": ids})
        states = answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]
        if len(states) != len(chunk):
            raise FTSResponseError(
                f"The answer names {len(states)} states for {len(chunk)} files of job {job_id}"
            )
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
