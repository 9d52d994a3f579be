"""Triggers, which wait for jobs in the triggerer: those of one server and identity share a poller."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import attrs
from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from fts_client.airflow.hook import Access, FTSHook
from fts_client.airflow.poller import Poller
from fts_client.procedures.arguments import seconds_of_waits, several_job_ids

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

__all__ = ["FTSJobTrigger"]

_log = logging.getLogger(__name__)

_CHECK_CONNECTION_S: Final = 60.0


def seconds_of_pause(poll_s: object) -> float:
    """Return a pause as seconds. Raises FTSUsageError when it is not a number of more than 0."""
    return seconds_of_waits(timeout_s=0, poll_s=poll_s, max_poll_s=poll_s)[1]


@attrs.define
class _Pollers:
    """The pollers of one event loop, and the connections as they were read last."""

    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    read: dict[str, tuple[float, Access]] = attrs.field(factory=dict)
    pollers: dict[Access, Poller] = attrs.field(factory=dict)

    async def poller(self, fts_conn_id: str) -> Poller:
        """Give the poller for what a connection says now; it is read again once a minute."""
        async with self.lock:
            read_at, access = self.read.get(fts_conn_id, (0.0, None))
            if access is None or time.monotonic() - read_at > _CHECK_CONNECTION_S:
                try:
                    access = await FTSHook(fts_conn_id).async_access()
                except Exception:
                    # It could be read before: a failure to read it again must not end a wait of days.
                    if access is None:
                        raise
                    _log.warning("Connection %r cannot be read again", fts_conn_id, exc_info=True)
                self.read[fts_conn_id] = time.monotonic(), access
        if access not in self.pollers:
            self.pollers = {one: poller for one, poller in self.pollers.items() if poller.busy}
            self.pollers[access] = Poller(access.async_client)
        return self.pollers[access]


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pollers] = WeakKeyDictionary()


class FTSJobTrigger(BaseTrigger):
    """Fires when jobs have ended, with the states of those that have not finished well.

    Args:
        fts_conn_id: The connection. Credentials stay there: nothing else of it is stored with the trigger.
        job_ids: The jobs.
        poll_s: Seconds between two requests about a job.
        end_task: Whether the task ends in the triggerer, without a worker, when all jobs have finished well.

    Raises:
        FTSUsageError: A job id or the pause cannot be used.
    """

    def __init__(
        self,
        *,
        fts_conn_id: str,
        job_ids: Sequence[str],
        poll_s: float,
        end_task: bool = False,
    ) -> None:
        super().__init__()
        self.fts_conn_id = fts_conn_id
        # All that waits here shares requests, so that an id or a pause that cannot be used would end it all.
        self.job_ids = several_job_ids(job_ids)
        self.poll_s = seconds_of_pause(poll_s)
        self.end_task = end_task

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Say how to make this trigger again."""
        names = ("fts_conn_id", "job_ids", "poll_s", "end_task")
        kind = type(self)
        return f"{kind.__module__}.{kind.__qualname__}", {
            name: getattr(self, name) for name in names
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for the jobs."""
        states = await self._states()
        unfinished = {job_id: state for job_id, state in states.items() if state != "FINISHED"}
        if self.end_task and not unfinished:
            yield TaskSuccessEvent()
        else:
            yield TriggerEvent({"unfinished": unfinished})

    async def _states(self) -> dict[str, str]:
        shared = _of_loop.setdefault(asyncio.get_running_loop(), _Pollers())
        while True:
            poller = await shared.poller(self.fts_conn_id)
            with poller.follow(self.job_ids, poll_s=self.poll_s) as states:
                while True:
                    await asyncio.wait([states], timeout=_CHECK_CONNECTION_S)
                    if states.done():
                        return states.result()
                    if await shared.poller(self.fts_conn_id) is not poller:
                        break  # The connection has changed.
