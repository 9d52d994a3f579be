"""TLS inside of TLS: with a server, through an HTTP proxy that is itself reached by TLS. Python has no socket for it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 65536


class TLSInTLS:
    """As much of a socket as a connection needs."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.settimeout, self.close, self.fileno = outer.settimeout, outer.close, outer.fileno
        self._do(self._tls.do_handshake)

    def send(self, data: memoryview) -> int:
        """Send some of the data; returns how much."""
        return int(self._do(self._tls.write, data))

    def recv(self, size: int) -> bytes:
        """Return what has come, `size` bytes at most; none when it has ended."""
        try:
            return bytes(self._do(self._tls.read, size))
        except ssl.SSLEOFError:
            return b""

    def pending(self) -> int:
        """Return how many bytes have come that were not asked for yet."""
        return self._tls.pending() + self._incoming.pending

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
