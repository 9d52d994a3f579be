"""PEM text to certificates and keys, with errors that say what the text is instead."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.certificate import Certificate
from fts_client.errors import CredentialFormatError

if TYPE_CHECKING:
    from pathlib import Path

PrivateKey: TypeAlias = RSAPrivateKey | EllipticCurvePrivateKey
"""The kinds of key that certificates of the grid have."""

Passphrase: TypeAlias = str | bytes | Callable[[], str | bytes] | None
"""Passphrase of a private key, or a function that asks for it; None when there is none."""

_SIZE_LIMIT = 1_048_576
_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_DER_SEQUENCE = 0x30
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_AGAIN = "Create the credential again, for instance with voms-proxy-init or fts proxy init."


@attrs.frozen(eq=False, repr=False)
class PemSource:
    """PEM text, and what messages call it.

    Attributes:
        data: The text; everything outside the blocks is skipped.
        origin: What the text is ("proxy /tmp/x509up_u1000").
        path: File of the text; None when it came from memory.
    """

    data: bytes
    origin: str
    path: Path | None = None

    def error(self, what: str, remedy: str, *, subject: str = "The") -> CredentialFormatError:
        """Make the error that says what is wrong with the text."""
        return CredentialFormatError(
            f"{subject} {self.origin} {what}", path=self.path, remedy=remedy
        )


def pem_blocks(data: bytes) -> list[tuple[str, bytes]]:
    """Cut PEM text into (label, block), in one pass over the lines, so that no text takes quadratic time."""
    found: list[tuple[str, bytes]] = []
    label: bytes | None = None
    lines: list[bytes] = []
    for line in data.removeprefix(_BYTE_ORDER_MARK).replace(b"\r\n", b"\n").split(b"\n"):
        text = line.strip()
        if text.startswith(_BEGIN) and text.endswith(_TAIL):
            label, lines = text[len(_BEGIN) : -len(_TAIL)], [text]
        elif label is not None:
            lines.append(text)
            if text == _END + label + _TAIL:
                found.append((label.decode("ascii", "replace"), b"\n".join(lines) + b"\n"))
                label = None
    return found


def der_of(block: bytes) -> bytes:
    """Decode a block of PEM text.

    Raises:
        binascii.Error: The block is not base64.
    """
    return binascii.a2b_base64(b"".join(block.split(b"\n")[1:-2]), strict_mode=True)


def read_pem(source: PemSource) -> tuple[list[Certificate], list[bytes]]:
    """Find certificates and the blocks of private keys in PEM text, in order; at least one of either.

    Raises:
        CredentialFormatError: Empty, too large, DER, garbage, or a certificate that cannot be read.
    """
    data = source.data
    if not data.strip():
        raise source.error("is empty", _AGAIN)
    if len(data) > _SIZE_LIMIT:
        raise source.error(
            f"is larger than {_SIZE_LIMIT} bytes", "Name a file that holds a credential."
        )
    certificates: list[Certificate] = []
    keys: list[bytes] = []
    for label, block in pem_blocks(data):
        if label.endswith("PRIVATE KEY"):
            keys.append(block)
        elif label in {"CERTIFICATE", "X509 CERTIFICATE"}:
            try:
                certificates.append(Certificate.read(der_of(block)))
            except (binascii.Error, ASN1Error) as error:
                number = len(certificates) + 1
                raise source.error(
                    f"holds a certificate (number {number}) that cannot be read", _AGAIN
                ) from error
    if not certificates and not keys:
        if data[0] == _DER_SEQUENCE:
            raise source.error(
                "is not PEM but binary (DER or PKCS#12)",
                "Convert it with openssl x509 -inform DER, or load PKCS#12 with X509Credential.from_pkcs12().",
            )
        raise source.error("holds neither a certificate nor a private key", _AGAIN)
    return certificates, keys


def read_credential(
    source: PemSource, key_source: PemSource | None = None, *, passphrase: Passphrase
) -> tuple[tuple[Certificate, ...], PrivateKey]:
    """Read certificates, in the order of the text, and the first private key; whether they belong together is not checked.

    Args:
        source: Text of the certificates.
        key_source: Text of the key; None when `source` holds it.
        passphrase: Used only when the key is encrypted.

    Raises:
        CredentialFormatError: As `read_pem`; certificate or key missing; key encrypted without passphrase, wrong passphrase,
            damaged, or neither RSA nor EC.
    """
    certificates, keys = read_pem(source)
    if key_source is not None:
        keys = read_pem(key_source)[1]
        if not keys:
            raise key_source.error("contains no private key", "Name the file of the private key.")
    if not certificates:
        raise source.error(
            "holds a private key but no certificate",
            "Name the file of the certificate, and that of the key as key_path or X509_USER_KEY.",
        )
    if not keys:
        raise source.error(
            "holds a certificate but no private key",
            "Name the file of the key as key_path or X509_USER_KEY, or use a proxy.",
        )
    return tuple(certificates), _load_key(keys[0], passphrase=passphrase, source=source)


def passphrase_bytes(passphrase: Passphrase) -> bytes | None:
    """Ask for the passphrase if it is a function, and encode it as UTF-8."""
    given = passphrase() if callable(passphrase) else passphrase
    return given.encode("utf-8") if isinstance(given, str) else given


def _load_key(block: bytes, *, passphrase: Passphrase, source: PemSource) -> PrivateKey:
    """Read one private key, PKCS#8 or traditional, encrypted or not."""

    def wrong(what: str, remedy: str) -> CredentialFormatError:
        return source.error(what, remedy, subject="The private key of the")

    encrypted = b"BEGIN ENCRYPTED PRIVATE KEY" in block or b"Proc-Type: 4,ENCRYPTED" in block
    secret = passphrase_bytes(passphrase) if encrypted else None
    if encrypted and not secret:
        raise wrong(
            "is encrypted and no passphrase was given",
            "Pass passphrase=..., or make a proxy, which needs none.",
        )
    try:
        # Checking the numbers of an RSA key takes 35 ms; checking a signature, below, takes 1 ms.
        key = load_pem_private_key(block, secret, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm, OverflowError) as error:
        # The reason stays out of the message because it may quote the key. A wrong passphrase and damage look the same.
        if encrypted:
            what, remedy = (
                "cannot be decrypted: wrong passphrase or damaged",
                "Repeat with the right passphrase.",
            )
        else:
            what, remedy = "cannot be read", "Create the credential again."
        raise wrong(what, remedy) from error
    if not isinstance(key, PrivateKey):
        raise wrong("is neither RSA nor EC", "Use an RSA or EC key.")
    if not _signs(key):
        raise wrong("is damaged: its signatures are wrong", "Create the credential again.")
    return key


def _signs(key: PrivateKey) -> bool:
    """Say whether a key makes valid signatures; OpenSSL checks the numbers of an EC key when it reads it."""
    if not isinstance(key, RSAPrivateKey):
        return True
    probe = b"fts_client"
    try:
        signature = key.sign(probe, PKCS1v15(), SHA256())
        key.public_key().verify(signature, probe, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
