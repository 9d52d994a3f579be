"""Follow the jobs of many triggers together: 100 of them take one request, and all requests share one pool of connections."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from fts_client.errors import FTSAPIError, FTSError, FTSResponseError, FTSUsageError
from fts_client.retry import UNAVAILABLE
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fts_client.async_client import AsyncFTSClient

_log = logging.getLogger(__name__)

UNKNOWN_JOB: Final = "NOT_FOUND"
"""Stands in place of the state of a job that the server does not show, for instance because it is in the archive."""
_CHUNK: Final = 100
_SLOWER: Final = 1.5
_SLOWEST: Final = 4.0
_TICK_S: Final = 1.0
_FIRST_S: Final = 5.0


@attrs.define(eq=False)
class _Waiting:
    """One wait: the jobs that have not ended yet, and the states of those that have."""

    left: dict[str, None]
    poll_s: float
    told: asyncio.Future[dict[str, str]]
    states: dict[str, str] = attrs.field(factory=dict)


class Poller:
    """Asks one server, as one identity, for the jobs that anybody in this event loop waits for.

    Args:
        make: Makes the client.
    """

    def __init__(self, make: Callable[[], AsyncFTSClient]) -> None:
        self._make = make
        self._waiting: dict[str, set[_Waiting]] = {}
        self._task: asyncio.Task[None] | None = None
        self._arrived = False

    @property
    def busy(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    async def idle(self) -> None:
        """Wait until nobody waits, and the connections are closed."""
        if self._task is not None:
            await self._task

    @contextmanager
    def follow(
        self, job_ids: Iterable[str], *, poll_s: float
    ) -> Iterator[asyncio.Future[dict[str, str]]]:
        """Follow jobs until they have ended, or the context is left.

        The wait goes on when the server cannot be reached or the credential has expired: the jobs go on without us.

        Args:
            job_ids: The jobs.
            poll_s: Seconds between two requests about the same job; the shortest of all waits counts. While no job ends, the
                pauses grow, up to four times as long.

        Yields:
            A future with the state of each job. It raises an FTSUsageError if no client can be made, and any exception that is not an
            FTSError.
        """
        one = _Waiting(
            dict.fromkeys(job_id.lower() for job_id in job_ids),
            poll_s,
            asyncio.get_running_loop().create_future(),
        )
        if not one.left:
            one.told.set_result({})
        for job_id in one.left:
            self._waiting.setdefault(job_id, set()).add(one)
        self._arrived = True
        if self._task is None or self._task.done():
            # In a context of its own, so that Airflow does not put its logs under the trigger that came first.
            self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        try:
            yield one.told
        finally:
            for job_id in one.left:
                others = self._waiting[job_id]
                others.discard(one)
                if not others:
                    del self._waiting[job_id]

    def _everybody(self) -> set[_Waiting]:
        return {
            one for several in self._waiting.values() for one in several if not one.told.done()
        }

    def _poll_s(self) -> float:
        """The shortest pause that anybody asks for; 0 when nobody waits any more."""
        return min((one.poll_s for one in self._everybody()), default=0)

    async def _run(self) -> None:
        # Some may arrive while the connections are being closed.
        while self._everybody():
            await self._ask_until_all_are_told()

    async def _ask_until_all_are_told(self) -> None:
        clock = asyncio.get_running_loop().time
        client = None
        slowness = 1.0
        # More triggers arrive at the same time; and Airflow regards a task as lost if it is resumed right after it was deferred.
        await asyncio.sleep(min(_FIRST_S, self._poll_s()))
        try:
            while waiting := self._everybody():
                began_s, self._arrived = clock(), False
                try:
                    client = client or self._make()
                    news = await self._ask(client)
                except Exception as error:  # noqa: BLE001 - raised where jobs are waited for
                    # What may pass is waited for: a server that is away, a credential that has expired, CA files that are replaced.
                    hopeless = client is None and isinstance(error, FTSUsageError)
                    if hopeless or not isinstance(error, FTSError):
                        for one in waiting:
                            if not one.told.done():
                                one.told.set_exception(error)
                        return
                    _log.warning("%d jobs wait for an answer: %s", len(self._waiting), error)
                    news = False
                poll_s = min(one.poll_s for one in waiting)
                slowness = 1.0 if news else min(slowness * _SLOWER, _SLOWEST)
                while clock() < began_s + poll_s * slowness:
                    await asyncio.sleep(min(poll_s, _TICK_S))
                    if self._arrived:
                        self._arrived, slowness = False, 1.0
                        poll_s = self._poll_s()
        finally:
            if client is not None:
                await client.aclose()

    async def _ask(self, client: AsyncFTSClient) -> bool:
        """Ask for all jobs once, and resolve the futures whose jobs have all ended; say whether a job has ended."""
        ids = list(self._waiting)
        news = False
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            try:
                answer = await client.get_jobs(chunk)
            except (FTSAPIError, FTSResponseError) as error:
                if error.status_code in UNAVAILABLE:
                    raise
                # Perhaps it fails on one of these jobs only.
                _log.warning("%d jobs wait for an answer: %s", len(chunk), error)
                continue
            states = {job.job_id: job.job_state for job in answer if is_terminal(job.job_state)}
            states |= {
                failure.job_id: UNKNOWN_JOB
                for failure in answer.failures
                # Without a status, or with a 5xx, the server could not be asked; that may pass.
                if failure.http_status and not failure.http_status.startswith("5")
            }
            for job_id, state in states.items():
                for one in self._waiting.pop(job_id.lower(), ()):
                    del one.left[job_id.lower()]
                    one.states[job_id.lower()] = state
                    if not one.left and not one.told.done():
                        one.told.set_result(one.states)
            news = news or bool(states)
        return news
