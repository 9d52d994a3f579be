"""The connections of the asynchronous client: transports of asyncio, TLS, and the way through an HTTP proxy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from fts_client.transport.connection import HTTP1Connection, arrivals

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import httpx

    from fts_client.transport.connection import Limits, RawAnswer

# As browsers do: the addresses of a host are tried one after the other, without waiting for the one before to give up.
_NEXT_ADDRESS_S: Final = 0.25
_CLOSED: Final = "the connection was closed at once"


class _Bytes(asyncio.Protocol):
    """Keeps what arrives until it is asked for.

    Attributes:
        transport: Where to write.
        received: What has arrived.
        ended: Whether nothing more can arrive.
        error: Why it has ended; None when the server closed the connection.
        is_full: Whether what was written waits to be sent.
    """

    def __init__(self) -> None:
        self.transport = cast("asyncio.Transport", None)
        self.received: list[bytes] = []
        self.ended = False
        self.error: Exception | None = None
        self.is_full = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received.append(data)
        if self._waiter is None and len(self.received) > 1:
            # Bytes that were not asked for would fill the memory.
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.ended = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self.ended, self.error = True, error
        self._wake()

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def news(self, limit_s: float) -> None:
        """Wait until something happens.

        Raises:
            TimeoutError: Nothing did.
        """
        loop = asyncio.get_running_loop()
        waiter = self._waiter = loop.create_future()
        timer = loop.call_later(limit_s, _expire, waiter)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None

    async def read(self, limit_s: float) -> bytes:
        """Return what has arrived, at least one byte; none when the connection has ended.

        Raises:
            TimeoutError: Nothing arrived.
            OSError: The connection broke.
        """
        while not self.received and not self.ended:
            await self.news(limit_s)
        if not self.received and self.error is not None:
            raise self.error
        received, self.received = self.received, []
        self.transport.resume_reading()
        return b"".join(received)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


async def _connect(host: str, port: int, limit_s: float) -> _Bytes:
    async with asyncio.timeout(limit_s):
        _, stream = await asyncio.get_running_loop().create_connection(
            _Bytes, host, port, happy_eyeballs_delay=_NEXT_ADDRESS_S
        )
        return stream


def _arrivals(transport: asyncio.Transport) -> Callable[[], object]:
    descriptor = transport.get_extra_info("socket").fileno()
    if descriptor < 0:
        raise ConnectionResetError(_CLOSED)
    return arrivals(descriptor)


def _drop(connecting: asyncio.Task[_Bytes]) -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().transport.abort()


class AsyncConnection(HTTP1Connection):
    """One connection of the asynchronous client."""

    _bytes: _Bytes | None = None

    async def exchange(self, request: httpx.Request, limits: Limits) -> RawAnswer:
        """Send a request and return its answer, as `BlockingConnection.exchange` does."""
        unsent = self.write(request)
        stream = self._bytes or await self._open(request.url, limits)
        try:
            stream.transport.write(unsent)
            while stream.is_full and not stream.ended and not stream.received:
                await stream.news(limits.left("write"))
        except TimeoutError as error:
            raise limits.late("write") from error
        try:
            while True:
                answer = self.feed(await stream.read(limits.left("read")))
                if answer is not None:
                    return answer
        except TimeoutError as error:
            raise limits.late("read") from error
        except OSError as error:
            raise self.broken(error) from error

    async def _open(self, url: httpx.URL, limits: Limits) -> _Bytes:
        route, proxy = self._route, self._route.http_proxy
        try:
            with route.explaining(limits.late):
                connecting = asyncio.create_task(
                    _connect(*route.first_hop(url), limits.left("connect"))
                )
                try:
                    self._bytes = await asyncio.shield(connecting)
                except asyncio.CancelledError:
                    # A race of addresses that is cancelled may leave a socket open (CPython 3.11), so it goes on to its end.
                    connecting.add_done_callback(_drop)
                    raise
                if proxy:
                    if route.proxy_context:
                        await self._start_tls(route.proxy_context, proxy.host, limits)
                    self._bytes.transport.write(proxy.connect(url))
                    step, head = limits.of_step("connect"), b""
                    while not proxy.has_connected(head):
                        head += await self._bytes.read(step.left("connect")) or proxy.hung_up()
            with route.explaining(limits.late, at_server=True):
                if url.scheme == "https":
                    await self._start_tls(route.context, url.raw_host.decode("ascii"), limits)
                stream = self._bytes
                arrived = _arrivals(stream.transport)
                # What arrived while the loop was busy is still in the socket.
                self._arrived = lambda: stream.ended or stream.received or arrived()
        except BaseException:
            self.close()
            raise
        return self._bytes

    async def _start_tls(self, context: ssl.SSLContext, host: str, limits: Limits) -> None:
        stream = cast("_Bytes", self._bytes)
        if stream.transport.is_closing():
            # The handshake would not notice.
            raise ConnectionResetError(_CLOSED)
        async with asyncio.timeout(limits.left("connect")):
            transport = await asyncio.get_running_loop().start_tls(
                stream.transport, stream, context, server_hostname=host
            )
        if transport is None:
            raise ConnectionResetError(_CLOSED)
        stream.transport = transport

    def close(self) -> None:
        """Close it."""
        if self._bytes is not None:
            self._bytes.transport.abort()
