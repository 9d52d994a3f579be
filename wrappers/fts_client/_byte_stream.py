"""Bytes to and from a server on an event loop of asyncio, over TCP or TLS."""

from __future__ import annotations

import asyncio
import select
import socket
from asyncio.staggered import staggered_race
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

if TYPE_CHECKING:
    import ssl

__all__ = ["ByteStream"]

# Between two addresses of one host (RFC 8305, section 8).
_NEXT_ADDRESS_S: Final = 0.25
# So much may wait to be read before the server has to wait too.
_MOST_UNREAD: Final = 1 << 20


class ByteStream(asyncio.Protocol):
    """One connection. Whatever the network says comes out as an exception of the HTTP library."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._unread: list[bytes] = []
        self._unread_size = 0
        self._ended = False
        self._failure: Exception | None = None
        self._full = False
        self._news: asyncio.Future[None] | None = None
        self._lost = self._loop.create_future()

    @classmethod
    async def open(
        cls, url: httpx.URL, context: ssl.SSLContext | None, *, timeout_s: float | None
    ) -> Self:
        """Connect, and shake hands when there is a TLS context.

        Args:
            url: Of the server.
            context: TLS context; None for plain TCP.
            timeout_s: Seconds for both together; None for no limit.

        Returns:
            The connection.

        Raises:
            httpx.ConnectError: It failed; the cause says why.
            httpx.ConnectTimeout: It took too long.
        """
        host = url.raw_host.decode("ascii")
        try:
            async with asyncio.timeout(timeout_s):
                _, stream = await asyncio.get_running_loop().create_connection(
                    cls,
                    sock=await _connect(host, url.port or (80 if context is None else 443)),
                    ssl=context,
                    server_hostname=None if context is None else host,
                    # The one limit is the one above.
                    ssl_handshake_timeout=None if context is None else (timeout_s or 3600.0) + 60,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except OSError as error:  # also ssl.SSLError
            raise httpx.ConnectError(str(error)) from error
        return stream

    # --- what asyncio calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - as the loop promises
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread.append(data)
        self._unread_size += len(data)
        if self._unread_size > _MOST_UNREAD and self._transport is not None:
            self._transport.pause_reading()
        self._tell()

    def eof_received(self) -> None:
        self._ended = True
        self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._full = False
        self._failure = exc
        self._lost.set_result(None)
        self._tell()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _wait_for_news(self, timeout_s: float | None) -> None:
        self._news = self._loop.create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await self._news
        finally:
            self._news = None

    # --- what we call ---

    async def write(self, data: bytes, *, timeout_s: float | None) -> None:
        """Send bytes, as one TLS record if they fit. A broken connection shows when it is read.

        Args:
            data: The bytes.
            timeout_s: Seconds that the network may take for the next part of them; None for no limit.

        Raises:
            httpx.WriteTimeout: It took too long.
        """
        assert self._transport is not None  # noqa: S101 - connected
        self._transport.write(data)
        while self._full:
            try:
                await self._wait_for_news(timeout_s)
            except TimeoutError as error:
                raise httpx.WriteTimeout("The server does not take the request") from error

    async def read(self, *, timeout_s: float | None) -> bytes:
        """Return what has arrived, waiting for something when there is nothing.

        Args:
            timeout_s: Seconds to wait at most; None for no limit.

        Returns:
            Bytes; none at the end.

        Raises:
            httpx.ReadError: The connection broke; the cause says why.
            httpx.ReadTimeout: Nothing came.
        """
        while not self._unread:
            if self._failure is not None:
                raise httpx.ReadError(str(self._failure)) from self._failure
            if self._ended:
                return b""
            try:
                await self._wait_for_news(timeout_s)
            except TimeoutError as error:
                raise httpx.ReadTimeout("Nothing came from the server") from error
        data = self._unread[0] if len(self._unread) == 1 else b"".join(self._unread)
        self._unread.clear()
        if self._unread_size > _MOST_UNREAD and not self._ended and self._transport is not None:
            self._transport.resume_reading()
        self._unread_size = 0
        return data

    def has_news(self) -> bool:
        """Say whether there is something to read, if only the end: on an idle connection it can be nothing else."""
        if self._unread or self._ended or self._transport is None:
            return True
        # The loop may have had no chance to look since it came.
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket"), select.POLLIN)
        return bool(poll.poll(0))

    def abort(self) -> None:
        """Close the connection without waiting for anything."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """Close the connection and wait until its socket is closed."""
        self.abort()
        await self._lost


async def _connect(host: str, port: int) -> socket.socket:
    """Connect to the address of a host that answers first, each one a little after the other (RFC 8305)."""
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    opened: list[socket.socket] = []
    winner: socket.socket | None = None

    async def attempt(
        family: int, kind: int, protocol: int, _name: str, address: Any
    ) -> socket.socket:
        connection = socket.socket(family, kind, protocol)
        opened.append(connection)
        connection.setblocking(False)  # noqa: FBT003 - its only argument
        await loop.sock_connect(connection, address)
        return connection

    try:
        winner, _, failures = await staggered_race(
            [partial(attempt, *address) for address in addresses], _NEXT_ADDRESS_S
        )
    finally:
        # Also when this is cancelled in the moment of success: create_connection would lose the socket then.
        for connection in opened:
            if connection is not winner:
                connection.close()
    if winner is None:
        raise OSError("; ".join(str(failure) for failure in failures)) from failures[-1]
    return winner
