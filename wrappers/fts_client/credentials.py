"""Credentials: what a client shows a server to prove who it is. An X.509 proxy or certificate, or a bearer token."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypeAlias

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from fts_client._pem import (
    Passphrase,
    PemContent,
    PrivateKey,
    load_key,
    passphrase_bytes,
    read_pem,
)
from fts_client._secret_files import FileStamp, read_file, readable_by_path, stamp_of
from fts_client.distinguished_names import slash_form
from fts_client.errors import CredentialError, CredentialExpiredError, CredentialFormatError
from fts_client.inspection import CredentialInfo, check_chain, inspect_chain, weaknesses
from fts_client.tokens import TokenCredential

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from cryptography import x509

__all__ = ["Credential", "Passphrase", "TokenCredential", "X509Credential"]


FileType: TypeAlias = Literal["PEM", "P12"]


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
    def _from_content(
        cls,
        content: PemContent,
        *,
        passphrase: Passphrase,
        origin: str,
        path: Path | None = None,
        stamps: tuple[FileStamp, ...] = (),
        reload: Callable[[], X509Credential] | None = None,
    ) -> Self:
        if not content.certificates:
            raise CredentialFormatError(
                f"The {origin} holds a private key but no certificate",
                path=path,
                remedy="Name the file of the certificate, and that of the key as key_path or X509_USER_KEY.",
            )
        if not content.keys:
            raise CredentialFormatError(
                f"The {origin} holds a certificate but no private key",
                path=path,
                remedy="Name the file of the key as key_path or X509_USER_KEY, or use a proxy.",
            )
        key = load_key(content.keys[0], passphrase=passphrase, origin=origin, path=path)
        return cls._checked(
            content.certificates, key, origin=origin, path=path, stamps=stamps, reload=reload
        )

    @classmethod
    def _checked(
        cls,
        chain: tuple[x509.Certificate, ...],
        key: PrivateKey,
        *,
        origin: str,
        path: Path | None,
        file_type: FileType = "PEM",
        stamps: tuple[FileStamp, ...] = (),
        reload: Callable[[], X509Credential] | None = None,
    ) -> Self:
        if key.public_key() != chain[0].public_key():
            raise CredentialFormatError(
                f"The private key of the {origin} does not belong to its first certificate, {slash_form(chain[0].subject)}",
                path=path,
                remedy="Name the key of this certificate; in a proxy file the proxy comes first, then its key.",
            )
        check_chain(chain, origin=origin, path=path)
        return cls(
            chain=chain,
            private_key=key,
            origin=origin,
            path=path,
            file_type=file_type,
            info=inspect_chain(chain),
            stamps=stamps,
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
        certificate_path = Path(path)
        key_file = (
            None if key_path is None or Path(key_path) == certificate_path else Path(key_path)
        )

        def again() -> X509Credential:
            return cls.from_file(
                certificate_path, key_path=key_path, passphrase=passphrase, euid=euid
            )

        what = "credential file" if key_file is None else "certificate file"
        data, stamp = read_file(
            certificate_path, what=what, secret=None if key_file is None else False, euid=euid
        )
        content = read_pem(data, origin=f"{what} {certificate_path}", path=certificate_path)
        stamps: tuple[FileStamp, ...] = (stamp,)
        if key_file is not None:
            key_data, key_stamp = read_file(key_file, what="key file", secret=True, euid=euid)
            keys = read_pem(key_data, origin=f"key file {key_file}", path=key_file).keys
            if not keys:
                raise CredentialFormatError(
                    f"The key file {key_file} holds no private key",
                    path=key_file,
                    remedy="Name the file of the private key.",
                )
            content = attrs.evolve(content, keys=keys)
            stamps = (stamp, key_stamp)
        return cls._from_content(
            content,
            passphrase=passphrase,
            origin=f"{what} {certificate_path}",
            path=certificate_path,
            stamps=stamps,
            reload=again,
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
        origin = "credential in memory"
        content = read_pem(data, origin=origin)
        if key is not None:
            content = attrs.evolve(
                content, keys=read_pem(key, origin="private key in memory").keys
            )
        return cls._from_content(content, passphrase=passphrase, origin=origin)

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
        data, stamp = read_file(file, what="PKCS#12 file", secret=True, euid=euid)
        origin = f"PKCS#12 file {file}"
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(
                data, passphrase_bytes(passphrase)
            )
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CredentialFormatError(
                f"The {origin} cannot be read: wrong passphrase, or no PKCS#12",
                path=file,
                remedy="Repeat with the right passphrase.",
            ) from error
        if certificate is None or not isinstance(key, PrivateKey):
            raise CredentialFormatError(
                f"The {origin} lacks a certificate or its RSA or EC key",
                path=file,
                remedy="Export it again together with the private key.",
            )
        return cls._checked(
            (certificate, *others),
            key,
            origin=origin,
            path=file,
            file_type="P12",
            stamps=(stamp,),
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
