"""Connections of the asynchronous client, handed out one request at a time.

The HTTP library's pool goes through all waiting requests and all connections whenever a request begins or ends, and its
connections run on several event loop libraries: with three hundred requests waiting that costs more than the requests
themselves (docs/benchmarks.md). Here the cost of a request does not depend on the others.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from fts_client._http11 import Connection

if TYPE_CHECKING:
    import ssl

__all__ = ["Lanes"]


class Lanes(httpx.AsyncBaseTransport):
    """A transport of several connections to one server, for one event loop.

    Args:
        context: TLS context; None for plain http.
        most: Connections at most.
        expiry_s: Seconds after which an idle connection is not used again.
    """

    def __init__(self, context: ssl.SSLContext | None, *, most: int, expiry_s: float) -> None:
        if context is not None:
            context.set_alpn_protocols(["http/1.1"])
        self._context = context
        self._expiry_s = expiry_s
        self._slots = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
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
            connection = self._take_idle() or await Connection.open(request, self._context)
            try:
                return await connection.exchange(request)
            finally:
                if connection.is_idle() and not self._closed:
                    self._idle.append(connection)
                else:
                    connection.abort()
        finally:
            self._slots.release()

    async def _wait_for_slot(self, request: httpx.Request) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("pool")):
                await self._slots.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("No connection became free in time") from None

    def _take_idle(self) -> Connection | None:
        # The one used last is the one most probably still open.
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable(expiry_s=self._expiry_s):
                return connection
            connection.abort()
        return None

    async def aclose(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()
