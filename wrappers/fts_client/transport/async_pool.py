"""Connections of the asynchronous client, handed out one request at a time.

httpcore's own pool goes through all waiting requests and all connections whenever a request begins or ends: with three
hundred requests waiting that costs more than the requests themselves (docs/benchmarks.md). Here the cost of a request does
not depend on the others. The connections are httpcore's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpcore

from fts_client.transport.backends import AsyncJoiningBackend

if TYPE_CHECKING:
    import ssl

__all__ = ["AsyncConnectionPool"]


class AsyncConnectionPool:
    """Several connections to one server, for one event loop.

    Args:
        context: TLS context.
        max_connections: Connections at most.
        expiry_s: Seconds after which an idle connection is not used again.
    """

    def __init__(self, context: ssl.SSLContext, *, max_connections: int, expiry_s: float) -> None:
        self._context = context
        self._expiry_s = expiry_s
        self._slots = asyncio.Semaphore(max_connections)
        self._idle: list[httpcore.AsyncHTTPConnection] = []
        self._closed = False

    async def exchange(self, question: httpcore.Request) -> tuple[httpcore.Response, bytes]:
        """Send a request and return its answer and the body of it.

        Raises:
            httpcore.PoolTimeout: No connection became free in time.
            Exception: One of `failures.NETWORK_ERRORS`.
        """
        await self._wait_for_slot(question.extensions.get("timeout", {}).get("pool"))
        try:
            return await self._exchange(question)
        finally:
            self._slots.release()

    async def _wait_for_slot(self, timeout_s: float | None) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._slots.acquire()
        except TimeoutError:
            raise httpcore.PoolTimeout("No connection became free in time") from None

    async def _exchange(self, question: httpcore.Request) -> tuple[httpcore.Response, bytes]:
        connection = await self._take_idle() or httpcore.AsyncHTTPConnection(
            question.url.origin,
            ssl_context=self._context,
            keepalive_expiry=self._expiry_s,
            network_backend=AsyncJoiningBackend(),
        )
        try:
            answer = await connection.handle_async_request(question)
            content = await answer.aread()
            await answer.aclose()
        finally:
            if connection.is_available() and not self._closed:
                self._idle.append(connection)
            else:
                await connection.aclose()
        await self._close_expired()
        return answer, content

    async def _take_idle(self) -> httpcore.AsyncHTTPConnection | None:
        # The one used last is most probably still open.
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def _close_expired(self) -> None:
        # As long as one connection is enough, the others are not taken: they would stay half closed.
        while len(self._idle) > 1 and self._idle[0].has_expired():
            await self._idle.pop(0).aclose()

    async def aclose(self) -> None:
        """Close the idle connections; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()
