"""HEAD requests whose answers are read to the last byte, as HTTP libraries do not: they skip what must not be there."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fts_contract.harness.sending.raw import tls_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["CannotAskPlainlyError", "after_heads"]

_READ: Final = 1 << 16
_MOST: Final = 1 << 20
_END: Final = b"\r\n\r\n"


class CannotAskPlainlyError(Exception):
    """There is an HTTP proxy in between, no TLS, or the connection failed."""


def after_heads(session: GuardedSession, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Send HEAD requests on one connection, and find what comes after the header of an answer; by RFC 9110 that is nothing.

    Args:
        session: Knows the server, the credential and the lock.
        paths: Paths with query.

    Yields:
        The paths whose answers have a body, each with the beginning of that body.

    Raises:
        CannotAskPlainlyError: No answer came, or none can be read like that.
        LockedRequestError: The profile does not allow a request.
        OverError: The budget of the run is used up.
    """
    parts = urlsplit(session.base_url)
    if session.proxies or parts.scheme != "https" or session.verify is False:
        raise CannotAskPlainlyError
    left = list(paths)
    try:
        while left:
            done, extra = _on_one_connection(session, left)
            if extra:
                yield left[done - 1], extra
            left = left[done:]
    except OSError as error:
        raise CannotAskPlainlyError from error


def _on_one_connection(session: GuardedSession, paths: list[str]) -> tuple[int, bytes]:
    """Ask until an answer has a body or the server closes; returns how many were asked, and the body of the last."""
    parts = urlsplit(session.base_url)
    timeout_s = session.budget.before(session.timeout_s)
    with (
        socket.create_connection((str(parts.hostname), parts.port or 443), timeout_s) as plain,
        tls_context(session).wrap_socket(plain, server_hostname=parts.hostname) as secure,
    ):
        rest = b""
        for number, path in enumerate(paths):
            session.permit("HEAD", path)
            session.budget.before(session.timeout_s)
            session.sent += 1
            last = number == len(paths) - 1
            secure.sendall(_request(session, path, close=last))
            while _END not in rest and (more := secure.recv(_READ)):
                rest += more
            if number and rest and not rest.startswith(b"HTTP/1."):
                return number, rest
            header, _, rest = rest.partition(_END)
            closes = not header or b"connection: close" in header.lower()
            while (last or closes) and len(rest) < _MOST and (more := secure.recv(_READ)):
                rest += more
            if closes or last:
                return number + 1, rest
    return len(paths), b""


def _request(session: GuardedSession, path: str, *, close: bool) -> bytes:
    parts = urlsplit(session.base_url)
    lines = [f"HEAD {parts.path}{path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value!s}" for name, value in dict(session.headers).items()]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
