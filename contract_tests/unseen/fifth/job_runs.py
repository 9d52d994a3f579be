"""Defects of the daemon: when files go on, what ends a job, and which times are written."""

from __future__ import annotations

import calendar
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect
from fts_contract.mock.clock import wire_time
from unseen.seams import neighbour, on_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.outcome import Outcome
    from fts_contract.mock.records import File, Job

    Count = Callable[[], None]

_FAILED_JOB: Final = (
    "One or more files failed. Please have a look at the details for more information"
)
_running = partial(
    Defect,
    resource="jobs",
    with_operations=("submit_job", "get_jobs", "list_job_files", "list_file_retries"),
)


def _retried_at_once(
    method: Callable[..., None], count: Count, job: Job, file: File, at: float, **failure: Any
) -> None:
    delay, attempts = job.retry_delay, file.retry
    job.retry_delay = 0
    method(job, file, at, **failure)
    job.retry_delay = delay
    if (delay or 0) > 0 and file.retry != attempts:
        count()


def _next_hop_anyway(
    method: Callable[..., None], count: Count, job: Job, file: File, at: float
) -> None:
    if job.job_type == "H" and file.file_state == "FAILED":
        later = (f for f in job.files if f.file_index == file.file_index + 1)
        following = next((f for f in later if f.file_state == "NOT_USED"), None)
        if following is not None:
            neighbour(method, "_wake")(job, following, at)
            count()
    method(job, file, at)


def _dirty_by_a_spare(method: Callable[..., None], count: Count, job: Job, at: float) -> None:
    method(job, at)
    failed = any(file.file_state == "FAILED" for file in job.files)
    if job.job_type == "R" and job.job_state == "FINISHED" and failed:
        job.job_state, job.reason = "FINISHEDDIRTY", _FAILED_JOB
        count()


def _since_submission(
    method: Callable[..., None], count: Count, outcome: Outcome, *step: Any
) -> None:
    method(outcome, *step)
    job, file, _at = step
    submitted = calendar.timegm(time.strptime(job.submit_time, "%Y-%m-%dT%H:%M:%S"))
    waited = file.started_at - submitted
    if outcome.reason is None and file.tx_duration is not None and waited > 0:
        file.tx_duration = round(file.tx_duration + waited, 3)
        count()


def _finished_on_tape(
    method: Callable[..., None], count: Count, outcome: Outcome, *step: Any
) -> None:
    method(outcome, *step)
    _job, file, at = step
    if file.finish_time != wire_time(at):
        file.finish_time = wire_time(at)
        count()


DEFECTS: Final = (
    _running(
        name="retries-do-not-wait",
        description="A failed file is queued again at once, whatever retry_delay says",
        kind="ignored-parameter",
        inside=on_engine(_fail=_retried_at_once),
    ),
    _running(
        name="multihop-goes-on-after-a-failure",
        description="After a hop of a multihop job has failed, the next one is transferred",
        kind="state-machine",
        inside=on_engine(follow=_next_hop_anyway),
    ),
    _running(
        name="failed-replica-spoils-the-job",
        description="A job whose second replica was transferred after the first failed ends as FINISHEDDIRTY",
        kind="state-machine",
        inside=on_engine(_settle=_dirty_by_a_spare),
    ),
    _running(
        name="duration-includes-the-queue",
        description="tx_duration of a transferred file counts from the submission of the job, not from start_time",
        kind="wrong-value",
        inside=on_engine(_finish_copy=_since_submission),
    ),
    _running(
        name="archiving-moves-the-finish-time",
        description="finish_time of a file becomes the end of archiving, not that of the transfer",
        kind="wrong-value",
        inside=on_engine(_finish_archiving=_finished_on_tape),
    ),
)
