"""The connections of the synchronous client: sockets, TLS, and the way through an HTTP proxy."""

from __future__ import annotations

import select
import socket
import ssl
from typing import TYPE_CHECKING, Any

from fts_client.transport.http1 import HTTP1Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_client.transport.http1 import Limits, RawAnswer
    from fts_client.transport.route import Route

__all__ = ["BlockingConnection"]

_CHUNK = 65536


class BlockingConnection(HTTP1Connection):
    """One connection of the synchronous client.

    Args:
        route: How to get to the server.
        max_bytes: See `HTTP1Connection`.
        expiry_s: See `HTTP1Connection`.
    """

    def __init__(self, route: Route, *, max_bytes: int, expiry_s: float) -> None:
        super().__init__(max_bytes=max_bytes, expiry_s=expiry_s)
        self._route = route
        self._channel: Any = None

    def exchange(self, request: httpx.Request, limits: Limits) -> RawAnswer:
        """Send a request and return its answer.

        Raises:
            NoAnswer: None came.
            TooLarge: Its body is too large.
        """
        unsent = memoryview(self.write(request))
        channel = self._channel or self._open(request.url, limits)
        try:
            while unsent:
                channel.settimeout(limits.left("write"))
                unsent = unsent[channel.send(unsent) :]
        except TimeoutError as error:
            raise limits.late("write") from error
        except OSError:
            # A server may refuse a large body before it has read all of it, and close: its answer can be read.
            pass
        try:
            while True:
                channel.settimeout(limits.left("read"))
                answer = self.feed(channel.recv(_CHUNK))
                if answer is not None:
                    return answer
        except TimeoutError as error:
            raise limits.late("read") from error
        except OSError as error:
            raise self.broken(error) from error

    def _open(self, url: httpx.URL, limits: Limits) -> Any:
        route, proxy = self._route, self._route.http_proxy
        try:
            with route.explaining(limits):
                self._channel = socket.create_connection(
                    route.first_hop(url), limits.left("connect")
                )
                self._channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if proxy:
                    if route.proxy_context:
                        self._start_tls(route.proxy_context, proxy.host, limits)
                    self._channel.sendall(proxy.connect(url))
                    head = b""
                    while not proxy.has_connected(head):
                        self._channel.settimeout(limits.left("connect"))
                        head += self._channel.recv(_CHUNK) or proxy.hung_up()
            with route.explaining(limits, at_server=True):
                if url.scheme == "https":
                    self._start_tls(route.context, url.raw_host.decode("ascii"), limits)
        except BaseException:
            self.close()
            raise
        self._poll = select.poll()
        self._poll.register(self._channel, select.POLLIN)
        return self._channel

    def _start_tls(self, context: ssl.SSLContext, host: str, limits: Limits) -> None:
        self._channel.settimeout(limits.left("connect"))
        wrap = _TLSInTLS if isinstance(self._channel, ssl.SSLSocket) else _wrap
        self._channel = wrap(self._channel, context, host)

    def is_open(self) -> bool:
        """Say whether the server has neither closed it nor sent anything that nobody asked for."""
        return not self._poll.poll(0)

    def close(self) -> None:
        """Close it."""
        if self._channel is not None:
            self._channel.close()


def _wrap(channel: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    return context.wrap_socket(channel, server_hostname=host)


class _TLSInTLS:
    """TLS with a server through an HTTP proxy that is itself reached by TLS: Python has no socket for it."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.settimeout, self.close, self.fileno = outer.settimeout, outer.close, outer.fileno
        self._do(self._tls.do_handshake)

    def send(self, data: memoryview) -> int:
        return int(self._do(self._tls.write, data))

    def recv(self, size: int) -> bytes:
        try:
            return bytes(self._do(self._tls.read, size))
        except ssl.SSLEOFError:
            return b""

    def _do(self, step: Callable[..., Any], *arguments: Any) -> Any:
        while True:
            try:
                return step(*arguments)
            except ssl.SSLWantReadError:
                pass
            finally:
                if self._outgoing.pending:
                    self._outer.sendall(self._outgoing.read())
            received = self._outer.recv(_CHUNK)
            if received:
                self._incoming.write(received)
            else:
                self._incoming.write_eof()
