"""The connections of the asynchronous client to one server, handed out one request at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fts_client.transport.async_connection import AsyncConnection
from fts_client.transport.http1 import MAX_ANSWER_BYTES, Limits
from fts_client.transport.idle import IdleConnections

if TYPE_CHECKING:
    import httpx

    from fts_client.transport.http1 import RawAnswer
    from fts_client.transport.route import Route

__all__ = ["AsyncConnectionPool"]


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
