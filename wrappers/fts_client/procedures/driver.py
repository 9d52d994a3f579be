"""What a procedure may ask for, and the two drivers that carry it out, synchronous and asynchronous.

A procedure of several requests is a generator, a `Flow`: it yields a step and receives the answer, or has the error thrown
into it. It does no I/O itself, so both clients share it, and tests feed it answers.

A driver pins the credential: it takes one snapshot when a procedure first needs it, and every request of the procedure goes
with that snapshot, also when the credential file is renewed meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import attrs

from fts_client.errors import FTSError

if TYPE_CHECKING:
    from threading import Lock

    from fts_client.clock import Clock
    from fts_client.delegation.lock import Turn
    from fts_client.delegation.memory import ServerMemory

T = TypeVar("T")

# Longer than a delegation takes. A caller that has waited so long goes ahead: to delegate twice does no harm.
_TURN_S = 60.0
_TURN_POLL_S = 0.01


class Pinned(Protocol):
    """A generated client whose requests all go with the same snapshot of the credential."""

    @property
    def memory(self) -> ServerMemory:
        """What is known about that credential at the server."""
        ...


class Pinnable(Protocol):
    """A client that procedures are carried out with."""

    def pin(self, deadline_s: float | None) -> Pinned:
        """Take a snapshot of the credential.

        Args:
            deadline_s: When all requests must have ended, by the monotonic clock of the system; None: no such limit.

        Raises:
            CredentialError: The credential cannot be used any more.
        """
        ...


class Body(dict[str, Any]):
    """A finished JSON body where generated code expects one of its models."""

    def to_dict(self) -> dict[str, Any]:
        """Return the body."""
        return self


@attrs.frozen
class Call:
    """Ask the server. The flow gets the generated `Response`.

    Attributes:
        operation: Name of a module below `fts_api.api`, for instance "jobs.get_jobs". It is loaded when it is first needed:
            to load all of them takes longer than a request.
        arguments: Its parameters and body.
    """

    operation: str
    arguments: Mapping[str, Any] = attrs.field(factory=dict, repr=False)

    def load(self) -> Any:
        """Return the module of the operation."""
        return import_module(f"fts_api.api.{self.operation}")


@attrs.frozen
class Recall:
    """Ask what is known about the pinned credential. The flow gets the `ServerMemory`."""


@attrs.frozen
class Sleep:
    """Wait. The credential is not pinned any longer: a wait may outlast a proxy.

    Attributes:
        seconds: How long.
    """

    seconds: float


@attrs.frozen
class EndWithin:
    """End all further requests of the flow, with their repeats, in time.

    Attributes:
        seconds: In how many seconds.
    """

    seconds: float


@attrs.frozen
class TakeTurn:
    """Wait until no other caller in this process delegates under the same id.

    Attributes:
        turn: The turn to take. The flow gets the lock, which it has to release; None when it waited in vain.
    """

    turn: Turn


Flow: TypeAlias = Generator[Call | EndWithin | Recall | Sleep | TakeTurn, Any, T]


def run(flow: Flow[T], client: Pinnable, clock: Clock) -> T:
    """Carry out a flow, waiting for each step.

    Args:
        flow: The procedure.
        client: The client to ask with.
        clock: How to sleep.

    Returns:
        What the flow returns.

    Raises:
        FTSError: What the flow does not handle.
    """
    pinned: Pinned | None = None
    deadline_s: float | None = None
    try:
        step = next(flow)
        while True:
            try:
                answer: Any = None
                if isinstance(step, Sleep):
                    pinned = None
                    clock.sleep(step.seconds)
                elif isinstance(step, EndWithin):
                    pinned, deadline_s = None, time.monotonic() + step.seconds
                elif isinstance(step, TakeTurn):
                    lock = step.turn.lock
                    answer = lock if lock.acquire(timeout=_TURN_S) else None
                else:
                    pinned = pinned or client.pin(deadline_s)
                    answer = (
                        pinned.memory
                        if isinstance(step, Recall)
                        else step.load().sync_detailed(client=pinned, **step.arguments)
                    )
            except FTSError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    finally:
        # An interrupted flow gives its turn back now, not when the garbage collector finds it.
        flow.close()


async def run_async(flow: Flow[T], client: Pinnable, clock: Clock) -> T:
    """Carry out a flow like `run`, letting other tasks run meanwhile."""
    pinned: Pinned | None = None
    deadline_s: float | None = None
    try:
        step = next(flow)
        while True:
            try:
                answer: Any = None
                if isinstance(step, Sleep):
                    pinned = None
                    await clock.async_sleep(step.seconds)
                elif isinstance(step, EndWithin):
                    pinned, deadline_s = None, time.monotonic() + step.seconds
                elif isinstance(step, TakeTurn):
                    answer = await _take(step.turn.lock)
                else:
                    pinned = pinned or client.pin(deadline_s)
                    answer = (
                        pinned.memory
                        if isinstance(step, Recall)
                        else await step.load().asyncio_detailed(client=pinned, **step.arguments)
                    )
            except FTSError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    finally:
        # As in `run`.
        flow.close()


async def _take(lock: Lock) -> Lock | None:
    """Take a lock without blocking the event loop, whose other tasks may hold it."""
    import asyncio  # noqa: PLC0415 - see Clock

    for _ in range(int(_TURN_S / _TURN_POLL_S)):
        if lock.acquire(blocking=False):
            return lock
        await asyncio.sleep(_TURN_POLL_S)
    return None
