"""Connections of the asynchronous client, handed out one request at a time.

The pool of the HTTP library goes through all waiting requests and all connections whenever a request begins or ends, and
looks up the event loop library each time: with three hundred requests waiting that costs more than the requests themselves
(docs/benchmarks.md). Here the cost of a request does not depend on the others.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NoReturn

import httpcore
import httpx

if TYPE_CHECKING:
    import ssl

__all__ = ["Lanes"]

# The HTTP library has the same classes in two layers; the most specific one that fits is the first here.
_CLASSES: Final[tuple[tuple[type[Exception], type[httpx.TransportError]], ...]] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


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
            return await self._exchange(request)
        except tuple(theirs for theirs, _ in _CLASSES) as error:
            _raise(error)
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

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        question = httpcore.Request(
            method=request.method,
            url=url,
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        connection = await self._open(url.origin)
        try:
            answer = await connection.handle_async_request(question)
            try:
                content = await answer.aread()
            finally:
                await answer.aclose()
        finally:
            # After a failure, or when the server said so, it is closed by now; one that failed to open counts as idle too.
            if not connection.is_closed():
                if connection.is_idle() and not self._closed:
                    self._idle.append(connection)
                else:
                    await connection.aclose()
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=httpx.ByteStream(content),
            extensions={"http_version": answer.extensions["http_version"]},
        )

    async def _open(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        # The one used last is the one most probably still open.
        while self._idle:
            connection = self._idle.pop()
            if connection.is_available() and not connection.has_expired():
                return connection
            await connection.aclose()
        return httpcore.AsyncHTTPConnection(
            origin, ssl_context=self._context, keepalive_expiry=self._expiry_s
        )

    async def aclose(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()


def _raise(error: Exception) -> NoReturn:
    for theirs, ours in _CLASSES:
        if isinstance(error, theirs):
            raise ours(str(error)) from error
    raise error
