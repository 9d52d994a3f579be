"""Follow jobs and their files until all have ended, and work out how far they are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import FTSUsageError
from fts_client.procedures.driver import run
from fts_client.procedures.jobs import get_jobs
from fts_client.procedures.watching import Polling
from fts_client.states import TERMINAL_FILE_STATES, is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fts_client.client import FTSClient
    from fts_client.clock import Clock
    from fts_client.models import BulkFailure

_FIELDS: Final = ("file_state", "filesize", "user_filesize", "throughput")


@attrs.frozen(kw_only=True)
class JobView:
    """How far one job is.

    Attributes:
        job_id: The job.
        job_state: Its state.
        reason: Why it failed; None otherwise.
        files: How many of its files are in each state.
        bytes_done: Size of the files that have finished, as far as it is known.
        bytes_total: Size of all files; None unless it is known of each.
        rate: MiB/s of the files being copied, as the server measures it.
    """

    job_id: str
    job_state: str
    reason: str | None
    files: Mapping[str, int]
    bytes_done: int
    bytes_total: int | None
    rate: float

    @property
    def ended(self) -> bool:
        """Whether the job has reached a terminal state."""
        return is_terminal(self.job_state)

    @property
    def file_count(self) -> int:
        """How many files the job has."""
        return sum(self.files.values())

    @property
    def files_done(self) -> int:
        """How many of its files have ended; in a job that has ended all count, as spare replicas stay in NOT_USED."""
        if self.ended:
            return self.file_count
        return sum(self.files.get(state, 0) for state in TERMINAL_FILE_STATES)

    def to_dict(self) -> dict[str, Any]:
        """Build what `--json` prints."""
        shown = attrs.filters.include("job_id", "job_state", "reason", "files")
        return attrs.asdict(self, filter=shown)


@attrs.frozen(kw_only=True)
class Snapshot:
    """How far all jobs are.

    Attributes:
        jobs: Those that were seen, in the order in which they were named.
        changed: Those whose state differs from the last snapshot.
        failures: Those that cannot be shown.
        waiting_for: How many have not ended.
        elapsed_s: Seconds since the first request.
        files_done_before: How many files had ended at the first answer.
        bytes_done_before: Their size.
        trouble: Why the server could not be asked this time; None when it could.
    """

    jobs: Sequence[JobView]
    changed: Sequence[JobView]
    failures: Sequence[BulkFailure]
    waiting_for: int
    elapsed_s: float
    files_done_before: int
    bytes_done_before: int
    trouble: str | None

    @property
    def files(self) -> Counter[str]:
        """How many files are in each state."""
        return sum((Counter(job.files) for job in self.jobs), Counter())

    @property
    def files_done(self) -> int:
        """How many of them have ended."""
        return sum(job.files_done for job in self.jobs)

    @property
    def rate(self) -> float:
        """MiB/s now; until the server has measured any, the mean of what has finished."""
        measured = sum(job.rate for job in self.jobs if not job.ended)
        if measured or self.elapsed_s <= 0:
            return measured
        done = sum(job.bytes_done for job in self.jobs) - self.bytes_done_before
        return done / 2**20 / self.elapsed_s

    @property
    def seconds_left(self) -> float | None:
        """How long the rest may take, by bytes if all sizes are known, else by files; None if it cannot be estimated."""
        totals = [job.bytes_total for job in self.jobs]
        if not self.waiting_for:
            return None
        if self.rate and all(total is not None for total in totals):
            total = sum(total for total in totals if total is not None)
            left = total - sum(job.bytes_done for job in self.jobs)
            return max(left, 0) / 2**20 / self.rate
        done = self.files_done - self.files_done_before
        if done <= 0:
            return None
        return (self.files.total() - self.files_done) * self.elapsed_s / done


def check_times(*, poll_s: float, timeout_s: float | None) -> None:
    """Refuse a `--poll` of no length and a negative `--wait` (None: no limit)."""
    if not poll_s > 0:
        raise FTSUsageError(f"--poll must be more than 0, got {poll_s:g}")
    if timeout_s is not None and not timeout_s >= 0:
        raise FTSUsageError(f"--wait must not be negative, got {timeout_s:g}")


def follow(
    fts: FTSClient,
    job_ids: Sequence[str],
    *,
    poll_s: float,
    timeout_s: float | None,
    clock: Clock,
) -> Iterator[Snapshot]:
    """Ask for jobs and their files until all have ended.

    A server that does not answer for a while does not end it. The more requests the jobs take, the longer the pauses.

    Args:
        fts: The client.
        job_ids: The jobs.
        poll_s: Seconds to pause for each request.
        timeout_s: Seconds at most; None: no limit.
        clock: Where time comes from.

    Yields:
        How far the jobs are, after each round of requests.

    Raises:
        FTSTimeoutError: Some have not ended in time; `phase` is "wait".
    """
    polling = Polling(clock, job_ids, timeout_s=timeout_s, poll_s=poll_s)
    views: dict[str, JobView | None] = dict.fromkeys(polling.waiting)
    failures: list[BulkFailure] = []
    before: tuple[int, int] | None = None
    for flow in polling.rounds(lambda ids: get_jobs(ids, files=_FIELDS)):
        answer = run(flow, fts.raw, clock)
        fresh = [job_view(job.to_dict()) for job in answer.found]
        views.update((view.job_id.lower(), view) for view in fresh)
        for failure in answer.failures:
            failures.append(failure)
            views.pop(failure.job_id.lower(), None)
        seen = [view for view in views.values() if view is not None]
        if before is None and answer.trouble is None:
            before = sum(view.files_done for view in seen), sum(view.bytes_done for view in seen)
        changed = {job.job_id for job in answer.changed}
        yield Snapshot(
            jobs=seen,
            changed=[view for view in fresh if view.job_id in changed],
            failures=tuple(failures),
            waiting_for=len(polling.waiting),
            elapsed_s=polling.elapsed_s,
            files_done_before=before[0] if before else 0,
            bytes_done_before=before[1] if before else 0,
            trouble=str(answer.trouble.args[0]) if answer.trouble else None,
        )


def job_view(job: Mapping[str, Any]) -> JobView:
    """Read how far a job is from what the server tells of it and, at least, of the states of its files."""
    files = job.get("files") or ()
    sizes = [file.get("filesize") or file.get("user_filesize") or 0 for file in files]
    states = [str(file["file_state"]) for file in files]
    return JobView(
        job_id=job["job_id"],
        job_state=job["job_state"],
        reason=job.get("reason"),
        files=Counter(states),
        bytes_done=sum(
            size for size, state in zip(sizes, states, strict=True) if state == "FINISHED"
        ),
        bytes_total=sum(sizes) if sizes and all(sizes) else None,
        rate=sum(
            file.get("throughput") or 0.0 for file in files if file["file_state"] == "ACTIVE"
        ),
    )
