"""Mutual TLS that accepts proxy chains, and hands the verified chain to the application."""

from __future__ import annotations

import functools
import ssl
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fts_contract.mock.faults import HANDSHAKE
from fts_contract.mock.identity import ANONYMOUS, Caller, read_caller

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from fts_contract.mock.faults import Faults
    from fts_contract.mock.pki.store import TestPKI

_CLOSE_S = 0.05
_DER = 2  # the format argument of the private certificate objects of ssl before Python 3.13


def server_context(pki: TestPKI, faults: Faults, client_ca: Path | None = None) -> ssl.SSLContext:
    """Build the TLS context of the mock.

    Args:
        pki: Host certificate and CA.
        faults: Asked at each handshake whether to show the client an expired certificate.
        client_ca: File or hashed directory of more CAs whose clients are known.

    Returns:
        A context that requests a client certificate without requiring one, and accepts RFC 3820 proxies.
    """
    context = _context(pki, pki.host_file)
    if client_ca is not None:
        is_dir = client_ca.is_dir()
        context.load_verify_locations(
            cafile=None if is_dir else client_ca, capath=client_ca if is_dir else None
        )

    @functools.cache
    def expired() -> ssl.SSLContext:
        return _context(pki, pki.expired_host_file())

    def choose(connection: ssl.SSLObject, _name: str | None, _before: ssl.SSLContext) -> None:
        # Called for each handshake, with or without a server name in it.
        if faults.take(HANDSHAKE) is not None:
            connection.context = expired()

    context.sni_callback = choose
    return context


def _context(pki: TestPKI, certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = _Connection
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, pki.directory / "keys" / "host.pem")
    context.load_verify_locations(cafile=pki.ca_file)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_ALLOW_PROXY_CERTS
    # A resumed session would come without the client's chain.
    context.num_tickets = 0
    return context


class _Connection(ssl.SSLObject):
    def getpeercert(self, binary_form: bool = False) -> Any:  # noqa: FBT001, FBT002 - inherited
        # asyncio asks for the other form, and closes the connection of a certificate that Python cannot write in it.
        return super().getpeercert(binary_form=True) if binary_form else {}


def verified_chain(connection: Any) -> list[bytes]:
    """Read the client's chain from a TLS connection.

    Args:
        connection: The SSLObject of the connection, after the handshake.

    Returns:
        DER certificates, leaf first, CA last; empty without client certificate.
    """
    if connection is None or not connection.getpeercert(binary_form=True):
        return []
    if hasattr(connection, "get_verified_chain"):
        return list(connection.get_verified_chain())
    # Public since Python 3.13 only.
    chain = connection._sslobj.get_verified_chain() or []  # noqa: SLF001
    return [c if isinstance(c, bytes) else c.public_bytes(_DER) for c in chain]


class OneWriteTransport:
    """A transport that sends what is written in one turn of the loop as one TLS record.

    Head and body of an answer are written one after the other; sent separately they cost two system calls, which is more
    than everything else that the mock does for a request.

    Args:
        transport: The transport of the connection.
        loop: The running loop.
    """

    def __init__(self, transport: asyncio.Transport, *, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Hold data until the end of the turn: a middleware finishes its work before the client sees the answer."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(bytes(data))

    def _flush(self) -> None:
        if self._held and not self._transport.is_closing():
            self._transport.write(b"".join(self._held))
        self._held.clear()

    def close(self) -> None:
        """Send what is held, then close."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once and drop what is held."""
        self._held.clear()
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class ProxyAwareProtocol(HttpToolsProtocol):
    """HTTP/1.1 that tells the application whose certificate the connection has."""

    host_dn = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read the client's chain once for the connection."""
        joining = OneWriteTransport(transport, loop=self.loop)
        super().connection_made(joining)  # type: ignore[arg-type]  # a transport in all but its class
        chain = verified_chain(transport.get_extra_info("ssl_object"))
        caller = _caller_of(tuple(chain), self.host_dn) if chain else ANONYMOUS
        self.app_state = {**self.app_state, "caller": caller, "transport": joining}

    def shutdown(self) -> None:
        """Close the connection when the mock stops, without waiting for the client to agree.

        A client with an idle connection does not read, so it would never confirm the end of TLS.
        """
        if self.transport.is_closing():
            # It has been closed for idling. After a second close, asyncio could not abort its TLS connection any more.
            self.transport.abort()
        else:
            super().shutdown()
            self.loop.call_later(_CLOSE_S, self.transport.abort)


@functools.lru_cache(maxsize=256)
def _caller_of(chain: tuple[bytes, ...], host_dn: str) -> Caller:
    # Clients without keep-alive send the same chain with every request.
    return read_caller(list(chain), host_dn=host_dn)
