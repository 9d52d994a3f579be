"""Defects of the daemon: retries, hops, replicas, tape, slots, and the state that a job ends in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect
from fts_contract.mock.clock import wire_time
from unseen.seams import neighbour, on_engine

if TYPE_CHECKING:
    from fts_contract.defects.defect import Kind
    from fts_contract.mock.outcome import Outcome
    from fts_contract.mock.records import File, Job

Method = Callable[..., Any]
Count = Callable[[], None]
_RETRIED: Final = ("N", "Y", None)


def _once_more(fail: Method, count: Count, job: Job, file: File, at: float, **how: Any) -> None:
    last = 0 < (job.retry or 0) == file.retry
    if not (last and how["recoverable"] and job.job_type in _RETRIED):
        fail(job, file, at, **how)
        return
    count()
    asked = job.retry
    job.retry = (asked or 0) + 1
    fail(job, file, at, **how)
    job.retry = asked


def _whatever_the_error(
    fail: Method, count: Count, job: Job, file: File, at: float, **how: Any
) -> None:
    if not how["recoverable"] and (file.retry or 0) < (job.retry or 0):
        count()
        how["recoverable"] = True
    fail(job, file, at, **how)


def _delay_in_minutes(
    fail: Method, count: Count, job: Job, file: File, at: float, **how: Any
) -> None:
    delay = job.retry_delay
    if delay and how["recoverable"]:
        count()
        job.retry_delay = delay * 60
    fail(job, file, at, **how)
    job.retry_delay = delay


def _only_the_last_attempt(
    fail: Method, count: Count, job: Job, file: File, at: float, **how: Any
) -> None:
    fail(job, file, at, **how)
    if file.retries and len(file.retries) > 1:
        count()
        file.retries = file.retries[-1:]


def _to_the_last_hop(follow: Method, count: Count, job: Job, file: File, at: float) -> None:
    last = job.files[-1]
    over = file.file_state == "FINISHED" and last.file_index > file.file_index + 1
    if job.job_type != "H" or not over:
        follow(job, file, at)
        return
    count()
    file.dest_surl_uuid, file.finish_time = None, wire_time(at)
    neighbour(follow, "_wake")(job, last, at)


def _other_replica_too(follow: Method, count: Count, job: Job, file: File, at: float) -> None:
    spare = next((f for f in job.files if f.file_state == "NOT_USED"), None)
    if job.job_type == "R" and file.file_state == "FINISHED" and spare is not None:
        count()
        neighbour(follow, "_wake")(job, spare, at)
    follow(job, file, at)


def _ends_as(
    before: str, now: str, *, job_types: tuple[str | None, ...], needs: str
) -> Callable[..., None]:
    """Give jobs that end in one state another one, when a file has a certain state."""

    def settle(settle: Method, count: Count, job: Job, at: float) -> None:
        was_open = not job.is_terminal
        settle(job, at)
        has_it = any(file.file_state == needs for file in job.files)
        if was_open and job.job_state == before and job.job_type in job_types and has_it:
            count()
            job.job_state = now

    return settle


def _not_to_tape(finish: Method, count: Count, outcome: Outcome, job: Job, *step: Any) -> None:
    timeout = job.archive_timeout
    if (timeout or 0) > 0:
        count()
        job.archive_timeout = -1
    finish(outcome, job, *step)
    job.archive_timeout = timeout


def _one_more_slot(limit_of: Method, count: Count, source: str, dest: str) -> int | None:
    limit: int | None = limit_of(source, dest)
    if limit is None:
        return None
    count()
    return limit + 1


def _staged_time_of_start(finish: Method, count: Count, *step: Any) -> None:
    finish(*step)
    file: File = step[2]
    if file.staging_finished != file.staging_start:
        count()
        file.staging_finished = file.staging_start


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
        "one-attempt-more-than-asked",
        "A job with retry=N is tried N+2 times: the attempts after the first are counted too late",
        "off-by-one",
        _fail=_once_more,
    ),
    _run(
        "missing-source-tried-again",
        "A transfer that failed for good, such as for a missing source, is tried again as if that could help",
        "state-machine",
        _fail=_whatever_the_error,
    ),
    _run(
        "retry-delay-in-minutes",
        "retry_delay is waited in minutes, and shown in seconds",
        "wrong-unit",
        _fail=_delay_in_minutes,
    ),
    _run(
        "earlier-attempts-forgotten",
        "GET .../retries shows only the last failed attempt: each one replaces the one before",
        "stale-data",
        _fail=_only_the_last_attempt,
    ),
    _run(
        "multihop-leaves-out-the-middle",
        "After the first hop of a multihop job the last one runs, and the ones between never do",
        "state-machine",
        follow=_to_the_last_hop,
    ),
    _run(
        "broken-multihop-is-dirty",
        "A multihop job whose second hop fails ends FINISHEDDIRTY in place of FAILED",
        "state-machine",
        _settle=_ends_as("FAILED", "FINISHEDDIRTY", job_types=("H",), needs="FINISHED"),
    ),
    _run(
        "spare-replica-runs-after-success",
        "The second replica of a multi-replica job is copied although the first one arrived",
        "state-machine",
        follow=_other_replica_too,
    ),
    _run(
        "partly-failed-job-is-finished",
        "A job of which one file arrived and one failed ends FINISHED in place of FINISHEDDIRTY",
        "state-machine",
        _settle=_ends_as("FINISHEDDIRTY", "FINISHED", job_types=_RETRIED, needs="FAILED"),
    ),
    _run(
        "tape-is-not-waited-for",
        "A job with archive_timeout is FINISHED after the copy: ARCHIVING never comes",
        "state-machine",
        _finish_copy=_not_to_tape,
    ),
    _run(
        "staging-ends-when-it-starts",
        "staging_finished of a file holds the time of staging_start",
        "wrong-value",
        _finish_staging=_staged_time_of_start,
    ),
    Defect(
        name="one-transfer-more-than-max-active",
        description="A link runs one transfer more at once than its max_active says",
        kind="off-by-one",
        resource="config/links",
        with_operations=("set_link", "delete_link", "submit_job", "get_jobs", "list_job_files"),
        caller="admin",
        inside=on_engine(_link_limit=_one_more_slot),
    ),
)
