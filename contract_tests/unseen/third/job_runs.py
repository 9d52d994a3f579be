"""Defects of the daemon: what stays of failed attempts, and ends that it gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect
from unseen.seams import neighbour, on_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.outcome import Outcome
    from fts_contract.mock.records import File, Job

_WATCHING: Final = ("submit_job", "get_jobs", "list_job_files", "list_file_retries")


def _reason_stays(
    start: Callable[..., None], count: Callable[[], None], job: Job, file: File, at: float
) -> None:
    reason = file.reason
    start(job, file, at)
    if reason:
        file.reason = reason
        count()


def _running_counts_as_waiting(
    finish: Callable[..., None],
    count: Callable[[], None],
    outcome: Outcome,
    *step: *tuple[Job, File, float],
) -> None:
    job, file, at = step
    if job.max_time_in_queue is None or at <= job.max_time_in_queue:
        finish(outcome, *step)
        return
    count()
    file.pid = None
    neighbour(finish, "_free_slot")(file, at)
    reason = "The job was longer in the queue than its max_time_in_queue allows"
    neighbour(finish, "_end")(job, file, "CANCELED", at=at, reason=reason)


def _spare_is_a_failure(
    settle: Callable[..., None], count: Callable[[], None], job: Job, at: float
) -> None:
    was_open = not job.is_terminal
    settle(job, at)
    failed = any(file.file_state == "FAILED" for file in job.files)
    if was_open and failed and job.job_type == "R" and job.job_state == "FINISHED":
        job.job_state = "FINISHEDDIRTY"
        count()


def _run(name: str, description: str, kind: Any, **wrappers: Callable[..., Any]) -> Defect:
    return Defect(
        name=name,
        description=description,
        kind=kind,
        resource="jobs",
        with_operations=_WATCHING,
        inside=on_engine(**wrappers),
    )


DEFECTS: Final = (
    _run(
        "reason-of-the-failed-attempt-stays",
        "A file that a retry has brought through keeps the reason of the attempt that failed",
        "stale-data",
        _start=_reason_stays,
    ),
    _run(
        "queue-limit-ends-running-transfers",
        "max_time_in_queue cancels transfers that run as well, not only those that wait",
        "state-machine",
        _finish_copy=_running_counts_as_waiting,
    ),
    _run(
        "spare-replica-makes-the-job-dirty",
        "A job with replicas ends FINISHEDDIRTY when its second source was needed",
        "state-machine",
        _settle=_spare_is_a_failure,
    ),
)
