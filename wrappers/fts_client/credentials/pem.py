"""PEM text to certificates and keys, with errors that say what the file is instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from fts_client.errors import CredentialFormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Passphrase",
    "PemContent",
    "PrivateKey",
    "load_key",
    "passphrase_bytes",
    "read_pem",
    "require_readable",
]

PrivateKey: TypeAlias = RSAPrivateKey | EllipticCurvePrivateKey
"""The kinds of key that certificates of the grid have."""

Passphrase: TypeAlias = str | bytes | Callable[[], str | bytes] | None
"""Passphrase of a private key, or a function that asks for it; None when there is none."""

_SIZE_LIMIT = 1_048_576
_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_DER_SEQUENCE = 0x30


@attrs.frozen(eq=False, repr=False, kw_only=True)
class PemContent:
    """Certificates and still unread private keys of a PEM text, in order."""

    certificates: tuple[x509.Certificate, ...]
    keys: tuple[bytes, ...] = attrs.field(repr=False)


def _blocks(data: bytes) -> list[tuple[str, bytes]]:
    """Cut PEM text into (label, block), in one pass over the lines whatever the text."""
    found: list[tuple[str, bytes]] = []
    label: bytes | None = None
    lines: list[bytes] = []
    for line in data.replace(b"\r\n", b"\n").split(b"\n"):
        text = line.strip()
        if text.startswith(_BEGIN) and text.endswith(_TAIL):
            label, lines = text[len(_BEGIN) : -len(_TAIL)], [text]
        elif label is not None:
            lines.append(text)
            if text == _END + label + _TAIL:
                found.append((label.decode("ascii", "replace"), b"\n".join(lines) + b"\n"))
                label = None
    return found


def require_readable(certificate: x509.Certificate) -> None:
    """Read everything of a certificate that is used later, so that bad encodings show here.

    Raises:
        ValueError: Some part cannot be read.
        UnsupportedAlgorithm: The public key is of an unknown kind.
    """
    _ = (
        certificate.subject,
        certificate.issuer,
        certificate.extensions,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.serial_number,
        certificate.signature_algorithm_oid,
    )
    certificate.public_key()


def read_pem(data: bytes, *, origin: str, path: Path | None = None) -> PemContent:
    """Find certificates and private keys in PEM text.

    Args:
        data: The text; anything outside the blocks is skipped.
        origin: What the data is, for messages ("proxy /tmp/x509up_u1000").
        path: File that the data came from; None when it came from memory.

    Returns:
        At least one certificate or key.

    Raises:
        CredentialFormatError: Empty, too large, DER, garbage, or a block that cannot be read.
    """

    def wrong(what: str, remedy: str) -> CredentialFormatError:
        return CredentialFormatError(f"The {origin} {what}", path=path, remedy=remedy)

    again = "Create the credential again, for instance with voms-proxy-init or fts proxy init."
    if not data.strip():
        raise wrong("is empty", again)
    if len(data) > _SIZE_LIMIT:
        raise wrong(f"is larger than {_SIZE_LIMIT} bytes", "Name a file that holds a credential.")
    certificates: list[x509.Certificate] = []
    keys: list[bytes] = []
    for label, block in _blocks(data):
        if label.endswith("PRIVATE KEY"):
            keys.append(block)
        elif label in {"CERTIFICATE", "X509 CERTIFICATE"}:
            try:
                certificate = x509.load_pem_x509_certificate(block)
                require_readable(certificate)
            except (ValueError, TypeError, UnsupportedAlgorithm) as error:
                raise wrong(
                    f"holds a certificate (number {len(certificates) + 1}) that cannot be read",
                    again,
                ) from error
            certificates.append(certificate)
    if not certificates and not keys:
        if data[0] == _DER_SEQUENCE:
            raise wrong(
                "is not PEM but binary (DER or PKCS#12)",
                "Convert it with openssl x509 -inform DER, or load PKCS#12 with X509Credential.from_pkcs12().",
            )
        raise wrong("holds neither a certificate nor a private key", again)
    return PemContent(certificates=tuple(certificates), keys=tuple(keys))


def passphrase_bytes(passphrase: Passphrase) -> bytes | None:
    """Ask for the passphrase if it is a function, and encode it as UTF-8."""
    given = passphrase() if callable(passphrase) else passphrase
    return given.encode("utf-8") if isinstance(given, str) else given


def load_key(
    block: bytes, *, passphrase: Passphrase, origin: str, path: Path | None = None
) -> PrivateKey:
    """Read one private key, PKCS#8 or traditional, encrypted or not.

    Args:
        block: The PEM block.
        passphrase: Used only when the key is encrypted.
        origin: What the data is, for messages.
        path: File that the data came from; None when it came from memory.

    Returns:
        The key.

    Raises:
        CredentialFormatError: Encrypted without passphrase, wrong passphrase, damaged, or neither RSA nor EC.
    """
    encrypted = b"BEGIN ENCRYPTED PRIVATE KEY" in block or b"Proc-Type: 4,ENCRYPTED" in block
    secret = passphrase_bytes(passphrase) if encrypted else None
    if encrypted and not secret:
        raise CredentialFormatError(
            f"The private key of the {origin} is encrypted and no passphrase was given",
            path=path,
            remedy="Pass passphrase=..., or make a proxy, which needs none.",
        )
    try:
        # The check of the numbers of an RSA key takes 35 ms, and that of a signature, below, 1 ms.
        key = load_pem_private_key(block, secret, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError) as error:
        # The reason stays out of the message: it may quote what was read. A wrong passphrase cannot be told from damage.
        what = (
            "cannot be decrypted: wrong passphrase or damaged" if encrypted else "cannot be read"
        )
        raise CredentialFormatError(
            f"The private key of the {origin} {what}",
            path=path,
            remedy="Repeat with the right passphrase."
            if encrypted
            else "Create the credential again.",
        ) from error
    if not isinstance(key, PrivateKey):
        raise CredentialFormatError(
            f"The private key of the {origin} is neither RSA nor EC",
            path=path,
            remedy="Use an RSA or EC key.",
        )
    if not _signs(key):
        raise CredentialFormatError(
            f"The private key of the {origin} is damaged: its signatures are wrong",
            path=path,
            remedy="Create the credential again.",
        )
    return key


def _signs(key: PrivateKey) -> bool:
    """Say whether a key makes signatures that hold; those of an EC key are checked when it is read."""
    if not isinstance(key, RSAPrivateKey):
        return True
    probe = b"fts_client"
    try:
        signature = key.sign(probe, PKCS1v15(), SHA256())
        key.public_key().verify(signature, probe, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
