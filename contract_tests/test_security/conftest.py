"""A TLS server that checks client certificates as the web server before an FTS does."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import attrs
import pytest

from fts_contract.mock.pki import Certified, TestPKI, shared_pki

if TYPE_CHECKING:
    from pathlib import Path

# Security level 0, so that weak certificates are refused by the side under test, not by the helper.
_CIPHERS = "DEFAULT:@SECLEVEL=0"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@attrs.define
class TLSServer:
    """What a running server offers.

    Attributes:
        port: Where it listens, on 127.0.0.1 and so on localhost.
        subjects: Subjects of the client certificates of finished handshakes, None for anonymous ones.
        resumed: Whether each finished handshake resumed an earlier session.
        answer: What it says to every request; None: it resets the connection after the handshake.
        heard: The requests.
    """

    port: int
    subjects: list[object] = attrs.field(factory=list)
    resumed: list[bool] = attrs.field(factory=list)
    answer: bytes | None = _ANSWER
    heard: list[bytes] = attrs.field(factory=list)

    def url(self, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}/"


def _serve(listener: socket.socket, context: ssl.SSLContext, server: TLSServer) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        plain.settimeout(10)
        secure = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with contextlib.suppress(OSError), secure:
            _answer(secure, server)


def _answer(secure: ssl.SSLSocket, server: TLSServer) -> None:
    try:
        secure.do_handshake()
    except OSError:
        # What many tests want. To close with unread data would reset the connection, and the alert could get lost.
        socket.socket.shutdown(secure, socket.SHUT_WR)
        while socket.socket.recv(secure, 65_536):
            pass
        return
    certificate = secure.getpeercert() or {}
    server.subjects.append(certificate.get("subject"))
    server.resumed.append(bool(secure.session_reused))
    if server.answer is None:
        secure.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket.close(secure)
        return
    server.heard.append(secure.recv(65_536))
    secure.sendall(server.answer)


StartServer = Callable[..., TLSServer]


@pytest.fixture
def start_server(tmp_path: Path, pki: TestPKI) -> Iterator[StartServer]:
    """Start servers; they end with the test."""
    with contextlib.ExitStack() as stack:

        def start(
            host: Certified | None = None,
            *,
            trusts: bytes | None = None,
            allow_proxies: bool = True,
            require: bool = True,
            newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
            oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        ) -> TLSServer:
            shown = host or pki.host
            file = tmp_path / f"host-{len(list(tmp_path.iterdir()))}.pem"
            file.write_bytes(shown.pem)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_ciphers(_CIPHERS)
            context.minimum_version, context.maximum_version = oldest, newest
            context.load_cert_chain(file)
            context.load_verify_locations(cadata=(trusts or pki.ca.pem).decode())
            context.verify_mode = ssl.CERT_REQUIRED if require else ssl.CERT_OPTIONAL
            if allow_proxies:
                context.verify_flags |= ssl.VERIFY_ALLOW_PROXY_CERTS
            listener = socket.create_server(("127.0.0.1", 0))
            server = TLSServer(port=listener.getsockname()[1])
            thread = threading.Thread(target=_serve, args=(listener, context, server), daemon=True)
            thread.start()

            def stop() -> None:
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                listener.close()
                thread.join(5)

            stack.callback(stop)
            return server

        yield start


@pytest.fixture(scope="session")
def pki() -> TestPKI:
    """The test PKI; treat it as read-only."""
    return shared_pki()
