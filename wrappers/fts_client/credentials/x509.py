"""Credentials: what a client shows a server to prove who it is. An X.509 proxy or certificate, or a bearer token."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import attrs
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fts_client.credentials.chain import CredentialInfo, inspect_chain, weaknesses
from fts_client.credentials.credential_files import read_memory, read_pem_files, read_pkcs12
from fts_client.credentials.pem import Passphrase, PrivateKey
from fts_client.credentials.secret_files import FileStamp, readable_by_path, stamp_of
from fts_client.credentials.token import TokenCredential
from fts_client.errors import CredentialError, CredentialExpiredError, CredentialFormatError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from cryptography import x509

    from fts_client.credentials.credential_files import FileType, Material

__all__ = ["Credential", "Passphrase", "TokenCredential", "X509Credential"]


class Credential(Protocol):
    """What every kind of credential can say about itself."""

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, aware UTC; None when not known."""

    def describe(self) -> str:
        """One line for a person, without any secret."""

    def fingerprint(self) -> str:
        """Text that differs between credentials and does not betray them."""

    def changed(self) -> bool:
        """Whether the source holds something newer than this snapshot; cheap enough for every request."""

    def reloaded(self) -> Self:
        """A new snapshot of the same source."""

    def check(self, *, now: datetime | None = None) -> None:
        """Raise CredentialExpiredError or another CredentialError when it cannot be used now."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class X509Credential:
    """A certificate with its private key and chain, read once. Make one with `from_file`, `from_pem` or `from_pkcs12`.

    A credential read from a file stays what it was; `changed` says that the file was renewed and `reloaded` reads it again.

    Attributes:
        chain: Certificates, leaf first; for a proxy at least down to the user's own certificate.
        private_key: Key of the leaf.
        origin: Where it comes from, for messages.
        path: File of the certificate; None when it did not come from a file.
        file_type: How the file is written, "PEM" or "P12"; the words are those of `curl --cert-type`.
        info: What the chain is; not verified beyond the order and the signatures of the proxies.
    """

    chain: tuple[x509.Certificate, ...]
    private_key: PrivateKey
    origin: str
    path: Path | None
    info: CredentialInfo
    file_type: FileType
    _stamps: tuple[FileStamp, ...]
    _reload: Callable[[], X509Credential] | None

    @property
    def key_path(self) -> Path | None:
        """File of the private key, often the same as `path`; None when it did not come from a file."""
        return self._stamps[-1].path if self._stamps else None

    # --- making one ------------------------------------------------------------------------------

    @classmethod
    def _of(
        cls, material: Material, *, reload: Callable[[], X509Credential] | None = None
    ) -> Self:
        return cls(
            chain=material.chain,
            private_key=material.private_key,
            origin=material.origin,
            path=material.path,
            file_type=material.file_type,
            info=inspect_chain(material.chain),
            stamps=material.stamps,
            reload=reload,
        )

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        key_path: str | os.PathLike[str] | None = None,
        passphrase: Passphrase = None,
        euid: int | None = None,
    ) -> Self:
        """Read a proxy file, or a certificate and its key.

        A file with a private key must be of mode 0600 or 0400 and belong to us or root; a certificate alone may be open to all.

        Args:
            path: PEM file of the proxy (with its key), or of the certificate.
            key_path: PEM file of the key; None when `path` holds it.
            passphrase: Of an encrypted key, or a function that asks for it; None when it is not encrypted.
            euid: Effective user id that the owner is compared with; None for that of the process.

        Returns:
            The credential, which may have expired: `check` says so.

        Raises:
            CredentialNotFoundError: A file does not exist.
            CredentialPermissionError: The file with the key is open to others or not ours, or may not be read.
            CredentialFormatError: Empty, a directory, DER, garbage, key missing, encrypted without passphrase, wrong passphrase, key of
                another certificate, certificates missing or out of order.
        """
        file = Path(path)
        return cls._of(
            read_pem_files(file, key_path=key_path, passphrase=passphrase, euid=euid),
            reload=lambda: cls.from_file(
                file, key_path=key_path, passphrase=passphrase, euid=euid
            ),
        )

    @classmethod
    def from_pem(
        cls, data: bytes, *, key: bytes | None = None, passphrase: Passphrase = None
    ) -> Self:
        """Read a credential from memory.

        Args:
            data: PEM of the certificates, leaf first, with the key unless `key` is given.
            key: PEM of the key; None when `data` holds it.
            passphrase: Of an encrypted key, or a function that asks for it; None when it is not encrypted.

        Returns:
            The credential, which may have expired: `check` says so.

        Raises:
            CredentialFormatError: As for `from_file`.
        """
        return cls._of(read_memory(data, key=key, passphrase=passphrase))

    @classmethod
    def from_pkcs12(
        cls,
        path: str | os.PathLike[str],
        *,
        passphrase: Passphrase = None,
        euid: int | None = None,
    ) -> Self:
        """Read a PKCS#12 file (`.p12`, `.pfx`), as browsers and certification authorities hand out.

        Args:
            path: The file; it must be of mode 0600 or 0400 and belong to us or root.
            passphrase: Of the file, or a function that asks for it; None when it has none.
            euid: Effective user id that the owner is compared with; None for that of the process.

        Returns:
            The credential, which may have expired: `check` says so.

        Raises:
            CredentialNotFoundError: There is no such file.
            CredentialPermissionError: It is open to others or not ours.
            CredentialFormatError: No PKCS#12, wrong passphrase, or certificate or key missing.
        """
        file = Path(path)
        return cls._of(
            read_pkcs12(file, passphrase=passphrase, euid=euid),
            reload=lambda: cls.from_pkcs12(file, passphrase=passphrase, euid=euid),
        )

    # --- what it is ------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"X509Credential({self.describe()})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("an X509Credential is not pickled: the key would be written out")

    @property
    def user_dn(self) -> str:
        """DN of the user in slash form, as this machine writes it; the server's own spelling is that of `whoami`."""
        return self.info.identity

    @property
    def expires_at(self) -> datetime:
        """End of the certificate of the chain that ends first, aware UTC."""
        return self.info.expires_at

    def describe(self) -> str:
        """One line for a person: file, DN, end. Never the key."""
        kind = "certificate" if self.info.kind is None else "proxy"
        where = self.path or "in memory"
        return f"{kind} {where} of {self.user_dn}, ends {self.expires_at:%Y-%m-%d %H:%M:%S} UTC"

    def fingerprint(self) -> str:
        """SHA-256 of the first certificate, in hex."""
        return _fingerprint(self.chain[0])

    def check(self, *, now: datetime | None = None) -> None:
        """Say whether a server can accept the credential.

        Args:
            now: The time, aware; None for the clock.

        Raises:
            CredentialExpiredError: A certificate of the chain has ended.
            CredentialError: Not valid yet, or a host certificate that may not be used by a client.
        """
        now = now or datetime.now(UTC)
        info = self.info
        if info.expires_at <= now:
            raise CredentialExpiredError(
                f"The {self.origin} cannot be used: {info.weakest} ended at {info.expires_at:%Y-%m-%d %H:%M:%S} UTC "
                f"(now {now:%Y-%m-%d %H:%M:%S})",
                subject=info.weakest,
                expired_at=info.expires_at,
                now=now,
                path=self.path,
                remedy="Create a new proxy (voms-proxy-init, fts proxy init)."
                if info.kind
                else "Renew the certificate.",
            )
        if info.not_before > now:
            raise CredentialError(
                f"The {self.origin} is not valid before {info.not_before:%Y-%m-%d %H:%M:%S} UTC (now {now:%Y-%m-%d %H:%M:%S})",
                path=self.path,
                remedy="Compare the clock of this machine with that of the machine that made the credential.",
            )
        if not info.client_auth:
            raise CredentialError(
                f"The {self.origin} may not be used by a client: the extended key usage of {info.identity} lacks clientAuth",
                path=self.path,
                remedy="Ask the CA for a certificate with the clientAuth purpose, or use another credential.",
            )

    # --- renewal ---------------------------------------------------------------------------------

    def changed(self) -> bool:
        """Whether a file it was read from is another one now. A file that is missing for a moment counts as unchanged."""
        return any(stamp_of(stamp.path) not in {stamp, None} for stamp in self._stamps)

    def reloaded(self) -> X509Credential:
        """Read the same source again.

        Returns:
            A new credential; this one when it did not come from a file.

        Raises:
            CredentialError: As for `from_file`; for instance while certificate and key are being replaced one after the other.
        """
        return self._reload() if self._reload else self

    # --- use -------------------------------------------------------------------------------------

    def to_pem(self) -> bytes:
        """PEM of the first certificate, the unencrypted key and the rest of the chain: a secret, the content of a proxy file."""
        key = self.private_key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        first, *rest = (item.public_bytes(Encoding.PEM) for item in self.chain)
        return b"".join([first, key, *rest])

    def load_into(self, context: ssl.SSLContext) -> None:
        """Give certificate, key and chain to a TLS context.

        Args:
            context: A client context.

        Raises:
            CredentialFormatError: OpenSSL refuses the credential, for instance a key that is too short or a SHA-1 signature.
        """
        try:
            with readable_by_path(self.to_pem()) as path:
                context.load_cert_chain(path)
        except ssl.SSLError as error:
            reason = getattr(error, "reason", None) or "unknown reason"
            weak = "; ".join(weaknesses(self.chain))
            raise CredentialFormatError(
                f"OpenSSL on this machine refuses the {self.origin}: {weak or f'{self.info.key}'} ({reason})",
                path=self.path,
                remedy="Create a new proxy with an RSA key of at least 2048 bits and SHA-256; "
                "if the certificate below it is the weak one, get a new one from your CA.",
            ) from error


@lru_cache(maxsize=64)
def _fingerprint(certificate: x509.Certificate) -> str:
    # Asked for at every request, to notice a renewed proxy.
    return certificate.fingerprint(hashes.SHA256()).hex()
