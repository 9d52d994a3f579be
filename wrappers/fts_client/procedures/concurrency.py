"""Drivers for work of any length: many flows, carried out one after the other or several at a time, results as they come."""

# ruff: noqa: PLC0415
# Neither threads nor tasks are loaded before they are needed, so that programs start faster.
from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar

from fts_client.procedures.driver import run, run_async

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import AsyncGenerator, Generator, Iterable

    from fts_client.clock import Clock
    from fts_client.procedures.driver import Flow, Pinnable

__all__ = ["in_turn", "in_turn_async", "side_by_side", "side_by_side_async"]

T = TypeVar("T")


def in_turn(flows: Iterable[Flow[Iterable[T]]], client: Pinnable, clock: Clock) -> Generator[T]:
    """Carry out flows one after the other.

    Args:
        flows: Each returns several results. The next one is asked for when the results of the last have been taken.
        client: The client to ask with.
        clock: How to sleep.

    Yields:
        Every result.

    Raises:
        FTSError: What a flow does not handle; it is the last one then.
    """
    for flow in flows:
        yield from run(flow, client, clock)


async def in_turn_async(
    flows: Iterable[Flow[Iterable[T]]], client: Pinnable, clock: Clock
) -> AsyncGenerator[T]:
    """Do the same as `in_turn`, letting other tasks run meanwhile."""
    for flow in flows:
        for result in await run_async(flow, client, clock):
            yield result


class _Source(Generic[T]):
    """Flows until there are no more or something has failed; that failure is raised at the end."""

    def __init__(self, flows: Iterable[Flow[T]]) -> None:
        self._flows = iter(flows)
        self.failure: Exception | None = None

    def __next__(self) -> Flow[T]:
        if self.failure is not None:
            raise StopIteration
        try:
            return next(self._flows)
        except StopIteration:
            raise
        except Exception as error:
            self.failure = error
            raise StopIteration from error

    def failed(self, error: Exception) -> None:
        """Start no more flows."""
        self.failure = self.failure or error


def side_by_side(
    flows: Iterable[Flow[T]], client: Pinnable, clock: Clock, *, concurrency: int
) -> Generator[T]:
    """Carry out flows, several at a time.

    Args:
        flows: They are taken in the caller's thread, each when there is room for it.
        client: The client to ask with.
        clock: How to sleep.
        concurrency: How many at a time; each in a thread of its own.

    Yields:
        The result of each flow, as soon as it is there.

    Raises:
        Exception: The first one that a flow raised or the source of the flows. No flow is begun after it, and the results of
            those under way are yielded before it.
    """
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    source = _Source(flows)
    # The first one alone finds out who we are, and delegates.
    room = 1
    with ThreadPoolExecutor(concurrency, thread_name_prefix="fts-client") as pool:
        under_way: set[Future[T]] = set()
        while True:
            while len(under_way) < room and (flow := next(source, None)) is not None:
                # A copy, because a context can be entered once at a time; with it, recordings go on in the threads.
                under_way.add(pool.submit(copy_context().run, run, flow, client, clock))
            if not under_way:
                break
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            room = concurrency
            for future in done:
                try:
                    result = future.result()
                except Exception as error:  # noqa: BLE001 - raised below
                    source.failed(error)
                else:
                    yield result
    if source.failure is not None:
        raise source.failure


async def side_by_side_async(
    flows: Iterable[Flow[T]], client: Pinnable, clock: Clock, *, concurrency: int
) -> AsyncGenerator[T]:
    """Do the same as `side_by_side` with tasks; those under way are cancelled when the caller takes no more results."""
    import asyncio

    source = _Source(flows)
    # The first one alone finds out who we are, and delegates.
    room = 1
    under_way: set[Task[T]] = set()
    try:
        while True:
            while len(under_way) < room and (flow := next(source, None)) is not None:
                under_way.add(asyncio.create_task(run_async(flow, client, clock)))
            if not under_way:
                break
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            room = concurrency
            for task in done:
                try:
                    result = task.result()
                except Exception as error:  # noqa: BLE001 - raised below
                    source.failed(error)
                else:
                    yield result
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    if source.failure is not None:
        raise source.failure
