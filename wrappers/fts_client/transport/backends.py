"""Network backends for httpcore that send the head and the body of a request in one piece, not as two packets and TLS records."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

__all__ = ["AsyncJoiningBackend", "JoiningBackend"]


class AsyncJoiningBackend(httpcore.AnyIOBackend):
    """Connects for the asynchronous client."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - theirs
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect, and join the head and the body of each request into one write."""
        return _AsyncJoiningStream(
            await super().connect_tcp(host, port, timeout, local_address, socket_options)
        )


class _AsyncJoiningStream(httpcore.AsyncNetworkStream):
    """Keeps what is written until the answer is read."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._unsent = b""
        self._write_timeout: float | None = None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._unsent += buffer
        self._write_timeout = timeout

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if self._unsent:
            unsent, self._unsent = self._unsent, b""
            await self._stream.write(unsent, self._write_timeout)
        return await self._stream.read(max_bytes, timeout)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - theirs
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _AsyncJoiningStream(
                await self._stream.start_tls(ssl_context, server_hostname, timeout)
            )
        except BaseException:
            # httpcore does not close it when the task is cancelled.
            await self.aclose()
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class JoiningBackend(httpcore.SyncBackend):
    """Connects for the synchronous client."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, and join the head and the body of each request into one write."""
        return _JoiningStream(
            super().connect_tcp(host, port, timeout, local_address, socket_options)
        )


class _JoiningStream(httpcore.NetworkStream):
    """Keeps what is written until the answer is read."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._unsent = b""
        self._write_timeout: float | None = None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._unsent += buffer
        self._write_timeout = timeout

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._unsent:
            unsent, self._unsent = self._unsent, b""
            # As httpcore does: a server may refuse a large body before it has read all of it, and close.
            with suppress(httpcore.WriteError):
                self._stream.write(unsent, self._write_timeout)
        return self._stream.read(max_bytes, timeout)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _JoiningStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
