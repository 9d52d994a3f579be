"""An HTTP proxy on loopback, for tests."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

GRANTED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"


class HTTPProxyServer:
    """An HTTP proxy on loopback.

    Attributes:
        port: Where it listens.
        asked: The heads of the requests that came.
        says: What it answers; None: nothing. Only "200" connects.
        drop_s: Pause after each byte that goes to the client.
    """

    def __init__(
        self, says: bytes | None, context: ssl.SSLContext | None, gathers_s: float = 0
    ) -> None:
        self._context = context
        self._gathers_s = gathers_s
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"http{'s' if context else ''}://localhost:{self.port}"
        self.asked: list[str] = []
        self.says = says
        self.held: list[socket.socket] = []
        self.drop_s = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                received = client.recv(4096)
                if not received:
                    return
                head += received
            self.asked.append(head.decode())
            if self.says is None:
                self.held.append(client)
                return
            if not self.says.startswith(b"HTTP/1.1 200"):
                client.sendall(self.says)
                client.close()
                return
            port = int(head.split()[1].rpartition(b":")[2])
            _send(client, self.says, self.drop_s)
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=_pump, args=(client, server), daemon=True).start()
            _pump(server, client, self.drop_s, self._gathers_s)
        except OSError:
            client.close()

    def close(self) -> None:
        # Only shutdown() wakes a thread in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in self.held:
            client.close()


def _send(target: socket.socket, data: bytes, drop_s: float) -> None:
    size = 1 if drop_s else len(data)
    for start in range(0, len(data), size):
        target.sendall(data[start : start + size])
        time.sleep(drop_s)


def _pump(
    source: socket.socket, target: socket.socket, drop_s: float = 0, gathers_s: float = 0
) -> None:
    try:
        while True:
            if gathers_s and source.recv(1, socket.MSG_PEEK):
                time.sleep(gathers_s)
            data = source.recv(65536)
            if not data:
                break
            _send(target, data, drop_s)
    except OSError:
        pass
    finally:
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def proxying(
    says: bytes | None = GRANTED, *, context: ssl.SSLContext | None = None, gathers_s: float = 0
) -> Iterator[HTTPProxyServer]:
    """Run a proxy; with `gathers_s` it passes on at once what the server sends within that time."""
    server = HTTPProxyServer(says, context, gathers_s)
    try:
        yield server
    finally:
        server.close()
