"""What X.509 credentials are read from: PEM and PKCS#12, in files and in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs12

from fts_client.credentials.chain import check_chain
from fts_client.credentials.names import slash_form
from fts_client.credentials.pem import (
    Passphrase,
    PemContent,
    PrivateKey,
    load_key,
    passphrase_bytes,
    read_pem,
)
from fts_client.credentials.secret_files import FileStamp, read_file
from fts_client.errors import CredentialFormatError

if TYPE_CHECKING:
    import os

    from cryptography import x509

__all__ = ["FileType", "Material", "read_memory", "read_pem_files", "read_pkcs12"]

FileType: TypeAlias = Literal["PEM", "P12"]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Material:
    """A certificate with its private key and chain, and where they were read from.

    Attributes:
        chain: Certificates, leaf first, each issued by the next.
        private_key: Key of the leaf.
        origin: Where it comes from, for messages.
        path: File of the certificate; None when it did not come from a file.
        file_type: How the file is written.
        stamps: The files as they were when they were read; that with the key comes last.

    Raises:
        CredentialFormatError: The key is that of another certificate, or certificates are missing or out of order.
    """

    chain: tuple[x509.Certificate, ...]
    private_key: PrivateKey
    origin: str
    path: Path | None = None
    file_type: FileType = "PEM"
    stamps: tuple[FileStamp, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what does not belong together."""
        leaf = self.chain[0]
        if self.private_key.public_key() != leaf.public_key():
            raise CredentialFormatError(
                f"The private key of the {self.origin} does not belong to its first certificate, {slash_form(leaf.subject)}",
                path=self.path,
                remedy="Name the key of this certificate; in a proxy file the proxy comes first, then its key.",
            )
        check_chain(self.chain, origin=self.origin, path=self.path)


def read_pem_files(
    path: Path,
    *,
    key_path: str | os.PathLike[str] | None,
    passphrase: Passphrase,
    euid: int | None,
) -> Material:
    """Read a proxy file, or a certificate and its key; see `X509Credential.from_file`."""
    key_file = None if key_path is None or Path(key_path) == path else Path(key_path)
    what = "credential file" if key_file is None else "certificate file"
    origin = f"{what} {path}"
    data, stamp = read_file(path, what=what, secret=None if key_file is None else False, euid=euid)
    content = read_pem(data, origin=origin, path=path)
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
    return _from_pem(content, passphrase=passphrase, origin=origin, path=path, stamps=stamps)


def read_memory(data: bytes, *, key: bytes | None, passphrase: Passphrase) -> Material:
    """Read a credential from memory; see `X509Credential.from_pem`."""
    origin = "credential in memory"
    content = read_pem(data, origin=origin)
    if key is not None:
        content = attrs.evolve(content, keys=read_pem(key, origin="private key in memory").keys)
    return _from_pem(content, passphrase=passphrase, origin=origin)


def _from_pem(
    content: PemContent,
    *,
    passphrase: Passphrase,
    origin: str,
    path: Path | None = None,
    stamps: tuple[FileStamp, ...] = (),
) -> Material:
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
    return Material(
        chain=content.certificates, private_key=key, origin=origin, path=path, stamps=stamps
    )


def read_pkcs12(path: Path, *, passphrase: Passphrase, euid: int | None) -> Material:
    """Read a PKCS#12 file; see `X509Credential.from_pkcs12`."""
    data, stamp = read_file(path, what="PKCS#12 file", secret=True, euid=euid)
    origin = f"PKCS#12 file {path}"
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            data, passphrase_bytes(passphrase)
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CredentialFormatError(
            f"The {origin} cannot be read: wrong passphrase, or no PKCS#12",
            path=path,
            remedy="Repeat with the right passphrase.",
        ) from error
    if certificate is None or not isinstance(key, PrivateKey):
        raise CredentialFormatError(
            f"The {origin} lacks a certificate or its RSA or EC key",
            path=path,
            remedy="Export it again together with the private key.",
        )
    return Material(
        chain=(certificate, *others),
        private_key=key,
        origin=origin,
        path=path,
        file_type="P12",
        stamps=(stamp,),
    )
