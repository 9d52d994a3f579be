"""The connections of the asynchronous client to one server, handed out one request at a time."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fts_client.transport.async_connection import AsyncConnection
from fts_client.transport.connection import Limits
from fts_client.transport.pools import IdleConnections

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncGenerator

    import httpx

    from fts_client.transport.connection import RawAnswer
    from fts_client.transport.route import Route

_CLOSE_AFTER_S: Final = 0.01


class AsyncConnectionPool:
    """Several connections to one server, for the running event loop: those of another loop cannot be used.

    The arguments are those of `ConnectionPool`.
    """

    def __init__(self, route: Route, *, max_connections: int) -> None:
        self._route = route
        self._slots = asyncio.Semaphore(max_connections)
        self._idle: IdleConnections[AsyncConnection] = IdleConnections(max_connections)
        self.loop = asyncio.get_running_loop()
        # For a client that is never closed: a loop closes all generators before it ends.
        self._closer = _closer(self._idle)
        self.finalizer = weakref.finalize(self, _close_soon, self.loop, self._closer)
        self.finalizer.atexit = False

    async def open(self) -> None:
        """Let the loop know what to close."""
        await anext(self._closer)

    async def exchange(self, request: httpx.Request, *, repeatable: bool = True) -> RawAnswer:
        """Send a request and return its answer, as `ConnectionPool.exchange` does."""
        limits = Limits(request.extensions)
        if self._slots.locked():
            try:
                async with asyncio.timeout(limits.left("pool")):
                    await self._slots.acquire()
            except TimeoutError:
                raise limits.late("pool") from None
        else:
            await self._slots.acquire()
        try:
            connection = self._idle.take(repeatable=repeatable) or AsyncConnection(self._route)
            try:
                return await connection.exchange(request, limits)
            finally:
                self._idle.give_back(connection)
        finally:
            self._slots.release()

    async def aclose(self) -> None:
        """Close the idle connections; those in use close when their request ends."""
        self.finalizer.detach()
        self._idle.close()
        await self._closer.aclose()
        # The loop closes the sockets in its next round.
        await asyncio.sleep(0)


async def _closer(idle: IdleConnections[AsyncConnection]) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        idle.close()
        await asyncio.sleep(0)


def _close_soon(loop: AbstractEventLoop, closer: AsyncGenerator[None]) -> None:
    """Close connections on their own loop, from whichever thread the garbage collector runs in."""
    # A little later: a loop that is about to end does not wait for new tasks, but it closes the generators.
    # One that has ended already cannot close anything.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(
            loop.call_later, _CLOSE_AFTER_S, lambda: loop.create_task(closer.aclose())
        )
