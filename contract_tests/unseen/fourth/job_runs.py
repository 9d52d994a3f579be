"""Defects of the daemon: hops, replicas, sessions, checksums and staging that it handles wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.mock.clock import wire_time
from fts_contract.mock.records import ACTIVE_FILE_STATES
from unseen.seams import neighbour, on_engine

if TYPE_CHECKING:
    from fts_contract.defects.defect import Kind
    from fts_contract.mock.outcome import Outcome
    from fts_contract.mock.records import File, Job

Method = Callable[..., None]
Count = Callable[[], None]


def _unused(job: Job, index: int) -> list[File]:
    return [f for f in job.files if f.file_state == "NOT_USED" and f.file_index == index]


def _goes_on(follow: Method, count: Count, job: Job, file: File, at: float) -> None:
    if job.job_type == "H" and file.file_state == "FAILED":
        for hop in _unused(job, file.file_index + 1):
            neighbour(follow, "_wake")(job, hop, at)
            count()
    follow(job, file, at)


def _last_replica_first(follow: Method, count: Count, job: Job, file: File, at: float) -> None:
    in_order = job.files
    if job.job_type == "R" and file.file_state == "FAILED" and len(_unused(job, 0)) > 1:
        job.files = in_order[::-1]
        count()
    follow(job, file, at)
    job.files = in_order


def _session_over(follow: Method, count: Count, job: Job, file: File, at: float) -> None:
    if job.job_type == "Y" and file.file_state == "FAILED":
        for other in job.files:
            if other.file_state in ACTIVE_FILE_STATES:
                neighbour(follow, "release")(other, at)
                other.file_state, other.reason = "FAILED", file.reason
                other.finish_time = wire_time(at)
                count()
    follow(job, file, at)


def _difference_forgiven(
    finish: Method, count: Count, outcome: Outcome, *step: *tuple[Job, File, float]
) -> None:
    if outcome.reason is not None and outcome.reason.endswith("checksums do not match"):
        outcome = attrs.evolve(outcome, reason=None)
        count()
    finish(outcome, *step)


def _still_staging(act: Method, count: Count, *step: Any) -> None:
    """Leave a job that was STAGING in this state, also when its files go on."""
    job: Job = step[-3]
    was_staging = job.job_state == "STAGING"
    act(*step)
    if was_staging and job.job_state in ("SUBMITTED", "ACTIVE"):
        job.job_state = "STAGING"
        count()


def _run(name: str, description: str, kind: Kind, **wrappers: Callable[..., None]) -> Defect:
    return Defect(
        name=name,
        description=description,
        kind=kind,
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_job_files"),
        inside=on_engine(**wrappers),
    )


DEFECTS: Final = (
    _run(
        "next-hop-runs-after-a-failure",
        "The hop after one that has failed runs as well, and copies what never arrived",
        "state-machine",
        follow=_goes_on,
    ),
    _run(
        "spare-replicas-from-the-last",
        "When the first of three sources fails, the third one is tried before the second",
        "order",
        follow=_last_replica_first,
    ),
    _run(
        "failed-file-ends-the-session",
        "When a file of a job with session reuse fails, the files that have not ended yet fail with it",
        "state-machine",
        follow=_session_over,
    ),
    _run(
        "wrong-checksum-is-forgiven",
        "A transfer whose checksums differ is FINISHED: the difference goes to the log only",
        "state-machine",
        _finish_copy=_difference_forgiven,
    ),
    _run(
        "staging-job-stays-staging",
        "A job with bring_online stays STAGING while its files are SUBMITTED and ACTIVE, until all have ended",
        "state-machine",
        _finish_staging=_still_staging,
        _start=_still_staging,
    ),
)
