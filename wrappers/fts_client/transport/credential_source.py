"""As whom a client talks to its server: the credential as it is now, and everything that follows from it.

The credential file is examined once where a procedure begins. The `CredentialSnapshot` taken there goes with every request of
the procedure, and decides which connections they use: no request can go out on a connection of another identity.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import attrs

from fts_client._fork import LockOwner
from fts_client.credentials import TokenCredential, X509Credential, find_credential
from fts_client.delegation.memory import ServerMemory
from fts_client.delegation.rules import sign_request
from fts_client.errors import CredentialError, FTSUsageError
from fts_client.errors.logs import safe_logger
from fts_client.transport.endpoint import checked_endpoint
from fts_client.trust.directory import find_ca_dir
from fts_client.trust.files import TrustFiles

if TYPE_CHECKING:
    import ssl
    from datetime import timedelta

    from fts_client.clock import Clock
    from fts_client.trust.context import Trust

_log = safe_logger(__name__)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class CredentialSnapshot:
    """One state of the credential; it never changes. Another state, for instance a renewed proxy, is another snapshot.

    Attributes:
        credential: What is presented; None for an anonymous client.
        trust: Which servers are trusted.
        memory: What the server has said about this credential.
    """

    credential: X509Credential | TokenCredential | None
    trust: Trust
    memory: ServerMemory

    def check(self) -> None:
        """Raise CredentialError when a server cannot accept the credential now; a token is checked when it is sent."""
        if isinstance(self.credential, X509Credential):
            self.credential.check(now=self.memory.clock.now())

    def tls_context(self) -> ssl.SSLContext:
        """Make the TLS context that presents this credential.

        Raises:
            CredentialError: The credential cannot be used.
            FTSUsageError: What should be trusted cannot be read.
        """
        return self.trust.context(self.credential)

    def authorization(self) -> str | None:
        """Return the Authorization header to send now, with the newest token of its source; None without a token.

        Raises:
            CredentialError: The token has ended, or its source has none.
        """
        credential = self.credential
        return f"Bearer {credential.bearer()}" if isinstance(credential, TokenCredential) else None

    def describe(self) -> str | None:
        """Describe the credential in one line, without secrets; None for an anonymous client."""
        return self.credential.describe() if self.credential else None

    def curl_options(self) -> tuple[str, ...]:
        """Write trust and credential as options of curl, without secrets."""
        trust, credential = self.trust, self.credential
        options: list[str] = []
        if not trust.verify:
            options.append("--insecure")
        else:
            directory = find_ca_dir(trust.ca_dir) if trust.ca_dir or not trust.ca_file else None
            options += ["--cacert", os.fspath(trust.ca_file)] if trust.ca_file else []
            options += ["--capath", str(directory)] if directory else []
        if isinstance(credential, X509Credential):
            options += ["--cert", str(credential.path or "CERTIFICATE.pem")]
            if credential.file_type != "PEM":
                options += ["--cert-type", credential.file_type]
            elif credential.key_path != credential.path:
                options += ["--key", str(credential.key_path)]
        return tuple(options)


class CredentialSource(LockOwner):
    """Where a client gets its credential from; a renewed file is read again.

    Args:
        endpoint: Address of the server.
        credential: What to present; a path names a proxy file; None: found as grid tools find it.
        trust: Which servers are trusted.
        clock: Where time comes from.
        anonymous: True: present no credential at all.
        insecure_http: Whether an http endpoint is taken; then no credential is searched for.

    Raises:
        FTSUsageError: The endpoint is not a URL of a server, or the credential is of another type.
        CredentialError: No usable credential.
    """

    def __init__(
        self,
        endpoint: str,
        credential: X509Credential | TokenCredential | str | os.PathLike[str] | None,
        *,
        trust: Trust,
        clock: Clock,
        anonymous: bool = False,
        insecure_http: bool = False,
    ) -> None:
        self.endpoint = checked_endpoint(endpoint, insecure_http=insecure_http)
        if credential is None and self.endpoint.lower().startswith("http:"):
            # Only a credential that the caller names may be sent where others can read it.
            anonymous = True
        self.clock = clock
        self._trust = trust
        self._files = TrustFiles(trust, monotonic=clock.monotonic)
        self._generation = 0
        self._trouble = ""
        found = None if anonymous else _found(credential)
        if found is not None:
            found.check(now=clock.now())
        self._newest = self._snapshot_of(found)
        self._own_lock()

    def snapshot(self) -> CredentialSnapshot:
        """Return the credential as it is now; the same object as long as neither it nor the files of the CAs have changed.

        Raises:
            CredentialError: It cannot be used any more.
        """
        with self._lock:
            credential = self._newest.credential
            if credential is not None and credential.changed():
                self._renew(credential)
            if (generation := self._files.generation()) != self._generation:
                # Another snapshot has other connections, which are verified anew; what the server said stays known.
                self._generation = generation
                self._newest = attrs.evolve(self._newest)
            newest = self._newest
        newest.check()
        return newest

    def _renew(self, credential: X509Credential | TokenCredential) -> None:
        try:
            self._newest = self._snapshot_of(credential.reloaded())
            self._trouble = ""
        except CredentialError as error:
            # Certificate and key may be half replaced just now: the old ones serve until they end.
            if str(error) != self._trouble:
                _log.warning("The renewed credential cannot be read yet: %s", error)
            self._trouble = str(error)

    def _snapshot_of(
        self, credential: X509Credential | TokenCredential | None
    ) -> CredentialSnapshot:
        memory = ServerMemory(endpoint=self.endpoint, clock=self.clock)
        if isinstance(credential, X509Credential):
            memory.sign = partial(_sign, credential, self.clock)
            memory.credential_ends = credential.expires_at
        elif isinstance(credential, TokenCredential):
            memory.token = credential.describe
        return CredentialSnapshot(credential=credential, trust=self._trust, memory=memory)


def _found(
    credential: X509Credential | TokenCredential | str | os.PathLike[str] | None,
) -> X509Credential | TokenCredential:
    if credential is None:
        return find_credential()
    if isinstance(credential, X509Credential | TokenCredential):
        return credential
    if isinstance(credential, str | os.PathLike):
        return X509Credential.from_file(credential)
    # Not shown: it may hold the secret itself.
    raise FTSUsageError(
        f"{type(credential).__name__} cannot be used as a credential",
        remedy="Give an X509Credential, a TokenCredential or the path of a proxy file; for a certificate "
        "and a key X509Credential.from_file(certificate, key_path=key).",
    )


def _sign(
    credential: X509Credential,
    clock: Clock,
    csr: bytes,
    *,
    lifetime: timedelta,
    user_dn: str,
    delegation_id: str,
) -> bytes:
    credential.check(now=clock.now())
    return sign_request(
        csr,
        credential=credential,
        lifetime=lifetime,
        user_dn=user_dn,
        delegation_id=delegation_id,
        now=clock.now(),
    )
