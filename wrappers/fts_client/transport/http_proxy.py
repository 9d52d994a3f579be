"""HTTP proxies: which one to go through, found in the environment as `requests` finds it, and how it is asked to connect."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TypeAlias
from urllib.parse import unquote, urlsplit

import attrs

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    import httpx

ProxyChoice: TypeAlias = str | Literal[False] | None
"""Address of an HTTP proxy; None: what the environment says; False or "": none."""

_REMEDY: Final = "Write it like http://proxy.example.org:3128."
_PORTS: Final = {"http": 80, "https": 443}
_MAX_HEAD_BYTES: Final = 65536
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})\b([ -~]*)")
_REFUSED: Final = range(400, 500)


class HTTPProxyError(Exception):
    """An HTTP proxy did not open a connection to the server.

    Attributes:
        final: Whether another attempt would fail in the same way.
    """

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


@attrs.frozen(repr=False, kw_only=True)
class HTTPProxy:
    """An HTTP proxy, which opens connections to servers on demand (CONNECT).

    Attributes:
        host: Its name.
        port: Its port.
        is_secure: Whether it is itself reached by TLS.
        authorization: What it is shown as `Proxy-Authorization`; secret. None for nothing.
        address: What the user wrote; may be secret.
    """

    host: str
    port: int
    is_secure: bool
    authorization: bytes | None
    address: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def connect(self, url: httpx.URL) -> bytes:
        """Write the request for a connection to the server of a URL."""
        target = b"%s:%d" % (_bracketed(url.raw_host), port_of(url))
        lines = [b"CONNECT %s HTTP/1.1" % target, b"Host: %s" % target]
        if self.authorization:
            lines.append(b"Proxy-Authorization: " + self.authorization)
        return b"\r\n".join([*lines, b"\r\n"])

    def has_connected(self, head: bytes) -> bool:
        """Say whether the answer so far is a whole one that grants the connection.

        Raises:
            HTTPProxyError: It refuses, or this is not HTTP.
        """
        end = head.find(b"\r\n\r\n")
        if end < 0:
            if len(head) > _MAX_HEAD_BYTES:
                raise HTTPProxyError("does not answer as an HTTP proxy does", final=True)
            return False
        found = _STATUS.match(head)
        # In TLS the client speaks first, so nothing can follow yet.
        if found is None or (status := int(found[1])) // 100 == 1 or len(head) > end + 4:
            raise HTTPProxyError("does not answer as an HTTP proxy does", final=True)
        if status // 100 != 2:  # noqa: PLR2004 - success
            reason = found[2].decode().strip()
            raise HTTPProxyError(
                f"does not connect: {status} {reason}".strip(), final=status in _REFUSED
            )
        return True

    def hung_up(self) -> NoReturn:
        """Say that it closed the connection."""
        raise HTTPProxyError("closed the connection", final=False)


def find_http_proxy(endpoint: str, choice: ProxyChoice) -> HTTPProxy | None:
    """Find the HTTP proxy for a server.

    Args:
        endpoint: Address of the server.
        choice: What the user chose.

    Returns:
        The HTTP proxy; None when there is none.

    Raises:
        FTSUsageError: What was chosen, or what the environment says, is not the address of an HTTP proxy.

    Source: requests 2.34, `get_environ_proxies` and `select_proxy`; `urllib.request.getproxies_environment`.
    """
    if choice is not None:
        return _read(choice, "proxy") if choice else None
    for name in ("https_proxy", "all_proxy"):
        if address := _variable(name):
            return None if _is_exempt(endpoint) else _read(address, name.upper())
    return None


def _variable(name: str) -> str:
    # An empty one in lower case hides the other.
    return os.environ.get(name, os.environ.get(name.upper(), ""))


def _is_exempt(endpoint: str) -> bool:
    """Say whether NO_PROXY names a server."""
    exempt = _variable("no_proxy") or os.environ.get("NO_PROXY", "")
    names = [name.lstrip(".") for name in exempt.replace(" ", "").split(",")]
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    spellings = {host, f"{host}:{parts.port}"}
    if exempt == "*" or any(
        one.lower() == name.lower() or one.lower().endswith(f".{name.lower()}")
        for one in spellings
        for name in names
        if name
    ):
        return True
    return any(_is_in(host, name) for name in names if "/" in name)


def _is_in(host: str, network: str) -> bool:
    import ipaddress  # noqa: PLC0415 - few programs need it

    try:
        return ipaddress.IPv4Address(host) in ipaddress.IPv4Network(network, strict=False)
    except ValueError:
        return False


def _read(address: object, where: str) -> HTTPProxy:
    # Never quoted: it may hold a password.
    wrong = FTSUsageError(f"{where} is not the address of an HTTP proxy", remedy=_REMEDY)
    if not isinstance(address, str):
        raise wrong
    text = address.strip()
    parts = None
    with suppress(ValueError):
        found = urlsplit(text if "://" in text else f"http://{text}")
        host, port = found.hostname, found.port
        login = f"{unquote(found.username or '')}:{unquote(found.password or '')}".encode()
        parts = found
    # Not while that error is handled: it may hold the password.
    if parts is None:
        raise wrong
    if parts.scheme.startswith("socks"):
        raise FTSUsageError(
            f"{where} names a SOCKS proxy, which is not supported",
            remedy="Name an HTTP proxy, exempt the server by NO_PROXY, or pass proxy=False.",
        )
    if parts.scheme not in _PORTS or not host or not host.isascii():
        raise wrong
    return HTTPProxy(
        host=host,
        port=port or _PORTS[parts.scheme],
        is_secure=parts.scheme == "https",
        authorization=None if parts.username is None else b"Basic " + b64encode(login),
        address=text,
    )


def port_of(url: httpx.URL) -> int:
    """Return the port that a URL names or means."""
    return url.port or _PORTS[url.scheme]


def _bracketed(host: bytes) -> bytes:
    return b"[%s]" % host if b":" in host else host
