"""Ask for jobs again and again until all have ended: the polling loop of `wait_for_job`, `watch_jobs` and `fts status --watch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from fts_client.errors import (
    CredentialError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    ServerError,
)
from fts_client.models import BulkResult
from fts_client.procedures.arguments import chunks, one_job_id, seconds_of_waits, several_job_ids
from fts_client.procedures.driver import EndWithin, Flow, Sleep
from fts_client.procedures.jobs import get_job, get_jobs
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fts_client.clock import Clock
    from fts_client.models import BulkFailure, JobStatus

    Ask: TypeAlias = Callable[[Sequence[str]], Flow[BulkResult[JobStatus]]]

_SLOWER: Final = 1.5
# Systems cannot sleep for arbitrarily long.
_LONGEST_PAUSE_S: Final = 86_400.0
_LAST_ANSWER_S: Final = 1.0
_NAMED_JOBS: Final = 3


@attrs.frozen(kw_only=True)
class Round:
    """What one round of requests has brought.

    Attributes:
        found: The jobs that were asked for and could be shown.
        changed: Those of them whose state is new.
        failures: Jobs that cannot be shown; they are not asked for again.
        trouble: Why the server could not be asked; None when it could.
    """

    found: Sequence[JobStatus]
    changed: Sequence[JobStatus]
    failures: Sequence[BulkFailure]
    trouble: FTSError | None


class Polling:
    """The jobs that have not ended, and when to ask for them next.

    Args:
        clock: Where time comes from.
        job_ids: The jobs.
        timeout_s: Seconds at most; None: no limit.
        poll_s: Seconds to pause after a change.
        max_poll_s: Seconds to pause at most, as the pauses grow while nothing changes; None: they do not grow, but are `poll_s`
            for each request that the jobs take.

    Attributes:
        waiting: The state in which each job that has not ended was last seen, by job id; None: not seen.
    """

    def __init__(
        self,
        clock: Clock,
        job_ids: Iterable[str],
        *,
        timeout_s: float | None,
        poll_s: float,
        max_poll_s: float | None = None,
    ) -> None:
        # The server ignores the case of a job id, and answers in lower case.
        self.waiting: dict[str, str | None] = dict.fromkeys(map(str.lower, job_ids))
        self._total = len(self.waiting)
        self._clock = clock
        self._began_s = clock.monotonic()
        self._timeout_s, self._poll_s, self._max_poll_s = timeout_s, poll_s, max_poll_s
        self._pause_s = 0.0
        self._trouble: FTSError | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return self._clock.monotonic() - self._began_s

    def rounds(self, ask: Ask) -> Iterator[Flow[Round]]:
        """Yield one flow per round until all jobs have ended; carry them out one after the other.

        A flow raises `FTSTimeoutError` with the phase "wait" when some jobs have not ended in time.
        """
        while self.waiting:
            yield self._round(ask)

    def _round(self, ask: Ask) -> Flow[Round]:
        # There is no pause before the first round.
        if self._pause_s:
            yield Sleep(min(self._next_pause(), _LONGEST_PAUSE_S))
        answer = yield from self._answer(ask)
        changed = []
        for job in answer.found:
            job_id = job.job_id.lower()
            if job.job_state != self.waiting.get(job_id):
                changed.append(job)
            self.waiting[job_id] = job.job_state
            if is_terminal(job.job_state):
                del self.waiting[job_id]
        # A failure without a status means that the server could not be asked for the job. That and a 5xx may pass.
        failures = [
            failure
            for failure in answer.failures
            if failure.http_status and not failure.http_status.startswith("5")
        ]
        for failure in failures:
            self.waiting.pop(failure.job_id.lower(), None)
        if self._max_poll_s is None:
            self._pause_s = self._poll_s * len(chunks(list(self.waiting)))
        elif changed or failures or not self._pause_s:
            self._pause_s = self._poll_s
        else:
            self._pause_s = min(self._pause_s * _SLOWER, self._max_poll_s)
        return Round(found=answer.found, changed=changed, failures=failures, trouble=self._trouble)

    def _answer(self, ask: Ask) -> Flow[BulkResult[JobStatus]]:
        """Ask in time; without an answer, keep the reason as the trouble."""
        if self._timeout_s is not None:
            # The last question may be asked at the very end.
            yield EndWithin(max(self._timeout_s - self.elapsed_s, _LAST_ANSWER_S))
        self._trouble = None
        try:
            return (yield from ask(list(self.waiting)))
        except (FTSConnectionError, FTSResponseError, ServerError) as error:
            # A server that restarts must not end a wait of hours.
            self._trouble = error
        except CredentialError as error:
            # Nor may an issuer of tokens that restarts, or a proxy that is renewed late.
            if not error.may_pass:
                raise
            self._trouble = error
        return BulkResult(found=())

    def _next_pause(self) -> float:
        if self._timeout_s is None:
            return self._pause_s
        left_s = self._timeout_s - self.elapsed_s
        if left_s > 0:
            return min(self._pause_s, left_s)
        named = [f"{job_id} ({state or 'not seen'})" for job_id, state in self.waiting.items()]
        what = "the job has" if self._total == 1 else f"{len(named)} of {self._total} jobs have"
        more = ", ..." if len(named) > _NAMED_JOBS else ""
        trouble = f"; the last request failed: {self._trouble.args[0]}" if self._trouble else ""
        raise FTSTimeoutError(
            f"After {self._timeout_s:g} s {what} not ended: {', '.join(named[:_NAMED_JOBS])}{more}{trouble}",
            phase="wait",
            job_id=next(iter(self.waiting)) if self._total == 1 else None,
            remedy="Wait longer, or cancel what is left.",
        ) from self._trouble


def wait(clock: Clock, job_id: str, *, timeout_s: float, poll_s: float) -> Flow[JobStatus]:
    """Wait for the end of a job; see `FTSClient.wait_for_job`."""
    timeout_s, poll_s, _ = seconds_of_waits(timeout_s=timeout_s, poll_s=poll_s, max_poll_s=poll_s)
    polling = Polling(clock, [one_job_id(job_id)], timeout_s=timeout_s, poll_s=poll_s)
    found: Sequence[JobStatus] = ()
    for flow in polling.rounds(_ask_for_one):
        found = (yield from flow).found
    return found[0]


def _ask_for_one(job_ids: Sequence[str]) -> Flow[BulkResult[JobStatus]]:
    # Not by get_jobs: a job that cannot be shown ends the waiting with the error of the server.
    return BulkResult(found=((yield from get_job(job_ids[0])),))


def watch(
    clock: Clock, job_ids: Iterable[str], *, timeout_s: float, poll_s: float, max_poll_s: float
) -> Iterator[Flow[list[JobStatus | BulkFailure]]]:
    """Plan the watching of jobs: one flow per round, which returns what changed; see `FTSClient.watch_jobs`."""
    timeout_s, poll_s, max_poll_s = seconds_of_waits(
        timeout_s=timeout_s, poll_s=poll_s, max_poll_s=max_poll_s
    )
    ids = several_job_ids(job_ids)
    polling = Polling(clock, ids, timeout_s=timeout_s, poll_s=poll_s, max_poll_s=max_poll_s)
    return map(_changes, polling.rounds(get_jobs))


def _changes(flow: Flow[Round]) -> Flow[list[JobStatus | BulkFailure]]:
    result = yield from flow
    return [*result.changed, *result.failures]
