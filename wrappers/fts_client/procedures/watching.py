"""Watch many jobs until each has ended, asking rarely while nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    ServerError,
)
from fts_client.procedures.arguments import expect_waits, several_job_ids
from fts_client.procedures.driver import Flow, Sleep
from fts_client.procedures.jobs import get_many
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fts_client.answers import JobStatus
    from fts_client.clock import Clock
    from fts_client.models import BulkFailure

__all__ = ["watch"]

_SLOWER: Final = 1.5
_NAMED_JOBS: Final = 3


def watch(
    clock: Clock,
    job_ids: Iterable[str],
    *,
    timeout_s: float,
    poll_s: float,
    max_poll_s: float,
) -> Iterator[Flow[list[JobStatus | BulkFailure]]]:
    """Plan the watching of jobs; see `FTSClient.watch_jobs`.

    Returns:
        One flow per round of questions, each returning what changed. Carry them out one after the other.

    Raises:
        FTSUsageError: Times that cannot be meant, or a text in place of a list.
    """
    expect_waits(timeout_s=timeout_s, poll_s=poll_s, max_poll_s=max_poll_s)
    return _Watch(clock, several_job_ids(job_ids), timeout_s, poll_s, max_poll_s).rounds()


class _Watch:
    def __init__(
        self,
        clock: Clock,
        job_ids: list[str],
        timeout_s: float,
        poll_s: float,
        max_poll_s: float,
    ) -> None:
        self._clock = clock
        # The server finds a job by its id in any case, and answers with small letters.
        self._states: dict[str, str | None] = dict.fromkeys(map(str.lower, job_ids))
        self._timeout_s = timeout_s
        self._deadline = self._clock.monotonic() + timeout_s
        self._poll_s = self._pause_s = poll_s
        self._max_poll_s = max_poll_s
        self._first = True

    def rounds(self) -> Iterator[Flow[list[JobStatus | BulkFailure]]]:
        while self._states:
            yield self._round()

    def _round(self) -> Flow[list[JobStatus | BulkFailure]]:
        if not self._first:
            left_s = self._deadline - self._clock.monotonic()
            if left_s <= 0:
                raise self._late()
            yield Sleep(min(self._pause_s, left_s))
        self._first = False
        changes: list[JobStatus | BulkFailure] = []
        try:
            answer = yield from get_many(list(self._states), files=None)
        except (FTSConnectionError, FTSResponseError, ServerError):
            # A server that restarts must not end a watch of hours.
            self._pause_s = min(self._pause_s * _SLOWER, self._max_poll_s)
            return changes
        for job in answer.found:
            if job.job_state != self._states.get(job.job_id):
                changes.append(job)
            if is_terminal(job.job_state):
                self._states.pop(job.job_id, None)
            else:
                self._states[job.job_id] = job.job_state
        for failure in answer.failures:
            # Without a status the server could not be asked: that may pass.
            if failure.http_status:
                changes.append(failure)
                self._states.pop(failure.job_id, None)
        self._pause_s = self._poll_s if changes else min(self._pause_s * _SLOWER, self._max_poll_s)
        return changes

    def _late(self) -> FTSTimeoutError:
        named = ", ".join(
            f"{job_id} ({state or 'not seen'})"
            for job_id, state in list(self._states.items())[:_NAMED_JOBS]
        )
        more = ", ..." if len(self._states) > _NAMED_JOBS else ""
        return FTSTimeoutError(
            f"After {self._timeout_s:g} s {len(self._states)} jobs have not ended: {named}{more}",
            phase="wait",
            remedy="Wait longer, or cancel them.",
        )
