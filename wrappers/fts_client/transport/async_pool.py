"""The connections of the asynchronous client to one server, handed out one request at a time."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fts_client.transport.async_connection import AsyncConnection
from fts_client.transport.connection import MAX_ANSWER_BYTES, Limits
from fts_client.transport.pools import IdleConnections

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncGenerator

    import httpx

    from fts_client.transport.connection import RawAnswer, Route

__all__ = ["AsyncConnectionPool", "AsyncPool"]

_CLOSE_AFTER_S: Final = 0.01


class AsyncConnectionPool:
    """Several connections to one server, for one event loop; the arguments are those of `ConnectionPool`."""

    def __init__(
        self,
        route: Route,
        *,
        max_connections: int,
        expiry_s: float,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        route.context.set_alpn_protocols(["http/1.1"])
        self._route, self._expiry_s, self._max_bytes = route, expiry_s, max_bytes
        self._slots = asyncio.Semaphore(max_connections)
        self._idle: IdleConnections[AsyncConnection] = IdleConnections(max_connections)

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
            connection = self._idle.take(repeatable=repeatable) or AsyncConnection(
                self._route, max_bytes=self._max_bytes, expiry_s=self._expiry_s
            )
            try:
                return await connection.exchange(request, limits)
            finally:
                self._idle.give_back(connection)
        finally:
            self._slots.release()

    async def aclose(self) -> None:
        """Close the idle connections; those in use close when their request ends."""
        self._idle.close()
        # The loop closes the sockets in its next round.
        await asyncio.sleep(0)


class AsyncPool:
    """`Pool` for one event loop; connections of another loop cannot be used."""

    def __init__(self, connections: AsyncConnectionPool, loop: AbstractEventLoop) -> None:
        self.connections = connections
        self.loop = loop
        # For a client that is never closed: a loop closes all generators before it ends.
        self._closer = _closer(connections)
        self.finalizer = weakref.finalize(self, _close_soon, loop, self._closer)
        self.finalizer.atexit = False

    async def open(self) -> None:
        """Let the loop know what to close."""
        await anext(self._closer)

    async def close(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self.finalizer.detach()
        await self._closer.aclose()


async def _closer(connections: AsyncConnectionPool) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await connections.aclose()


def _close_soon(loop: AbstractEventLoop, closer: AsyncGenerator[None]) -> None:
    """Close connections on their own loop, from whichever thread the garbage collector runs in."""
    # A little later: a loop that is about to end does not wait for new tasks, but it closes the generators.
    # One that has ended already cannot close anything.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(
            loop.call_later, _CLOSE_AFTER_S, lambda: loop.create_task(closer.aclose())
        )
