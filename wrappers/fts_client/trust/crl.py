"""Certificate revocation lists, read as leniently as OpenSSL reads them."""

from __future__ import annotations

import binascii
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
from asn1crypto import algos, core

from fts_client.credentials.asn1 import ASN1Error, Name, only_asn1_errors
from fts_client.credentials.certificate import Certificate, Time, signature_is_valid
from fts_client.credentials.names import comparable
from fts_client.credentials.pem import der_of, pem_blocks
from fts_client.errors.logs import safe_logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_log = safe_logger(__name__)

_LONG_LENGTH = 0x80


class _Revoked(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


class _Body(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("version", core.Integer, {"optional": True}),
        ("algorithm", algos.SignedDigestAlgorithm),
        ("issuer", Name),
        ("this_update", Time),
        ("next_update", Time, {"optional": True}),
        ("revoked", _Revoked, {"optional": True}),
        ("extensions", core.Any, {"explicit": 0, "optional": True}),
    ]


class _Signed(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("body", _Body),
        ("algorithm", algos.SignedDigestAlgorithm),
        ("signature", core.OctetBitString),
    ]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Crl:
    """A revocation list.

    Attributes:
        issuer: Name of the CA, as `names.comparable` writes it.
        next_update_utc: When a newer one is due, aware UTC; None when the list does not say.
    """

    issuer: bytes
    next_update_utc: datetime | None
    _body: bytes
    _revoked: bytes
    _algorithm: bytes
    _signature: bytes

    @classmethod
    @only_asn1_errors
    def read(cls, der: bytes) -> Crl:
        """Read DER.

        Raises:
            ASN1Error: The bytes are not a revocation list.
        """
        signed = _Signed.load(der, strict=True)
        body = signed["body"]
        found = cls(
            issuer=comparable(body["issuer"].dump()),
            next_update_utc=body["next_update"].moment if body["next_update"] else None,
            body=body.dump(),
            revoked=bytes(body["revoked"].contents or b""),
            algorithm=signed["algorithm"].dump(),
            signature=bytes(signed["signature"].native),
        )
        _ = found.revoked  # so that bad encodings show here
        return found

    @cached_property
    def revoked(self) -> frozenset[int]:
        """Serial numbers of the certificates that are revoked."""
        # By hand, as lists of 100,000 certificates exist.
        return frozenset(
            int.from_bytes(next(_contents(entry)), "big", signed=True)
            for entry in _contents(self._revoked)
        )

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the key of a CA made the signature."""
        return signature_is_valid(
            self._signature, self._body, algorithm=self._algorithm, key=issuer.key
        )


def _contents(der: bytes) -> Iterator[bytes]:
    """Contents of the DER values that stand one after the other."""
    start = 0
    while start < len(der):
        size, start = der[start + 1], start + 2
        if size & _LONG_LENGTH:
            digits = size & ~_LONG_LENGTH
            size, start = int.from_bytes(der[start : start + digits], "big"), start + digits
        if start + size > len(der):
            raise ASN1Error("a value is longer than the list that it stands in")
        yield der[start : start + size]
        start += size


def read_crl(path: Path) -> Crl | None:
    """Read a CRL, PEM or DER; returns None, with a warning in the log, when it cannot be read."""
    try:
        # Reading a pipe could block forever.
        data = path.read_bytes() if path.is_file() else b""
        blocks = [block for label, block in pem_blocks(data) if label == "X509 CRL"]
        return Crl.read(der_of(blocks[0]) if blocks else data)
    except (OSError, binascii.Error, ASN1Error) as error:
        _log.warning("the CRL %s cannot be read and is not used: %s", path, type(error).__name__)
        return None
