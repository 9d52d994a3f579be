"""Defects of the daemon: attempts that are counted together, reasons that stay, ends that come too early."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect
from unseen.seams import on_engine

if TYPE_CHECKING:
    from fts_contract.defects.defect import Kind
    from fts_contract.mock.records import File, Job

Method = Callable[..., Any]
Count = Callable[[], None]


def _attempts_of_the_job(
    fail: Method, count: Count, job: Job, file: File, at: float, **how: Any
) -> None:
    asked, own = job.retry or 0, file.retry or 0
    used = sum(other.retry or 0 for other in job.files)
    if not (how["recoverable"] and own < asked <= used):
        fail(job, file, at, **how)
        return
    count()
    kept, job.retry = job.retry, own
    fail(job, file, at, **how)
    job.retry = kept


def _reason_stays(start: Method, count: Count, job: Job, file: File, at: float) -> None:
    reason = file.reason
    start(job, file, at)
    if file.retry and reason:
        count()
        file.reason = reason


def _first_end(settle: Method, count: Count, job: Job, at: float) -> None:
    was_open = not job.is_terminal
    settle(job, at)
    ends = [file.finish_time for file in job.files if file.finish_time]
    if was_open and job.is_terminal and ends and min(ends) != job.job_finished:
        count()
        job.job_finished = min(ends)


def _run(name: str, description: str, kind: Kind, **wrappers: Method) -> Defect:
    """Describe a defect of jobs that are running; see `Defect` and `on_engine` for the arguments."""
    return Defect(
        name=name,
        description=description,
        kind=kind,
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_job_files", "list_file_retries"),
        inside=on_engine(**wrappers),
    )


DEFECTS: Final = (
    _run(
        "attempts-counted-for-the-whole-job",
        "The files of a job share the attempts of its retry: the second file that fails is not tried again",
        "state-machine",
        _fail=_attempts_of_the_job,
    ),
    _run(
        "reason-of-earlier-attempt-stays",
        "A file that arrived at the second attempt is FINISHED and has the reason of the first in GET /jobs/{id}/files",
        "stale-data",
        _start=_reason_stays,
    ),
    _run(
        "job-ends-with-its-first-file",
        "job_finished of a job with several files is the finish_time of the first one that ended, not of the last",
        "wrong-value",
        _settle=_first_end,
    ),
)
