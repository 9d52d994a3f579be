"""Ten thousand deferred jobs in one event loop: requests, memory and processor time, beside one request per trigger."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import time
from contextlib import suppress
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import psutil

from fts_client import AsyncFTSClient, FTSError
from fts_client.airflow.triggers import FTSJobTrigger
from fts_client.states import is_terminal
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

__all__ = ["run_triggers"]

_POLL_S: Final = 30.0
_MIB: Final = 2**20
_DONE_S: Final = 90.0


def _serve(pipe: Connection) -> None:
    """Run a mock in a process of its own, which does what it is told."""
    requests = 0

    def counting(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal requests
            requests += 1
            await app(scope, receive, send)

        return serve

    mock = MockFTS(time_scale=0, middleware=counting)
    mock.start()

    def finish(job_ids: Sequence[str]) -> None:
        for job_id in job_ids:
            mock.state.job(job_id).job_state = "FINISHED"

    orders: dict[str, Callable[[Any], Any]] = {
        "place": lambda _: (mock.endpoint, str(mock.credential()), str(mock.ca_dir), mock.port),
        "hold": lambda count: [mock.state.add_job(files=({},)).job_id for _ in range(count)],
        "finish": finish,
        "requests": lambda _: requests,
        "down": lambda _: mock.stop(),
        "up": lambda _: mock.start(),
    }
    while True:
        name, value = pipe.recv()
        pipe.send(orders[name](value))


class _Mock:
    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()

    def do(self, name: str, value: object = None) -> Any:
        self._pipe.send((name, value))
        return self._pipe.recv()

    def close(self) -> None:
        self._process.kill()


async def _measure(
    mock: _Mock,
    name: str,
    jobs: Sequence[str],
    wait: Callable[[str], Awaitable[None]],
    *,
    window_s: float,
    outage_s: float,
) -> None:
    """Let all wait, measure a while in which nothing happens, then finish all jobs, and print what was seen."""
    process = psutil.Process()
    before = process.memory_info().rss
    finished: dict[str, float] = {}
    delays: list[float] = []

    async def one(job_id: str) -> None:
        await wait(job_id)
        delays.append(time.monotonic() - finished[job_id])

    tasks = [asyncio.create_task(one(job_id)) for job_id in jobs]
    await asyncio.sleep(_POLL_S)
    requests, cpu_s, began_s = mock.do("requests"), sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(window_s)
    minutes = (time.monotonic() - began_s) / 60
    rate = (mock.do("requests") - requests) / minutes
    cpu = (sum(process.cpu_times()[:2]) - cpu_s) / (60 * minutes)
    memory = (process.memory_info().rss - before) / _MIB
    print(
        f"{name}: {len(jobs):,} jobs, {rate:,.0f} requests a minute, {cpu:.1%} of a processor, {memory:.0f} MiB",
        flush=True,
    )
    if outage_s:
        mock.do("down")
        await asyncio.sleep(outage_s)
        ended = sum(task.done() for task in tasks)
        mock.do("up")
        print(
            f"{name}: server down for {outage_s:g} s, {ended} of {len(jobs):,} triggers ended by it",
            flush=True,
        )
    order = random.Random(1).sample(list(jobs), len(jobs))  # noqa: S311 - no secret
    step = max(len(order) // int(_DONE_S), 1)
    for start in range(0, len(order), step):
        some = order[start : start + step]
        finished |= dict.fromkeys(some, time.monotonic())
        mock.do("finish", some)
        await asyncio.sleep(1)
    await asyncio.wait(tasks, timeout=5 * _POLL_S)
    done = [task for task in tasks if task.done()]
    print(
        f"{name}: {len(done):,} events, {median(delays):.0f} s after the end of the job at the median, {max(delays):.0f} s at most "
        f"({max(delays) / _POLL_S:.1f} polls of {_POLL_S:g} s)",
        flush=True,
    )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def run_triggers(folder: Path, *, jobs: int, window: float, outage: float) -> None:
    """Measure.

    Args:
        folder: Where Airflow keeps everything.
        jobs: How many jobs wait, each with a trigger of its own.
        window: Seconds to measure.
        outage: Seconds for which the server is down then; 0: not at all.
    """
    mock = _Mock()
    endpoint, proxy, ca_dir, port = mock.do("place")
    os.environ["AIRFLOW_HOME"] = str(folder)
    os.environ["AIRFLOW_CONN_FTS_DEFAULT"] = json.dumps(
        {
            "conn_type": "fts",
            "host": "localhost",
            "port": port,
            "extra": {"credential": proxy, "ca_dir": ca_dir},
        }
    )

    async def shared(job_id: str) -> None:
        trigger = FTSJobTrigger(fts_conn_id="fts_default", job_ids=[job_id], poll_s=_POLL_S)
        async for _ in trigger.run():
            pass

    async def measure() -> None:
        await _measure(
            mock, "shared poller", mock.do("hold", jobs), shared, window_s=window, outage_s=outage
        )
        async with AsyncFTSClient(endpoint, credential=proxy, ca_dir=ca_dir) as client:

            async def alone(job_id: str) -> None:
                # Not all at the same moment.
                await asyncio.sleep(random.random() * _POLL_S)  # noqa: S311 - no secret
                while True:
                    with suppress(FTSError):
                        if is_terminal((await client.get_job(job_id)).job_state):
                            return
                    await asyncio.sleep(_POLL_S)

            await _measure(
                mock,
                "one request per trigger",
                mock.do("hold", jobs),
                alone,
                window_s=window,
                outage_s=0,
            )

    try:
        asyncio.run(measure())
    finally:
        mock.close()
