"""Drivers for many flows, carried out one after the other or several at a time; results come as they are there."""

# ruff: noqa: PLC0415
# Threads and tasks are imported when they are needed, so that programs start faster.
from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar

from fts_client.procedures.driver import run, run_async

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
    from concurrent.futures import Future

    from fts_api import Client
    from fts_client.clock import Clock
    from fts_client.procedures.driver import Flow

__all__ = ["in_turn", "in_turn_async", "side_by_side", "side_by_side_async"]

T = TypeVar("T")


def in_turn(flows: Iterable[Flow[Iterable[T]]], client: Client, clock: Clock) -> Generator[T]:
    """Carry out flows one after the other.

    Args:
        flows: Each returns several results. The next flow is taken when the results of the last have been.
        client: The generated client to ask with.
        clock: How to sleep.

    Yields:
        Every result.

    Raises:
        FTSError: What a flow does not handle; no other flow is begun after it.
    """
    for flow in flows:
        yield from run(flow, client, clock)


async def in_turn_async(
    flows: Iterable[Flow[Iterable[T]]], client: Client, clock: Clock
) -> AsyncGenerator[T]:
    """Do the same as `in_turn`, letting other tasks run meanwhile."""
    for flow in flows:
        for result in await run_async(flow, client, clock):
            yield result


class _Source(Generic[T]):
    """Flows, until there are no more or something has failed; the caller raises that failure at the end."""

    def __init__(self, flows: Iterable[Flow[T]]) -> None:
        self._flows = iter(flows)
        self.failure: Exception | None = None

    def take(self, count: int) -> Iterator[Flow[T]]:
        """Yield the next flows, `count` at most."""
        try:
            while count > 0 and self.failure is None:
                yield next(self._flows)
                count -= 1
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - raised at the end
            self.failure = error

    def results(self, done: Iterable[Future[T] | Task[T]]) -> Iterator[T]:
        """Yield the results of flows that are done; remember the first failure."""
        for one in done:
            try:
                result = one.result()
            except Exception as error:  # noqa: BLE001 - raised at the end
                self.failure = self.failure or error
            else:
                yield result


def side_by_side(
    flows: Iterable[Flow[T]], client: Client, clock: Clock, *, concurrency: int
) -> Generator[T]:
    """Carry out flows, several at a time.

    Args:
        flows: They are taken in the caller's thread, each when there is room for it.
        client: The generated client to ask with.
        clock: How to sleep.
        concurrency: How many at a time; each in a thread of its own.

    Yields:
        The result of each flow, as soon as it is there.

    Raises:
        Exception: The first one that a flow or the iteration over the flows raised. No flow is begun after it, and the results
            of those under way are yielded before it.
    """
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    source = _Source(flows)
    # The first flow runs alone: it finds out who we are, and delegates.
    room = 1
    with ThreadPoolExecutor(concurrency, thread_name_prefix="fts-client") as pool:
        under_way: set[Future[T]] = set()
        while True:
            for flow in source.take(room - len(under_way)):
                # A copy, because a context can be entered once at a time; with it, recordings go on in the threads.
                under_way.add(pool.submit(copy_context().run, run, flow, client, clock))
            if not under_way:
                break
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            room = concurrency
            yield from source.results(done)
    if source.failure is not None:
        raise source.failure


async def side_by_side_async(
    flows: Iterable[Flow[T]], client: Client, clock: Clock, *, concurrency: int
) -> AsyncGenerator[T]:
    """Do the same as `side_by_side` with tasks; those under way are cancelled when the caller takes no more results."""
    import asyncio

    source = _Source(flows)
    # The first flow runs alone: it finds out who we are, and delegates.
    room = 1
    under_way: set[Task[T]] = set()
    try:
        while True:
            for flow in source.take(room - len(under_way)):
                under_way.add(asyncio.create_task(run_async(flow, client, clock)))
            if not under_way:
                break
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            room = concurrency
            for result in source.results(done):
                yield result
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    if source.failure is not None:
        raise source.failure
