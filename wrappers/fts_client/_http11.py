"""HTTP/1.1 on one connection of the asynchronous client."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Self

import h11
import httpx

from fts_client._byte_stream import ByteStream

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

__all__ = ["Connection"]

# Of the head of an answer, as in the HTTP library.
_LONGEST_HEAD: Final = 100 * 1024


class Connection:
    """A connection for one exchange after the other."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._idle_since = time.monotonic()

    @classmethod
    async def open(cls, request: httpx.Request, context: ssl.SSLContext | None) -> Self:
        """Connect to the server of a request.

        Args:
            request: The request; with its time limits.
            context: TLS context; None for plain http.

        Returns:
            The connection.

        Raises:
            httpx.ConnectError: It failed.
            httpx.ConnectTimeout: It took too long.
        """
        return cls(
            await ByteStream.open(request.url, context, timeout_s=_limits(request).get("connect"))
        )

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """Send a request and receive its answer.

        Args:
            request: The request, with a body that has been read.

        Returns:
            The answer, with a body that has been received.

        Raises:
            httpx.TransportError: As the HTTP library does. The connection is of no use any more.
        """
        limits = _limits(request)
        await self._stream.write(self._encode(request), timeout_s=limits.get("write"))
        answer: h11.Response | None = None
        body: list[bytes] = []
        while True:
            event = await self._next_event(limits.get("read"))
            if isinstance(event, h11.Data):
                body.append(bytes(event.data))
            elif isinstance(event, h11.Response):
                answer = event
            elif isinstance(event, h11.EndOfMessage):
                break
        assert answer is not None  # noqa: S101 - h11 lets no body end before it
        if self._protocol.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._protocol.start_next_cycle()
            self._idle_since = time.monotonic()
        return httpx.Response(
            answer.status_code,
            headers=answer.headers.raw_items(),
            stream=httpx.ByteStream(b"".join(body)),
            extensions={"http_version": b"HTTP/" + answer.http_version},
        )

    def _encode(self, request: httpx.Request) -> bytes:
        """Write head and body into one piece."""
        send = self._protocol.send
        try:
            head = send(
                h11.Request(
                    method=request.method,
                    target=request.url.raw_path,
                    headers=request.headers.raw,
                )
            )
            body = send(h11.Data(data=request.content)) if request.content else b""
            end = send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        return (head or b"") + (body or b"") + (end or b"")

    async def _next_event(self, timeout_s: float | None) -> object:
        while True:
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event
            data = await self._stream.read(timeout_s=timeout_s)
            if not data and self._protocol.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            self._protocol.receive_data(data)

    def is_idle(self) -> bool:
        """Say whether the last exchange is complete and the server lets another one follow."""
        return self._protocol.our_state is h11.IDLE

    def is_usable(self, *, expiry_s: float) -> bool:
        """Say whether the next exchange may go over this connection.

        Args:
            expiry_s: Seconds after which an idle connection is not used again.
        """
        return time.monotonic() - self._idle_since < expiry_s and not self._stream.has_news()

    def abort(self) -> None:
        """Close it without waiting for anything."""
        self._stream.abort()

    async def close(self) -> None:
        """Close it and wait until its socket is closed."""
        await self._stream.close()


def _limits(request: httpx.Request) -> Mapping[str, Any]:
    limits: Mapping[str, Any] = request.extensions.get("timeout", {})
    return limits
