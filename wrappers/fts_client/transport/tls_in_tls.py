"""TLS inside of TLS: with a server, through an HTTP proxy that is itself reached by TLS. Python has no socket for it."""

from __future__ import annotations

import ssl
import time
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
        self.close, self.fileno = outer.close, outer.fileno
        self.settimeout(outer.gettimeout() or 0)
        self._do(self._tls.do_handshake)

    def settimeout(self, limit_s: float) -> None:
        """Limit each call from now on, as a socket with TLS does."""
        self._limit_s = limit_s

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
        # All of it is limited: a step takes many bytes, which may come and go one by one.
        end_s = time.monotonic() + self._limit_s
        while True:
            try:
                return step(*arguments)
            except ssl.SSLWantReadError:
                pass
            finally:
                unsent = memoryview(self._outgoing.read())
                while unsent:
                    self._wait_until(end_s)
                    unsent = unsent[self._outer.send(unsent) :]
            self._wait_until(end_s)
            received = self._outer.recv(_CHUNK)
            if received:
                self._incoming.write(received)
            else:
                self._incoming.write_eof()

    def _wait_until(self, end_s: float) -> None:
        left_s = end_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._outer.settimeout(left_s)
