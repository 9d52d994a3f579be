"""Connections of the asynchronous client, handed out one request at a time.

The HTTP library's pool goes through all waiting requests and all connections whenever a request begins or ends: with three
hundred requests waiting that costs more than the requests themselves (docs/benchmarks.md). Here the cost of a request does
not depend on the others. The connections are the HTTP library's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpcore
import httpx

from fts_client.transport.backends import OneWrite
from fts_client.transport.conversion import Mapped, answer_of, pool_timeout_s, question_of

if TYPE_CHECKING:
    import ssl

    from fts_client.transport.reading import Answer

__all__ = ["Lanes"]


class Lanes(httpx.AsyncBaseTransport):
    """A transport of several connections to one server, for one event loop.

    Args:
        context: TLS context; None for plain http.
        most: Connections at most.
        expiry_s: Seconds after which an idle connection is not used again.
    """

    def __init__(self, context: ssl.SSLContext | None, *, most: int, expiry_s: float) -> None:
        self._context = context
        self._expiry_s = expiry_s
        self._slots = asyncio.Semaphore(most)
        self._idle: list[httpcore.AsyncHTTPConnection] = []
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> Answer:
        """Send one request and return its complete answer.

        Args:
            request: The request, with a body that has been read.

        Returns:
            The answer, with a body that has been received.

        Raises:
            httpx.TransportError: As the HTTP library does; PoolTimeout when no connection became free in time.
        """
        await self._wait_for_slot(request)
        try:
            with Mapped():
                return await self._exchange(request)
        finally:
            self._slots.release()

    async def _wait_for_slot(self, request: httpx.Request) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(pool_timeout_s(request)):
                await self._slots.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("No connection became free in time") from None

    async def _exchange(self, request: httpx.Request) -> Answer:
        question = question_of(request)
        connection = await self._take_idle() or httpcore.AsyncHTTPConnection(
            question.url.origin,
            ssl_context=self._context,
            keepalive_expiry=self._expiry_s,
            network_backend=OneWrite(),
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
        return answer_of(request, answer, content)

    async def _take_idle(self) -> httpcore.AsyncHTTPConnection | None:
        # The one used last is the one most probably still open.
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def _close_expired(self) -> None:
        # While one connection is enough, nobody takes the others: they would stay half closed.
        while len(self._idle) > 1 and self._idle[0].has_expired():
            await self._idle.pop(0).aclose()

    async def aclose(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()
