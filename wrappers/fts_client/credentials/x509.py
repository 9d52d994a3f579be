"""X.509 credentials: a proxy or a certificate with its private key, read from PEM or PKCS#12."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from fts_client.credentials.chain import (
    CredentialInfo,
    check_chain,
    in_order,
    inspect_chain,
    weaknesses,
)
from fts_client.credentials.names import slash_form
from fts_client.credentials.pem import (
    Passphrase,
    PemSource,
    PrivateKey,
    passphrase_bytes,
    read_credential,
)
from fts_client.credentials.secret_files import FileStamp, read_file, readable_by_path, stamp_of
from fts_client.errors import CredentialError, CredentialFormatError
from fts_client.timestamps import utc_text

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from fts_client.credentials.certificate import Certificate


@attrs.frozen(eq=False, repr=False, kw_only=True)
class X509Credential:
    """A certificate with its private key and chain, read once. Make one with `from_file`, `from_pem` or `from_pkcs12`.

    A credential keeps what was read from its file; `changed` says that the file was renewed and `reloaded` reads it again.

    Attributes:
        chain: Certificates, leaf first; for a proxy at least down to the user's own certificate.
        private_key: Key of the leaf.
        origin: Where it comes from, for messages.
        path: File of the certificate; None when it did not come from a file.
        file_type: How the file is written, "PEM" or "P12"; the words are those of `curl --cert-type`.
        info: What the chain is; not verified beyond the signatures of the proxies.

    Raises:
        CredentialFormatError: The key is that of another certificate, or certificates are missing.
    """

    chain: tuple[Certificate, ...] = attrs.field(converter=in_order)
    private_key: PrivateKey
    origin: str
    path: Path | None = None
    file_type: Literal["PEM", "P12"] = "PEM"
    # The files as they were when they were read; the one with the key comes last.
    _stamps: tuple[FileStamp, ...] = ()
    _reload: Callable[[], X509Credential] | None = None
    info: CredentialInfo = attrs.field(init=False)

    @info.default
    def _inspect(self) -> CredentialInfo:
        leaf = self.chain[0]
        if self.private_key.public_key() != leaf.key:
            raise CredentialFormatError(
                f"The private key of the {self.origin} does not belong to its first certificate, {slash_form(leaf.subject_name)}",
                path=self.path,
                remedy="Name the key of this certificate; in a proxy file the proxy comes first, then its key.",
            )
        check_chain(self.chain, origin=self.origin, path=self.path)
        return inspect_chain(self.chain)

    @property
    def key_path(self) -> Path | None:
        """File of the private key, often the same as `path`; None when it did not come from a file."""
        return self._stamps[-1].path if self._stamps else None

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
            The credential. It may have expired: `check` raises then.

        Raises:
            CredentialNotFoundError: A file does not exist.
            CredentialPermissionError: The file with the key is open to others, belongs to another user, or may not be read.
            CredentialFormatError: Empty, a directory, DER, garbage, key missing, encrypted without passphrase, wrong passphrase, key of
                another certificate, certificates missing or out of order.
        """
        file = Path(path)
        key_file = None if key_path is None or Path(key_path) == file else Path(key_path)
        what = "certificate file" if key_file else "credential file"
        data, stamp = read_file(file, what=what, secret=False if key_file else None, euid=euid)
        source, key_source = PemSource(data, f"{what} {file}", file), None
        stamps: tuple[FileStamp, ...] = (stamp,)
        if key_file:
            data, key_stamp = read_file(key_file, what="key file", secret=True, euid=euid)
            key_source = PemSource(data, f"key file {key_file}", key_file)
            stamps = (stamp, key_stamp)
        chain, key = read_credential(source, key_source, passphrase=passphrase)
        return cls(
            chain=chain,
            private_key=key,
            origin=source.origin,
            path=file,
            stamps=stamps,
            reload=partial(
                cls.from_file, file, key_path=key_path, passphrase=passphrase, euid=euid
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
            The credential. It may have expired: `check` raises then.

        Raises:
            CredentialFormatError: As for `from_file`.
        """
        source = PemSource(data, "credential in memory")
        key_source = None if key is None else PemSource(key, "private key in memory")
        chain, private_key = read_credential(source, key_source, passphrase=passphrase)
        return cls(chain=chain, private_key=private_key, origin=source.origin)

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
            The credential. It may have expired: `check` raises then.

        Raises:
            CredentialNotFoundError: There is no such file.
            CredentialPermissionError: The file is open to others or belongs to another user.
            CredentialFormatError: Not PKCS#12, wrong passphrase, or certificate or key missing or damaged.
        """
        file = Path(path)
        data, stamp = read_file(file, what="PKCS#12 file", secret=True, euid=euid)
        source = PemSource(data, f"PKCS#12 file {file}", file)
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(
                data, passphrase_bytes(passphrase)
            )
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise source.error(
                "cannot be read: wrong passphrase, not PKCS#12, or a certificate in it is damaged",
                "Repeat with the right passphrase, or export it again.",
            ) from error
        if certificate is None or not isinstance(key, PrivateKey):
            raise source.error(
                "lacks a certificate or its RSA or EC key",
                "Export it again together with the private key.",
            )
        return cls(
            chain=(certificate, *others),
            private_key=key,
            origin=source.origin,
            path=file,
            file_type="P12",
            stamps=(stamp,),
            reload=partial(cls.from_pkcs12, file, passphrase=passphrase, euid=euid),
        )

    def __repr__(self) -> str:
        return f"X509Credential({self.describe()})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("an X509Credential is not pickled: the key would be written out")

    @property
    def user_dn(self) -> str:
        """DN of the user in slash form, as this machine writes it; `whoami` gives the server's own spelling."""
        return self.info.identity

    @property
    def expires_at(self) -> datetime:
        """End of the certificate of the chain that expires first, aware UTC."""
        return self.info.expires_at

    def describe(self) -> str:
        """One line for a person: file, DN, end. Never the key."""
        kind = "certificate" if self.info.kind is None else "proxy"
        return f"{kind} {self.path or 'in memory'} of {self.user_dn}, expires {utc_text(self.expires_at)}"

    def fingerprint(self) -> str:
        """SHA-256 of the first certificate, in hex."""
        return hashlib.sha256(self.chain[0].der).hexdigest()

    def check(self, *, now: datetime | None = None) -> None:
        """Say whether a server can accept the credential.

        Args:
            now: The time, aware; None for the clock.

        Raises:
            CredentialExpiredError: A certificate of the chain has expired.
            CredentialError: Not valid yet, or a host certificate that clients may not use.
        """
        now = now or datetime.now(UTC)
        # Every request comes here, and nearly always the credential is valid.
        if not self.info.not_before <= now < self.info.expires_at:
            self.info.check_period(origin=self.origin, path=self.path, now=now)
        if not self.info.client_auth:
            raise CredentialError(
                f"The {self.origin} may not be used by a client: the extended key usage of {self.user_dn} lacks clientAuth",
                path=self.path,
                remedy="Ask the CA for a certificate with the clientAuth purpose, or use another credential.",
            )

    def changed(self) -> bool:
        """Whether one of its files has been replaced or rewritten. A file that is missing for a moment counts as unchanged."""
        return any(stamp_of(stamp.path) not in {stamp, None} for stamp in self._stamps)

    def reloaded(self) -> X509Credential:
        """Read the same source again.

        Returns:
            A new credential; this one when it did not come from a file.

        Raises:
            CredentialError: As for `from_file`; for instance while certificate and key are being replaced one after the other.
        """
        return self._reload() if self._reload else self

    def to_pem(self) -> bytes:
        """PEM of the first certificate, the unencrypted key and the rest of the chain: a secret, the content of a proxy file."""
        key = self.private_key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        first, *rest = (item.pem for item in self.chain)
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
                f"OpenSSL on this machine refuses the {self.origin}: "
                f"{weak or 'a certificate in it is not valid'} ({reason})",
                path=self.path,
                remedy="Create a new proxy with an RSA key of at least 2048 bits and SHA-256; "
                "if the certificate below it is the weak one, get a new one from your CA."
                if weak
                else "Create the proxy again; if that does not help, ask your CA for a new certificate.",
            ) from error
