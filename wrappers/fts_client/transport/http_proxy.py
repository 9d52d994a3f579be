"""HTTP proxies: which one to go through, found in the environment as `requests` finds it, and how it is asked to connect."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TypeAlias
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]
    getproxies_environment,
    proxy_bypass_environment,
)

import attrs

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

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

    Source: requests 2.34, `should_bypass_proxies` and `select_proxy`.
    """
    if choice is not None:
        return _read(choice, "proxy") if choice else None
    found = getproxies_environment()
    for scheme in ("https", "all"):
        if address := found.get(scheme):
            # As for requests, an empty no_proxy does not hide NO_PROXY.
            exempt = (
                os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or found.get("no", "")
            )
            if _is_exempt(urlsplit(endpoint), exempt.replace(" ", "")):
                return None
            return _read(address, f"{scheme}_proxy".upper())
    return None


def _is_exempt(server: SplitResult, exempt: str) -> bool:
    """Say whether the value of NO_PROXY names a server."""
    host = server.hostname or ""
    try:
        address = IPv4Address(host)
    except ValueError:
        # Ports count for names only.
        host = f"{host}:{server.port}" if server.port else host
    else:
        if any(_is_in(address, network) for network in exempt.split(",")):
            return True
    return bool(proxy_bypass_environment(host, {"no": exempt}))


def _is_in(address: IPv4Address, network: str) -> bool:
    first, _, bits = network.partition("/")
    with suppress(ValueError):
        return int(bits) > 0 and address in IPv4Network((first, int(bits)), strict=False)
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
