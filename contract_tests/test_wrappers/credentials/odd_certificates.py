"""Certificates and revocation lists written byte by byte, with everything that `cryptography` does not write."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from asn1crypto import core
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fts_client.credentials.asn1 import encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

BITS, UTF8, PRINTABLE, T61, BMP = 0x03, 0x0C, 0x13, 0x14, 0x1E
COMMON_NAME, COUNTRY = "2.5.4.3", "2.5.4.6"
KEY_USAGE = ("2.5.29.15", bytes.fromhex("030205a0"))
CA_CONSTRAINTS = ("2.5.29.19", bytes.fromhex("30030101ff"))
# It inherits all rights.
PROXY = ("1.3.6.1.5.5.7.1.14", bytes.fromhex("300c300a06082b06010505071501"))
X400_NAME = ("2.5.29.17", bytes.fromhex("3004a3023000"))
# An e-mail address in latin-1, and the name "localhost".
LATIN_1_ADDRESS = ("2.5.29.17", b"\x30\x14\x82\x09localhost\x81\x07Zo\xeb@x.y")
LATIN_1_POLICY = (
    "2.5.29.32",
    bytes.fromhex("3020301e06032a03043017301506082b0601050507020230090c07") + b"caf\xe9 ok",
)
_RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")


def name(*parts: tuple[str, int, bytes]) -> bytes:
    """DER of a name from (object identifier, tag, content)."""
    return encoded(
        0x30,
        *(encoded(0x31, part(*item)) for item in parts),
    )


def part(oid: str, tag: int, value: bytes) -> bytes:
    """DER of one part of a name."""
    return encoded(0x30, core.ObjectIdentifier(oid).dump(), encoded(tag, value))


def certificate(
    public_key: rsa.RSAPublicKey,
    *,
    subject: bytes,
    issuer: bytes,
    signer: rsa.RSAPrivateKey,
    version: int = 2,
    serial: int = 4242,
    extensions: Sequence[tuple[str, bytes]] = (),
    starts: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=30),
) -> bytes:
    """DER of a certificate; the period counts from now."""
    listed = [
        encoded(0x30, core.ObjectIdentifier(oid).dump(), core.OctetString(content).dump())
        for oid, content in extensions
    ]
    body = encoded(
        0x30,
        encoded(0xA0, core.Integer(version).dump()),
        core.Integer(serial).dump(),
        _RSA_SHA256,
        issuer,
        encoded(0x30, _time(starts), _time(ends)),
        subject,
        public_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        encoded(0xA3, encoded(0x30, *listed)) if listed else b"",
    )
    return _signed(body, signer)


def revocation_list(issuer: bytes, signer: rsa.RSAPrivateKey, *serials: int) -> bytes:
    """DER of a revocation list that is valid for a day."""
    entries = [encoded(0x30, core.Integer(item).dump(), _time(timedelta(0))) for item in serials]
    body = encoded(
        0x30,
        core.Integer(1).dump(),
        _RSA_SHA256,
        issuer,
        _time(timedelta(hours=-1)),
        _time(timedelta(days=1)),
        encoded(0x30, *entries) if entries else b"",
    )
    return _signed(body, signer)


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    """PEM of DER."""
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


def key_pem(key: rsa.RSAPrivateKey) -> bytes:
    """PEM of a key, as in a proxy file."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def new_key() -> rsa.RSAPrivateKey:
    """Make a key."""
    return rsa.generate_private_key(65537, 2048)


def _time(offset: timedelta) -> bytes:
    moment: Any = core.UTCTime((datetime.now(UTC) + offset).replace(microsecond=0))
    found: bytes = moment.dump()
    return found


def _signed(body: bytes, signer: rsa.RSAPrivateKey) -> bytes:
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA256())
    return encoded(0x30, body, _RSA_SHA256, core.OctetBitString(signature).dump())
