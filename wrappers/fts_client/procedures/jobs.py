"""Ask for jobs and files, cancel and change them, in as few requests as the server allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from fts_client.errors import (
    FTSError,
    FTSResponseError,
    FTSUsageError,
    NotFoundError,
    PermissionDeniedError,
)
from fts_client.models import BulkFailure, BulkResult
from fts_client.procedures.arguments import (
    chunks,
    expect,
    file_id_of,
    one_job_id,
    query_of,
    several_job_ids,
)
from fts_client.procedures.driver import Body, Call, Flow

if TYPE_CHECKING:
    from fts_client.models import (
        CancelCounts,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
    )

T = TypeVar("T")

_PRIORITIES: Final = range(1, 6)
# A cancel answers 304 for a job that had ended: there was nothing to do, and the job is shown.
_SUCCESSES: Final = ("2", "304")
_REASONS: Final = {403: "Forbidden", 404: "Not Found"}


def ask(operation: str, **arguments: Any) -> Flow[T]:
    """Make one request and return its answer; the caller says of which type that is."""
    return cast("T", (yield Call(operation, arguments)).parsed)


def get_job(job_id: str) -> Flow[JobStatus]:
    """Ask for one job."""
    job: JobStatus = yield from _one("jobs.get_jobs", job_id)
    _with_files([job])
    return job


def cancel_job(job_id: str) -> Flow[JobChange]:
    """Cancel one job."""
    return _one("jobs.cancel_jobs", job_id)


def modify_job(job_id: str, *, priority: int) -> Flow[ModifiedJob]:
    """Change the priority of one job."""
    return _one("jobs.modify_jobs", job_id, body=_priority(priority))


def _one(operation: str, job_id: str, **extra: Any) -> Flow[Any]:
    """Make a request about one job; the server answers with an error status when it cannot serve it."""
    from fts_api.models import JobError  # noqa: PLC0415 - see Call.operation

    job: Any = yield from ask(operation, job_ids=one_job_id(job_id), **extra)
    if isinstance(job, JobError | list):
        raise FTSResponseError(f"The answer for job {job_id} is not complete")
    if job.job_id.lower() != job_id.lower():
        raise FTSResponseError(f"The answer for job {job_id} is about job {job.job_id}")
    return job


def get_jobs(
    job_ids: Iterable[str], *, files: Iterable[str] | None = None
) -> Flow[BulkResult[JobStatus]]:
    """Ask for many jobs."""
    jobs: BulkResult[JobStatus] = yield from _bulk(
        "jobs.get_jobs", job_ids, **query_of({"files": files})
    )
    _with_files(jobs)
    return jobs


def _with_files(jobs: Iterable[JobStatus]) -> None:
    from fts_client.jobs.answers import with_files  # noqa: PLC0415 - see Call.operation

    with_files(jobs)


def cancel_jobs(job_ids: Iterable[str]) -> Flow[BulkResult[JobChange]]:
    """Cancel many jobs."""
    return _bulk("jobs.cancel_jobs", job_ids)


def modify_jobs(job_ids: Iterable[str], *, priority: int) -> Flow[BulkResult[ModifiedJob]]:
    """Change the priority of many jobs."""
    return _bulk("jobs.modify_jobs", job_ids, body=_priority(priority))


def _priority(priority: int) -> Body:
    if priority not in _PRIORITIES:
        raise FTSUsageError(f"priority must be 1 to 5, got {priority!r}")
    return Body({"params": {"priority": int(priority)}})


def _bulk(operation: str, job_ids: Iterable[str], **extra: Any) -> Flow[BulkResult[Any]]:
    """Make requests about many jobs, with as many ids in each as a path can hold."""
    found: list[Any] = []
    failures: list[BulkFailure] = []
    # In any case, each job once.
    ids = {job_id.lower(): job_id for job_id in several_job_ids(job_ids)}
    todo = chunks(list(ids.values()))
    todo.reverse()
    while todo:
        chunk = todo.pop()
        try:
            answer = yield Call(operation, {"job_ids": ",".join(chunk), **extra})
        except (NotFoundError, PermissionDeniedError) as error:
            # One id: an error status. Several: 207 with an entry for each; but older servers answer with an error status when
            # they can serve none of them.
            if len(chunk) > 1:
                middle = len(chunk) // 2
                todo += [chunk[middle:], chunk[:middle]]
                continue
            status = f"{error.status_code} {_REASONS[error.status_code]}"
            failures.append(
                BulkFailure(job_id=chunk[0], http_status=status, message=error.message)
            )
        except FTSError as error:
            # Return what is known of the other jobs. When nothing is known, the error itself says more.
            if not found and not failures:
                raise
            failures += (
                BulkFailure(job_id=job_id, http_status="", message=str(error))
                for ids in (chunk, *reversed(todo))
                for job_id in ids
            )
            todo.clear()
        else:
            entries = answer.parsed if isinstance(answer.parsed, list) else [answer.parsed]
            # The server ignores the case of an id. Entries of other jobs, and second ones of the same, are left out.
            by_id = {str(entry.job_id).lower(): entry for entry in reversed(entries)}
            for job_id in chunk:
                entry = by_id.get(job_id.lower())
                failure = _failure(job_id, entry)
                if failure is None:
                    found.append(entry)
                else:
                    failures.append(failure)
    return BulkResult(found=tuple(found), failures=tuple(failures))


def _failure(job_id: str, entry: Any) -> BulkFailure | None:
    """Say why an entry of an answer (None: there is none) does not show its job; None if it does."""
    from fts_api.models import JobError  # noqa: PLC0415 - see Call.operation

    if entry is None:
        return BulkFailure(
            job_id=job_id, http_status="", message="The answer says nothing about this job"
        )
    status = str(entry.http_status or "")
    fine = not status or status.startswith(_SUCCESSES)
    if fine and not isinstance(entry, JobError):
        return None
    # An entry with status 200 is read as an error when it lacks something that every job has.
    why = getattr(entry, "http_message", "") or (
        "The answer for this job is not complete" if fine else ""
    )
    return BulkFailure(job_id=job_id, http_status=status, message=str(why))


def list_jobs(**filters: Any) -> Flow[list[JobRecord]]:
    """List jobs; the filters have the names of the query parameters, None means no filter."""
    from fts_client.models import JobRecord  # noqa: PLC0415 - see Call.operation

    jobs: list[Any] = yield from ask("jobs.list_jobs", **query_of(filters))
    if not all(isinstance(job, JobRecord) for job in jobs):
        raise FTSResponseError("The list holds jobs that are not complete")
    return jobs


def list_files(**filters: Any) -> Flow[list[File]]:
    """List unfinished files; filters as of `list_jobs`."""
    return _files("files.list_files", **query_of(filters))


def list_job_files(job_id: str) -> Flow[list[File]]:
    """List the files of one job."""
    files = yield from _files("jobs.list_job_files", job_id=one_job_id(job_id))
    if any(str(file.job_id or job_id).lower() != job_id.lower() for file in files):
        raise FTSResponseError(f"The answer for job {job_id} has files of another job")
    return files


def _files(operation: str, **arguments: Any) -> Flow[list[File]]:
    from fts_client.jobs.answers import File, of_class  # noqa: PLC0415 - see Call.operation

    return of_class(File, (yield from ask(operation, **arguments)))


def cancel_files(job_id: str, file_ids: Iterable[int]) -> Flow[dict[int, str]]:
    """Cancel some files of a job."""
    job_id = one_job_id(job_id)
    expect(file_ids, Iterable, "A list of file ids")
    # Each is checked: the text "12" in place of a list would cancel the files 1 and 2.
    wanted = list(dict.fromkeys(map(file_id_of, file_ids)))
    outcome: dict[int, str] = {}
    for chunk in chunks(wanted):
        ids = ",".join(map(str, chunk))
        answer: Any = yield from ask("jobs.cancel_job_files", job_id=job_id, file_ids=ids)
        states = answer if isinstance(answer, list) else [answer]
        if len(states) != len(chunk) or not all(isinstance(state, str) for state in states):
            raise FTSResponseError(
                f"The answer names {len(states)} states for {len(chunk)} files of job {job_id}"
            )
        outcome.update(zip(chunk, states, strict=True))
    return outcome


def cancel_all(vo_name: str | None) -> Flow[CancelCounts]:
    """Cancel every job of a VO or of the server."""
    if vo_name is None:
        return ask("jobs.cancel_all_jobs")
    # Dots lead to another path, and half a character cannot be written into one.
    expect(vo_name, str, "The name of a VO")
    if vo_name in {"", ".", ".."} or not vo_name.isprintable():
        raise FTSUsageError(f"vo_name must be the name of a VO, or None for all; got {vo_name!r}")
    return ask("jobs.cancel_vo_jobs", vo_name=vo_name)
