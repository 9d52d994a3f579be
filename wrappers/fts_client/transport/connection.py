"""Put endpoint, credential and trust together into a transport and the memory of a client."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from fts_client._fork import LockOwner
from fts_client._version import __version__
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.discovery import find_credential
from fts_client.delegation.memory import Session
from fts_client.delegation.rules import sign_request
from fts_client.errors import CredentialError, FTSUsageError
from fts_client.procedures.arguments import expect
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.clients import PlainGeneratedClient
from fts_client.transport.target import Wire
from fts_client.transport.transport import FTSTransport, http_timeout
from fts_client.trust import client_context, find_ca_dir

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator
    from datetime import datetime, timedelta

    from fts_api import Client
    from fts_client.clock import Clock
    from fts_client.trust.context import CrlCheck

__all__ = ["Connection", "Trust", "connect", "default_user_agent", "generated_client"]

_log = logging.getLogger(__name__)

_LIKE = "Write it like https://fts3-public.cern.ch:8446."


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Connection:
    """The parts of one client.

    Attributes:
        endpoint: Address of the server, without a slash at the end.
        transport: Sends requests.
        session: Remembers who we are at the server.
    """

    endpoint: str
    transport: FTSTransport
    session: Session


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Trust:
    """Which servers are trusted; the fields mean what they mean in `trust.client_context`."""

    verify: bool = True
    ca_dir: str | PathLike[str] | None = None
    ca_file: str | PathLike[str] | None = None
    crl_check: CrlCheck = "off"


def _context(
    trust: Trust, credential: X509Credential | TokenCredential | None = None
) -> ssl.SSLContext:
    return client_context(
        credential,
        verify=trust.verify,
        ca_dir=trust.ca_dir,
        ca_file=trust.ca_file,
        crl_check=trust.crl_check,
    )


_kept: ContextVar[tuple[_Holder | None, X509Credential | TokenCredential | None]] = ContextVar(
    "_kept", default=(None, None)
)


class _Holder(LockOwner):
    """The newest snapshot of a credential; a file that was renewed is read again."""

    def __init__(self, credential: X509Credential | TokenCredential, clock: Clock) -> None:
        self._credential = credential
        self._clock = clock
        self._trouble = ""
        self._own_lock()

    def current(self) -> X509Credential | TokenCredential:
        """Return the credential as it is now; inside `keep`, as it was when that began.

        Raises:
            CredentialError: It cannot be used any more.
        """
        credential = self._kept() or self._newest()
        if not isinstance(credential, TokenCredential):
            credential.check(now=self._clock.now())
        return credential

    def _newest(self) -> X509Credential | TokenCredential:
        with self._lock:
            if self._credential.changed():
                try:
                    self._credential = self._credential.reloaded()
                except CredentialError as error:
                    # Certificate and key may be half replaced just now: the old ones serve until they end.
                    if str(error) != self._trouble:
                        _log.warning("The renewed credential cannot be read yet: %s", error)
                    self._trouble = str(error)
                else:
                    self._trouble = ""
            return self._credential

    @contextmanager
    def keep(self) -> Generator[None]:
        """Stay with the credential of this moment in this block, also when its file is renewed meanwhile.

        The tasks and threads beside it go on with the newest.
        """
        token = _kept.set((self, self._kept() or self.current()))
        try:
            yield
        finally:
            # The garbage collector may end an abandoned flow in a context of its own, where there is nothing to reset.
            with suppress(ValueError):
                _kept.reset(token)

    def _kept(self) -> X509Credential | TokenCredential | None:
        holder, credential = _kept.get()
        return credential if holder is self else None

    def identity(self) -> str:
        credential = self.current()
        # A refreshed token is the same user; connections do not depend on it.
        return "token" if isinstance(credential, TokenCredential) else credential.fingerprint()

    def last_seen(self) -> X509Credential | TokenCredential:
        return self._kept() or self._credential

    def ends(self) -> datetime | None:
        """When the credential of the last request ends; None when it does not say."""
        return self.last_seen().expires_at

    def sign(self, csr: bytes, *, lifetime: timedelta, user_dn: str, delegation_id: str) -> bytes:
        credential = self.current()
        if not isinstance(credential, X509Credential):
            raise FTSUsageError("Only a certificate can be delegated.")
        return sign_request(
            csr,
            credential=credential,
            lifetime=lifetime,
            user_dn=user_dn,
            delegation_id=delegation_id,
            now=self._clock.now(),
        )

    def context(self, trust: Trust) -> ssl.SSLContext:
        return _context(trust, self.current())


def _curl_options(trust: Trust, holder: _Holder | None) -> tuple[str, ...]:
    """Write trust and credential as options of curl; a secret never stands in them."""
    options: list[str] = []
    if not trust.verify:
        options.append("--insecure")
    else:
        directory = find_ca_dir(trust.ca_dir) if trust.ca_dir or not trust.ca_file else None
        options += ["--cacert", os.fspath(trust.ca_file)] if trust.ca_file else []
        options += ["--capath", str(directory)] if directory else []
    credential = holder.last_seen() if holder else None
    if isinstance(credential, X509Credential):
        options += ["--cert", str(credential.path or "CERTIFICATE.pem")]
        if credential.file_type != "PEM":
            options += ["--cert-type", credential.file_type]
        elif credential.key_path != credential.path:
            options += ["--key", str(credential.key_path)]
    return tuple(options)


def _anonymous() -> str:
    return "anonymous"


def _nobody() -> None:
    return None


def connect(
    endpoint: str,
    *,
    credential: X509Credential | TokenCredential | str | PathLike[str] | None,
    trust: Trust,
    retry: RetryPolicy,
    clock: Clock,
    anonymous: bool = False,
) -> Connection:
    """Prepare to talk to a server; nothing is sent yet.

    Args:
        endpoint: Address of the REST interface.
        credential: Whom to be; a path names a proxy file; None: found as grid tools find it.
        trust: Which servers are trusted.
        retry: How often failed requests are repeated.
        clock: Where time comes from.
        anonymous: True: use no credential at all.

    Returns:
        The parts.

    Raises:
        FTSUsageError: The endpoint is no https address, or the credential none of these.
        CredentialError: No usable credential.
    """
    endpoint = checked_endpoint(endpoint)
    expect(retry, RetryPolicy, "A RetryPolicy")
    if anonymous:
        holder = None
        make_context = partial(_context, trust)
    else:
        if credential is None:
            credential = find_credential()
        elif isinstance(credential, str | PathLike):
            credential = X509Credential.from_file(credential)
        elif not isinstance(credential, X509Credential | TokenCredential):
            # Not shown: it may hold the secret itself.
            raise FTSUsageError(
                f"{type(credential).__name__} is no credential",
                remedy="Give an X509Credential, a TokenCredential or the path of a proxy file; for a certificate "
                "and a key X509Credential.from_file(certificate, key_path=key).",
            )
        credential.check(now=clock.now())
        holder = _Holder(credential, clock)
        make_context = partial(holder.context, trust)
    identity = holder.identity if holder else _anonymous
    wire = Wire(
        endpoint=endpoint,
        identity=identity,
        make_context=make_context,
        bearer=credential.bearer if isinstance(credential, TokenCredential) else None,
        credential=holder.last_seen if holder else _nobody,
        curl_options=partial(_curl_options, trust, holder),
    )
    return Connection(
        endpoint=endpoint,
        transport=FTSTransport(wire, policy=retry, clock=clock),
        session=Session(
            endpoint=endpoint,
            clock=clock,
            identity=identity,
            sign=holder.sign if holder and isinstance(credential, X509Credential) else None,
            keep_credential=holder.keep if holder else nullcontext,
            token=credential.describe if isinstance(credential, TokenCredential) else None,
            credential_ends=holder.ends
            if holder and isinstance(credential, X509Credential)
            else None,
        ),
    )


def checked_endpoint(endpoint: str) -> str:
    """Check the address of a server.

    Args:
        endpoint: What the user gave.

    Returns:
        The same without a slash at the end.

    Raises:
        FTSUsageError: It is no https address, or more than an address: with a user, a query or a fragment.
    """
    if not isinstance(endpoint, str):
        raise FTSUsageError(f"An endpoint is a text, got {type(endpoint).__name__}", remedy=_LIKE)
    try:
        parts = urlsplit(endpoint.strip())
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    # A user would stand in every message, and his password with him. An empty query or fragment would swallow the paths.
    too_much = "@" in parts.netloc or "?" in endpoint or "#" in endpoint
    if parts.scheme != "https" or not parts.hostname or not port_is_fine or too_much:
        # A password may hold any character, even those that end a host name.
        raise FTSUsageError(
            f"{endpoint.rpartition('@')[2]!r} is no endpoint",
            remedy=_LIKE,
        )
    return endpoint.strip().rstrip("/")


def generated_client(
    connection: Connection, *, timeouts: Timeouts, user_agent: str | None
) -> Client:
    """Make the generated client that works on a connection.

    Args:
        connection: The parts.
        timeouts: Limits of each step.
        user_agent: What to call this program; None: `default_user_agent()`.

    Returns:
        The client.

    Raises:
        FTSUsageError: The name of the program cannot stand in a header.
    """
    expect(timeouts, Timeouts, "A Timeouts")
    return PlainGeneratedClient(
        base_url=connection.endpoint,
        headers={
            "Accept": "application/json",
            "User-Agent": _header(user_agent or default_user_agent()),
        },
        timeout=http_timeout(timeouts),
        raise_on_unexpected_status=True,
        httpx_args={"transport": connection.transport, "trust_env": False},
    )


def _header(value: object) -> str:
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        raise FTSUsageError(f"A user_agent is one line of ASCII, got {value!r}")
    return value


def default_user_agent() -> str:
    """Name this package to servers.

    Returns:
        "fts_client/<version>". With an underscore: the server treats `fts-<text>/<version from 3.12>` as its own new
        clients, and our version must never change what it answers.

    Source: observed on FTS 3.13.4: `[]` in place of `null`.
    """
    return f"fts_client/{__version__}"
