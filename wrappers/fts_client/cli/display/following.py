"""Ask for jobs and their files again and again until all have ended, and work out how far they are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    ServerError,
)
from fts_client.states import TERMINAL_FILE_STATES, is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fts_client.client import FTSClient
    from fts_client.clock import Clock
    from fts_client.models import BulkFailure

__all__ = ["JobView", "Snapshot", "check_times", "follow"]

_FIELDS: Final = ("file_state", "filesize", "user_filesize", "throughput")
_JOBS_PER_REQUEST: Final = 100


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
        """Whether it will not change any more."""
        return is_terminal(self.job_state)

    @property
    def file_count(self) -> int:
        """How many files it has."""
        return sum(self.files.values())

    @property
    def files_done(self) -> int:
        """How many of them will not change any more: spare replicas rest in NOT_USED for ever."""
        if self.ended:
            return self.file_count
        return sum(self.files.get(state, 0) for state in TERMINAL_FILE_STATES)

    def to_dict(self) -> dict[str, Any]:
        """Build what `--json` prints."""
        return {
            "job_id": self.job_id,
            "job_state": self.job_state,
            "reason": self.reason,
            "files": dict(self.files),
        }


@attrs.frozen(kw_only=True)
class Snapshot:
    """How far all jobs are.

    Attributes:
        jobs: Those that were seen, in the order in which they were named.
        changed: Those whose state differs from the last snapshot.
        failures: Those that cannot be shown.
        waiting_for: How many have not ended.
        elapsed_s: Seconds since the first question.
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
    def file_count(self) -> int:
        """How many files there are."""
        return sum(job.file_count for job in self.jobs)

    @property
    def files_done(self) -> int:
        """How many of them will not change any more."""
        return sum(job.files_done for job in self.jobs)

    @property
    def rate(self) -> float:
        """MiB/s now; as long as the server has measured nothing, the mean of what has finished."""
        measured = sum(job.rate for job in self.jobs if not job.ended)
        if measured or self.elapsed_s <= 0:
            return measured
        done = sum(job.bytes_done for job in self.jobs) - self.bytes_done_before
        return done / 2**20 / self.elapsed_s

    @property
    def seconds_left(self) -> float | None:
        """How long it may take; None when nothing is known: by bytes if all sizes are known, else by files."""
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
        return (self.file_count - self.files_done) * self.elapsed_s / done


def check_times(*, poll_s: float, timeout_s: float | None) -> None:
    """Refuse times that cannot be meant.

    Args:
        poll_s: Seconds between two looks.
        timeout_s: Seconds at most; None: no limit.

    Raises:
        FTSUsageError: What is wrong.
    """
    if poll_s <= 0:
        raise FTSUsageError(f"--poll must be more than 0, got {poll_s:g}")
    if timeout_s is not None and timeout_s < 0:
        raise FTSUsageError(f"--wait must not be negative, got {timeout_s:g}")


def follow(
    fts: FTSClient,
    job_ids: Sequence[str],
    *,
    poll_s: float,
    timeout_s: float | None,
    clock: Clock,
) -> Iterator[Snapshot]:
    """Look at jobs until all have ended.

    A server that does not answer for a while does not end it. With more jobs than one request can hold the pauses grow with the
    number of requests.

    Args:
        fts: The client.
        job_ids: The jobs.
        poll_s: Seconds between two looks.
        timeout_s: Seconds at most; None: no limit.
        clock: Where time comes from.

    Yields:
        How far they are, after each look.

    Raises:
        FTSTimeoutError: Some have not ended in time; `phase` is "wait".
    """
    began_s = clock.monotonic()
    watched = _Watched(job_ids)
    while True:
        watched.look(fts)
        yield watched.snapshot(clock.monotonic() - began_s)
        left = len(watched.waiting)
        if not left:
            return
        pause_s = poll_s * -(-left // _JOBS_PER_REQUEST)
        if timeout_s is not None:
            remaining_s = timeout_s - (clock.monotonic() - began_s)
            if remaining_s <= 0:
                raise FTSTimeoutError(
                    f"After {timeout_s:g} s {left} of {len(job_ids)} jobs have not ended",
                    phase="wait",
                    remedy="They go on: fts status --watch looks at them, fts cancel ends them.",
                )
            pause_s = min(pause_s, remaining_s)
        clock.sleep(pause_s)


def _unseen(job_ids: Iterable[str]) -> dict[str, JobView | None]:
    return dict.fromkeys(job_ids)


@attrs.define
class _Watched:
    """What is known of the jobs so far."""

    _views: dict[str, JobView | None] = attrs.field(converter=_unseen)
    _changed: list[JobView] = attrs.field(factory=list, init=False)
    _failures: list[BulkFailure] = attrs.field(factory=list, init=False)
    _before: tuple[int, int] | None = attrs.field(default=None, init=False)
    _trouble: str | None = attrs.field(default=None, init=False)

    @property
    def waiting(self) -> list[str]:
        """The jobs that have not ended."""
        return [name for name, view in self._views.items() if view is None or not view.ended]

    @property
    def _seen(self) -> list[JobView]:
        return [view for view in self._views.values() if view is not None]

    def look(self, fts: FTSClient) -> None:
        """Ask for the jobs that have not ended."""
        self._changed = []
        try:
            answer = fts.get_jobs(self.waiting, files=_FIELDS)
        except (FTSConnectionError, FTSResponseError, ServerError) as error:
            self._trouble = str(error.args[0])
            return
        self._trouble = None
        for view in (_view(job.to_dict()) for job in answer.found):
            old = self._views.get(view.job_id)
            if old is None or old.job_state != view.job_state:
                self._changed.append(view)
            self._views[view.job_id] = view
        for failure in answer.failures:
            # Without a status the server could not be asked: that may pass.
            if failure.http_status:
                self._failures.append(failure)
                self._views.pop(failure.job_id, None)
        if self._before is None:
            seen = self._seen
            self._before = sum(v.files_done for v in seen), sum(v.bytes_done for v in seen)

    def snapshot(self, elapsed_s: float) -> Snapshot:
        """Say how far the jobs are."""
        files_before, bytes_before = self._before or (0, 0)
        return Snapshot(
            jobs=self._seen,
            changed=tuple(self._changed),
            failures=tuple(self._failures),
            waiting_for=len(self.waiting),
            elapsed_s=elapsed_s,
            files_done_before=files_before,
            bytes_done_before=bytes_before,
            trouble=self._trouble,
        )


def _view(job: Mapping[str, Any]) -> JobView:
    files = job.get("files") or ()
    sizes = [file.get("filesize") or file.get("user_filesize") for file in files]
    return JobView(
        job_id=job["job_id"],
        job_state=job["job_state"],
        reason=job.get("reason"),
        files=Counter(str(file["file_state"]) for file in files),
        bytes_done=sum(
            size or 0
            for file, size in zip(files, sizes, strict=True)
            if file["file_state"] == "FINISHED"
        ),
        bytes_total=sum(size for size in sizes if size) if sizes and all(sizes) else None,
        rate=sum(
            file.get("throughput") or 0.0 for file in files if file["file_state"] == "ACTIVE"
        ),
    )
