"""Read answers as bytes, over one connection, to see what requests hides: bodies of a HEAD, lengths, the connection itself."""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs
import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from fts_contract.harness.sending.session import USER_AGENT, to_exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["RawAnswer", "ask_raw", "connected"]

_QUIET_S = 0.02
"""How long to wait for the body of a HEAD, which must not come."""
_CLOSING_S = 2.0
"""How long to wait for the end of a connection that is announced to be closed."""
_NO_BODY = {204, 304}


@attrs.frozen
class RawAnswer:
    """An answer as it was on the wire.

    Attributes:
        exchange: The request and the answer.
        version: Version and reason, such as `HTTP/1.1 OK`.
        extra: What came after the end of the answer, such as the body of a HEAD.
        kept: The server keeps the connection open.
    """

    exchange: Exchange
    version: str
    extra: bytes
    kept: bool


def ask_raw(
    session: GuardedSession, asked: Iterable[tuple[str, str, Mapping[str, str]]], *, phase: str
) -> Iterator[RawAnswer]:
    """Send requests without a body one after the other over one connection, as long as the server keeps it open.

    Args:
        session: Its lock, budget and certificate are used; its token is not sent unless the headers of a request hold it.
        asked: Method, raw target and headers of each request.
        phase: See `Exchange`.

    Yields:
        The answers.

    Raises:
        LockedRequestError: The profile does not allow a request.
        OverError: The budget of the run is used up.
        OSError, ValueError: No readable answer came.
    """
    parts = urlsplit(session.base_url)
    with connected(session) as connection:
        reader = _Reader(connection)
        for method, target, headers in asked:
            session.permit(method, target)
            session.budget.before(session.timeout_s)
            session.sent += 1
            sent = {"Host": parts.netloc, "User-Agent": USER_AGENT, **headers}
            lines = [
                f"{method} {parts.path}{target} HTTP/1.1",
                *(f"{k}: {v}" for k, v in sent.items()),
            ]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            version, status, reason = (*reader.line().split(maxsplit=2), "", "")[:3]
            found = _headers(iter(reader.line, ""))
            body = b""
            if method != "HEAD" and int(status) not in _NO_BODY:
                body = _body(reader, found)
            closes = "close" in {headers.get("Connection"), found.get("connection")}
            extra = reader.rest(_CLOSING_S if closes else _QUIET_S if method == "HEAD" else 0)
            # Not prepared by requests, which would rewrite the target.
            request = requests.PreparedRequest()
            request.method, request.url = method, f"{session.base_url}{target}"
            request.headers = CaseInsensitiveDict(sent)
            yield RawAnswer(
                exchange=to_exchange(
                    request, status=int(status), headers=found, body=body, elapsed_s=0,
                    intent="unknown", phase=phase, sender=session.sender,
                ),
                version=f"{version} {reason}".strip(),
                extra=extra,
                kept=not reader.ended,
            )  # fmt: skip
            if reader.ended:
                return


@contextmanager
def connected(session: GuardedSession) -> Iterator[socket.socket]:
    """Connect to the server of a session, with TLS when its URL says https, and not through an HTTP proxy.

    Raises:
        OverError: The budget of the run is used up.
        OSError: The connection could not be made.
    """
    parts = urlsplit(session.base_url)
    secure = parts.scheme == "https"
    address = parts.hostname or "", parts.port or (443 if secure else 80)
    timeout_s = session.budget.before(session.timeout_s)
    with socket.create_connection(address, timeout_s) as plain:
        # Or the first request waits 40 ms until the end of the handshake has been acknowledged.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            yield plain
            return
        with _context(session).wrap_socket(plain, server_hostname=address[0]) as connection:
            yield connection


class _Reader:
    """Reads a connection, and keeps what came beyond the part that was asked for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._came = b""
        self.ended = False

    def line(self) -> str:
        """Read a line without its end."""
        while b"\r\n" not in self._came:
            if not self._more():
                raise ConnectionError("the connection was closed in the middle of an answer")
        line, _, self._came = self._came.partition(b"\r\n")
        return line.decode("latin-1")

    def read(self, size: int | None) -> bytes:
        """Read so many bytes, or fewer if the connection ends first; None reads to its end."""
        while (size is None or len(self._came) < size) and self._more():
            pass
        found, self._came = self._came[:size], self._came[len(self._came[:size]) :]
        return found

    def rest(self, wait_s: float) -> bytes:
        """Take what has come after the answer, or comes within this time, in seconds."""
        connection = self._connection
        decrypted = isinstance(connection, ssl.SSLSocket) and connection.pending()
        if decrypted or select.select([connection], [], [], wait_s)[0]:
            self._more()
        return self.read(len(self._came))

    def _more(self) -> bool:
        came = b"" if self.ended else self._connection.recv(65_536)
        self.ended = not came
        self._came += came
        return bool(came)


def _context(session: GuardedSession) -> ssl.SSLContext:
    """Make a context that trusts and shows the same certificates as the session."""
    # As requests makes it. One of the standard library would also trust the certificates of the system, and take long to load them.
    context = create_urllib3_context()
    if session.verify is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    else:
        trusted = session.verify if isinstance(session.verify, str) else DEFAULT_CA_BUNDLE_PATH
        place = "capath" if Path(trusted).is_dir() else "cafile"
        context.load_verify_locations(**{place: trusted})
    if session.cert:
        context.load_cert_chain(
            *([session.cert] if isinstance(session.cert, str) else session.cert)
        )
    return context


def _headers(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.strip().lower()
        found[key] = f"{found[key]}, {value.strip()}" if key in found else value.strip()
    return found


def _body(reader: _Reader, headers: Mapping[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int(reader.line().partition(";")[0] or "0", 16):
            body += reader.read(size)
            reader.line()
        reader.line()
        return body
    length = headers.get("content-length")
    return reader.read(None if length is None else int(length))
