"""Carry out many flows, one after the other or several at a time; each result comes as soon as it is ready."""

# ruff: noqa: PLC0415
# Threads and tasks are imported when they are needed, so that programs start faster.
from __future__ import annotations

from collections import deque
from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import attrs

from fts_client.errors.logs import safe_logger
from fts_client.procedures.driver import run, run_async

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
    from concurrent.futures import Future

    from fts_client.clock import Clock
    from fts_client.procedures.driver import Flow, Pinnable

T = TypeVar("T")

_log = safe_logger(__name__)


def in_turn(flows: Iterable[Flow[Iterable[T]]], client: Pinnable, clock: Clock) -> Generator[T]:
    """Carry out flows one after the other.

    Args:
        flows: Each returns several results. The next one is asked for when the results of the last have been taken.
        client: The client to ask with.
        clock: How to sleep.

    Yields:
        Every result.

    Raises:
        FTSError: What a flow does not handle; no other flow is begun after it.
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
    """Flows, until there are no more or one has failed, and what became of them.

    Attributes:
        ready: Results that the caller has not taken yet.
        failures: What went wrong; the caller raises the first at the end.
        stopped: True: begin nothing more.
    """

    def __init__(self, flows: Iterable[Flow[T]]) -> None:
        self._flows = iter(flows)
        self.ready: deque[T] = deque()
        self.failures: list[Exception] = []
        self.stopped = False

    def take(self, count: int) -> Iterator[Flow[T]]:
        """Yield the next flows, `count` at most."""
        try:
            while count > 0 and not (self.failures or self.stopped):
                yield next(self._flows)
                count -= 1
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - raised at the end
            self.failures.append(error)

    def add(self, done: Iterable[Future[T] | Task[T]]) -> None:
        """Keep the results of flows that are done, and what they failed with."""
        for one in done:
            if one.cancelled():
                continue
            error = one.exception()
            if error is None:
                self.ready.append(one.result())
            elif isinstance(error, Exception):
                self.failures.append(error)

    def results(self, done: Iterable[Future[T] | Task[T]]) -> Iterator[T]:
        """Yield the results of flows that are done."""
        self.add(done)
        while self.ready:
            yield self.ready.popleft()

    def end(self) -> None:
        """Raise the first failure, if there is one."""
        if self.failures:
            first, *others = self.failures
            if ids := _job_ids(others):
                first.add_note(f"Other jobs that may exist: {ids}")
            raise first

    def left(self) -> None:
        """Log what a caller that left the loop early does not get."""
        for result in self.ready:
            _log.warning("Not taken, because the loop was left: %r", result)
        if ids := _job_ids(self.failures):
            _log.warning("The loop was left. Jobs that may exist: %s", ids)


def _job_ids(errors: Iterable[Exception]) -> str:
    ids = (getattr(error, "job_id", None) for error in errors)
    return ", ".join(filter(None, ids))


@attrs.frozen
class _Stoppable(Generic[T]):
    _source: _Source[T]

    @property
    def untaken(self) -> tuple[T, ...]:
        """Results of what was under way when it was closed, and that the caller has not taken; they are also logged, as warnings."""
        return tuple(self._source.ready)

    def stop(self) -> None:
        """Begin nothing more. The results of what is under way still come."""
        self._source.stopped = True


@attrs.frozen
class Outcomes(_Stoppable[T]):
    """Iterates over results as they come. To leave early, `stop` it and take the rest, or `close` it and look at `untaken`."""

    _results: Generator[T]

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> T:
        """Wait for the next result."""
        return next(self._results)

    def close(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._results.close()


@attrs.frozen
class AsyncOutcomes(_Stoppable[T]):
    """The same, to be awaited."""

    _results: AsyncGenerator[T]

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> T:
        """Wait for the next result."""
        return await anext(self._results)

    async def aclose(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        await self._results.aclose()


def side_by_side(
    flows: Iterable[Flow[T]], client: Pinnable, clock: Clock, *, concurrency: int
) -> Outcomes[T]:
    """Carry out flows, several at a time.

    Args:
        flows: They are taken in the caller's thread, each when there is room for it.
        client: The client to ask with.
        clock: How to sleep.
        concurrency: How many at a time; each in a thread of its own.

    Returns:
        The result of each flow, as soon as it is ready. It raises the first exception that a flow or the iteration over the
        flows raised. No flow is begun after it, and the results of those under way are yielded before it.
    """
    # The generator refers to its source only, so it ends at once when the caller drops it.
    source = _Source(flows)
    return Outcomes(source, _in_threads(source, client, clock, concurrency))


def side_by_side_async(
    flows: Iterable[Flow[T]], client: Pinnable, clock: Clock, *, concurrency: int
) -> AsyncOutcomes[T]:
    """Do the same as `side_by_side` with tasks; those under way are cancelled when the caller's task is."""
    source = _Source(flows)
    return AsyncOutcomes(source, _in_tasks(source, client, clock, concurrency))


def _in_threads(
    source: _Source[T], client: Pinnable, clock: Clock, concurrency: int
) -> Generator[T]:
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    # The first flow runs alone: it finds out who we are, and delegates.
    room = 1
    under_way: set[Future[T]] = set()
    try:
        with ThreadPoolExecutor(concurrency, thread_name_prefix="fts-client") as pool:
            while True:
                for flow in source.take(room - len(under_way)):
                    # A copy, because a context can be entered once at a time; with it, recordings go on in the threads.
                    under_way.add(pool.submit(copy_context().run, run, flow, client, clock))
                if not under_way:
                    break
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                room = concurrency
                yield from source.results(done)
    except BaseException:
        # The pool has waited for them.
        source.add(under_way)
        source.left()
        raise
    source.end()


async def _in_tasks(
    source: _Source[T], client: Pinnable, clock: Clock, concurrency: int
) -> AsyncGenerator[T]:
    import asyncio

    room = 1  # as in threads
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
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            for task in under_way:
                task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        source.add(under_way)
        source.left()
        raise
    source.end()
