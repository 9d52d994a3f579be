"""Connections of the asynchronous client, handed out one request at a time.

The HTTP library's pool goes through all waiting requests and all connections whenever a request begins or ends: with three
hundred requests waiting that costs more than the requests themselves (docs/benchmarks.md). Here the cost of a request does
not depend on the others. The connections are the HTTP library's.
"""

from __future__ import annotations

import asyncio
import ssl

import httpcore
import httpx

from fts_client._one_write import OneWrite

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
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
        ) as error:
            # The HTTP library has two layers with classes of the same names.
            raise getattr(httpx, type(error).__name__)(_reason(error)) from error
        except ssl.SSLError as error:
            # In TLS 1.3 a server refuses a certificate after the handshake, where the HTTP library expects no such error.
            raise httpx.ReadError(str(error)) from error
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
        connection = await self._take_idle() or httpcore.AsyncHTTPConnection(
            url.origin,
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
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=httpx.ByteStream(content),
            extensions={"http_version": answer.extensions["http_version"]},
        )

    async def _take_idle(self) -> httpcore.AsyncHTTPConnection | None:
        # The one used last is the one most probably still open.
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def aclose(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()


def _reason(error: Exception) -> str:
    """Say what the network said: the HTTP library says nothing, or "All connection attempts failed"."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    causes = cause.exceptions if isinstance(cause, BaseExceptionGroup) else (cause,)
    return "; ".join(str(one) for one in causes)
