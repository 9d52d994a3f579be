"""The daemon of the mock: moves files through their states as its clock runs.

Nothing runs in the background. Planned steps are kept in a heap. The next request carries out those that have fallen due, in
order and at the time at which they fell due. So an idle mock costs nothing, and the same requests at the same times give the
same history.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.oauth2.service import EXCHANGE_S
from fts_contract.mock.outcome import Outcome, copy_outcome, tape_outcome
from fts_contract.mock.records import ACTIVE_FILE_STATES, TERMINAL_STATES, File, Job, Retry

if TYPE_CHECKING:
    from fts_contract.mock.storage_conditions import Storages

HOST: Final = "fts-mock.example.org"
_QUEUE_S: Final = 0.5
_READY_S: Final = 0.5
_QOS_S: Final = 5.0
_FAILED_JOB: Final = (
    "One or more files failed. Please have a look at the details for more information"
)
_MIB: Final = 1024 * 1024

Step = Callable[[Job, File, float], None]


class Engine:
    """Carries out what falls due.

    Args:
        job_of: Finds the job of a file.
        closed: Told when a job has become terminal.
        storages: What tests have arranged of the storages.
        link_limit: Most transfers at once on a link (source SE, destination SE); None for no limit.
    """

    def __init__(
        self,
        *,
        job_of: Callable[[File], Job | None],
        closed: Callable[[Job], None],
        storages: Storages,
        link_limit: Callable[[str, str], int | None] = lambda _source, _dest: None,
    ) -> None:
        self._job_of = job_of
        self._closed = closed
        self._storages = storages
        self._link_limit = link_limit
        self._due: list[tuple[float, int, File, int, Step]] = []
        self._order = itertools.count()
        self._running: dict[tuple[str, str], int] = {}
        self._waiting: dict[tuple[str, str], list[File]] = {}

    def run_until(self, now: float) -> None:
        """Carry out everything that has fallen due.

        Args:
            now: The time, in seconds since 1970.
        """
        due = self._due
        while due and due[0][0] <= now:
            at, _, file, epoch, step = heapq.heappop(due)
            job = self._job_of(file)
            # A file that changed since (canceled, banned, removed) makes the plan void.
            if job is not None and file.epoch == epoch:
                step(job, file, at)

    def admit(self, job: Job, now: float) -> None:
        """Take up the files of a new job.

        Args:
            job: The job, as submission left it.
            now: The time, in seconds since 1970.
        """
        for file in job.files:
            self.resume(file, now)

    def resume(self, file: File, now: float) -> None:
        """Plan the next step of a file according to its state; nothing in states that wait for something else.

        Args:
            file: The file.
            now: The time, in seconds since 1970.
        """
        first: dict[str, tuple[float, Step]] = {
            "TOKEN_PREP": (EXCHANGE_S, self._exchange_tokens),
            "SUBMITTED": (_QUEUE_S, self._make_ready),
            "FORCE_START": (0.0, self._make_ready),
            "STAGING": (_QUEUE_S, self._start_staging),
            "QOS_TRANSITION": (_QUEUE_S, self._start_qos),
        }
        if file.file_state in first:
            delay, step = first[file.file_state]
            self._plan(file, now + delay, step)

    def _exchange_tokens(self, job: Job, file: File, now: float) -> None:
        """Let a file go on whose tokens have been exchanged; without tokens, or in a canceled job, it stays."""
        if file.src_token_id is None or file.file_state_initial is None or job.is_terminal:
            return
        file.file_state, file.file_state_initial = file.file_state_initial, ""
        self.resume(file, now)

    def release(self, file: File, now: float) -> None:
        """Void what is planned for a file whose state is changed from outside, and free its slot.

        Args:
            file: The file, still in its old state.
            now: The time, in seconds since 1970.
        """
        file.epoch += 1
        if file.file_state in ("READY", "ACTIVE"):
            self._free_slot(file, now)

    def reconsider(self, now: float) -> None:
        """Plan the files that wait for a slot once more, because limits may have risen.

        Args:
            now: The time, in seconds since 1970.
        """
        waiting = [file for files in self._waiting.values() for file in files]
        self._waiting.clear()
        for file in waiting:
            if file.file_state == "SUBMITTED":
                self._plan(file, now, self._make_ready)

    def _plan(self, file: File, at: float, step: Step) -> None:
        heapq.heappush(self._due, (at, next(self._order), file, file.epoch, step))

    def _enter(self, file: File, state: str) -> None:
        file.file_state = state
        file.epoch += 1

    # Transfers

    def _make_ready(self, job: Job, file: File, at: float) -> None:
        if job.max_time_in_queue is not None and at > job.max_time_in_queue:
            reason = "The job was longer in the queue than its max_time_in_queue allows"
            self._end(job, file, "CANCELED", at=at, reason=reason)
            return
        link = (file.source_se or "", file.dest_se or "")
        limit = self._link_limit(*link)
        if (
            limit is not None
            and file.file_state != "FORCE_START"
            and self._running.get(link, 0) >= limit
        ):
            self._waiting.setdefault(link, []).append(file)
            return
        self._running[link] = self._running.get(link, 0) + 1
        self._enter(file, "READY")
        file.transfer_host = HOST
        self._plan(file, at + _READY_S, self._start)

    def _free_slot(self, file: File, at: float) -> None:
        link = (file.source_se or "", file.dest_se or "")
        self._running[link] = max(self._running.get(link, 0) - 1, 0)
        waiting = self._waiting.get(link)
        while waiting:
            candidate = waiting.pop(0)
            if candidate.file_state == "SUBMITTED":
                self._plan(candidate, at, self._make_ready)
                break

    def _start(self, job: Job, file: File, at: float) -> None:
        self._enter(file, "ACTIVE")
        file.start_time = wire_time(at)
        file.started_at = at
        file.reason = ""
        file.pid = 1000 + file.file_id % 30000
        file.internal_file_params = "nostreams:1,timeout:3600,buffersize:0"
        file.log_debug = 0
        file.log_file = f"/var/log/fts3/transfers/{wire_time(at)[:10]}/{job.job_id}/{file.file_id}"
        file.throughput, file.tx_duration, file.recoverable = 0.0, 0.0, False
        if job.job_state != "ACTIVE":
            job.job_state = "ACTIVE"
        outcome = copy_outcome(job, file, self._storages)
        self._plan(file, at + outcome.after_s, partial(self._finish_copy, outcome))

    def _finish_copy(self, outcome: Outcome, job: Job, file: File, at: float) -> None:
        self._free_slot(file, at)
        file.filesize = outcome.filesize or 0
        file.pid = None
        if outcome.reason is not None:
            self._fail(job, file, at, reason=outcome.reason, recoverable=outcome.recoverable)
            return
        duration = at - file.started_at
        file.tx_duration = round(duration, 3)
        file.throughput = round(file.filesize / _MIB / duration, 4) if duration > 0 else 0.0
        if (job.archive_timeout or 0) <= 0:
            self._end(job, file, "FINISHED", at=at)
            return
        self._enter(file, "ARCHIVING")
        file.finish_time = file.archive_start_time = wire_time(at)
        archiving = tape_outcome(job, file, "archiving", self._storages)
        self._plan(file, at + archiving.after_s, partial(self._finish_archiving, archiving))
        self._settle(job, at)

    def _fail(self, job: Job, file: File, at: float, *, reason: str, recoverable: bool) -> None:
        file.reason = reason
        file.recoverable = recoverable
        attempts = job.retry or 0
        if recoverable and job.job_type not in ("H", "R") and (file.retry or 0) < attempts:
            file.retry = (file.retry or 0) + 1
            row = Retry(
                file_id=file.file_id,
                attempt=file.retry,
                datetime=wire_time(at),
                reason=reason,
                transfer_host=file.transfer_host,
                log_file=file.log_file,
            )
            file.retries = [*(file.retries or ()), row]
            self._enter(file, "SUBMITTED")
            file.start_time = file.transfer_host = None
            self._plan(file, at + max(job.retry_delay or 0, 0) + _QUEUE_S, self._make_ready)
            return
        self._end(job, file, "FAILED", at=at, reason=reason)

    def _end(
        self, job: Job, file: File, state: str, *, at: float, reason: str | None = None
    ) -> None:
        """Bring a file into a terminal state."""
        self._enter(file, state)
        if reason is not None:
            file.reason = reason
        self.follow(job, file, at)

    def follow(self, job: Job, file: File, at: float) -> None:
        """Draw the consequences of the end of a file for its job.

        Args:
            job: Its job.
            file: The file, in a terminal state.
            at: When it ended, in seconds since 1970.
        """
        state, file.dest_surl_uuid = file.file_state, None
        file.finish_time = file.finish_time or wire_time(at)
        # The next hop, or the next replica.
        index = {("H", "FINISHED"): file.file_index + 1, ("R", "FAILED"): file.file_index}.get(
            (job.job_type or "", state)
        )
        spares = (f for f in job.files if f.file_state == "NOT_USED" and f.file_index == index)
        following = next(spares, None)
        if following is not None:
            self._wake(job, following, at)
        self._settle(job, at)

    def _wake(self, job: Job, file: File, at: float) -> None:
        staged = (job.bring_online or 0) > 0 or (job.copy_pin_lifetime or 0) > 0
        # Of a multihop job only the first source is on tape.
        self._enter(file, "STAGING" if staged and job.job_type == "R" else "SUBMITTED")
        self.resume(file, at)

    # Tape and quality of service

    def _start_staging(self, job: Job, file: File, at: float) -> None:
        self._enter(file, "STARTED")
        file.staging_start = wire_time(at)
        file.staging_host = HOST
        file.bringonline_token = f"mock-{file.file_id}"
        outcome = tape_outcome(job, file, "staging", self._storages)
        self._plan(file, at + outcome.after_s, partial(self._finish_staging, outcome))

    def _finish_staging(self, outcome: Outcome, job: Job, file: File, at: float) -> None:
        file.staging_finished = wire_time(at)
        state = "FINISHED" if file.source_surl == file.dest_surl else "SUBMITTED"
        if outcome.reason is not None:
            state, file.recoverable = "FAILED", False
        if state == "SUBMITTED":
            self._enter(file, state)
            self.resume(file, at)
        else:
            self._end(job, file, state, at=at, reason=outcome.reason)
        staging = any(f.file_state in ("STAGING", "STARTED") for f in job.files)
        if job.job_state == "STAGING" and not staging:
            job.job_state = "SUBMITTED"

    def _finish_archiving(self, outcome: Outcome, job: Job, file: File, at: float) -> None:
        file.archive_finish_time = wire_time(at)
        state = "FINISHED" if outcome.reason is None else "FAILED"
        self._end(job, file, state, at=at, reason=outcome.reason)

    def _start_qos(self, job: Job, file: File, at: float) -> None:
        self._enter(file, "QOS_REQUEST_SUBMITTED")
        job.job_state = "QOS_REQUEST_SUBMITTED"
        self._plan(file, at + _QOS_S, self._finish_qos)

    def _finish_qos(self, job: Job, file: File, at: float) -> None:
        self._end(job, file, "FINISHED", at=at)

    # Jobs

    def _settle(self, job: Job, at: float) -> None:
        """Give the job the state that its files add up to."""
        if job.is_terminal:
            return
        active = [f.file_state for f in job.files if f.file_state in ACTIVE_FILE_STATES]
        if active:
            if all(state == "ARCHIVING" for state in active):
                job.job_state = "ARCHIVING"
            return
        if any(f.file_state in ("ON_HOLD", "ON_HOLD_STAGING", "TOKEN_PREP") for f in job.files):
            return
        job.job_state = job_state_of(job)
        job.job_finished = wire_time(at)
        job.reason = _FAILED_JOB if job.job_state in ("FAILED", "FINISHEDDIRTY") else None
        self._closed(job)


def job_state_of(job: Job) -> str:
    """Say in which terminal state a job ends whose files have all ended.

    Args:
        job: The job. Files are counted by index; one good replica is enough.

    Source: observed on FTS 3.13.4 (states).
    """
    results: dict[int, set[str]] = {}
    for file in job.files:
        results.setdefault(file.file_index, set()).add(file.file_state)
    ended = [states & TERMINAL_STATES for states in results.values()]
    found = {"FINISHED" if "FINISHED" in one else min(one, default="NOT_USED") for one in ended}
    if job.job_type == "H" and any(f.file_state == "FAILED" for f in job.files):
        return "FAILED"
    if "FAILED" in found:
        return "FINISHEDDIRTY" if "FINISHED" in found and job.job_type != "H" else "FAILED"
    return "CANCELED" if "CANCELED" in found else "FINISHED"
