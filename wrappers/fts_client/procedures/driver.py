"""What a flow may ask for, and the drivers that carry it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

import attrs

from fts_client.errors import FTSError

if TYPE_CHECKING:
    from fts_api import Client
    from fts_client.clock import Clock
    from fts_client.delegation.lock import Turn

__all__ = ["Body", "Call", "Flow", "Operation", "Sleep", "TakeTurn", "run", "run_async"]

T = TypeVar("T")

# Longer than a delegation takes. Whoever waited so long goes ahead: to delegate twice does no harm, to wait for ever does.
_TURN_S = 60.0
_TURN_POLL_S = 0.01


class Operation(Protocol):
    """A module of generated code: one operation of the server."""

    @property
    def sync_detailed(self) -> Callable[..., Any]:
        """The synchronous form."""
        ...

    @property
    def asyncio_detailed(self) -> Callable[..., Awaitable[Any]]:
        """The asynchronous form."""
        ...


class Body(dict[str, Any]):
    """A finished JSON body where generated code expects one of its models."""

    def to_dict(self) -> dict[str, Any]:
        """Return the body."""
        return self


@attrs.frozen
class Call:
    """Ask the server.

    Attributes:
        operation: What to ask: a module below `fts_api.api` by name, for instance "jobs.get_jobs", loaded when it is first
            needed (all of them take longer than a request), or the module itself.
        arguments: Its parameters and body. The flow gets the generated `Response`.
    """

    operation: Operation | str
    arguments: Mapping[str, Any] = attrs.field(factory=dict, repr=False)

    def load(self) -> Operation:
        """Return the module of the operation."""
        if isinstance(self.operation, str):
            # A module satisfies the protocol by its functions; import_module cannot tell.
            return cast("Operation", import_module(f"fts_api.api.{self.operation}"))
        return self.operation


@attrs.frozen
class Sleep:
    """Wait.

    Attributes:
        seconds: How long.
    """

    seconds: float


@attrs.frozen
class TakeTurn:
    """Wait until nobody else in this process delegates under the same id.

    Attributes:
        turn: Whose. The flow gets True when it holds the lock and has to release it, False when it waited in vain.
    """

    turn: Turn


Flow: TypeAlias = Generator[Call | Sleep | TakeTurn, Any, T]


def run(flow: Flow[T], client: Client, clock: Clock) -> T:
    """Carry out a flow, waiting for each step.

    Args:
        flow: The procedure.
        client: The generated client to ask with.
        clock: How to sleep.

    Returns:
        What the flow returns.

    Raises:
        FTSError: What the flow does not handle.
    """
    try:
        step = next(flow)
        while True:
            try:
                answer: Any = None
                if isinstance(step, Sleep):
                    clock.sleep(step.seconds)
                elif isinstance(step, TakeTurn):
                    answer = step.turn.lock.acquire(timeout=_TURN_S)
                else:
                    answer = step.load().sync_detailed(client=client, **step.arguments)
            except FTSError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    finally:
        # A cancelled flow gives its turn back now, not when the garbage collector finds it.
        flow.close()


async def run_async(flow: Flow[T], client: Client, clock: Clock) -> T:
    """Carry out a flow, letting other tasks run meanwhile.

    Args:
        flow: The procedure.
        client: The generated client to ask with.
        clock: How to sleep.

    Returns:
        What the flow returns.

    Raises:
        FTSError: What the flow does not handle.
    """
    try:
        step = next(flow)
        while True:
            try:
                answer: Any = None
                if isinstance(step, Sleep):
                    await clock.async_sleep(step.seconds)
                elif isinstance(step, TakeTurn):
                    answer = await _take(step.turn)
                else:
                    answer = await step.load().asyncio_detailed(client=client, **step.arguments)
            except FTSError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    finally:
        # A cancelled flow gives its turn back now, not when the garbage collector finds it.
        flow.close()


async def _take(turn: Turn) -> bool:
    """Take a turn without blocking the event loop, whose other tasks may hold it."""
    import asyncio  # noqa: PLC0415 - see Clock

    for _ in range(int(_TURN_S / _TURN_POLL_S)):
        if turn.lock.acquire(blocking=False):
            return True
        await asyncio.sleep(_TURN_POLL_S)
    return False
