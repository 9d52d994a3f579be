"""Certificates that `cryptography` refuses and the TLS of a server accepts, such as those with "@" in a PrintableString."""

from __future__ import annotations

from typing import Final

from asn1crypto import core, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_CHARSETS: Final = {28: "utf-32-be", 30: "utf-16-be"}
_VERSION_3: Final = bytes.fromhex("a003020102")
# ProxyCertInfo and the attributes of VOMS: no other extension counts here.
_KEPT: Final = {"1.3.6.1.5.5.7.1.14", "1.3.6.1.4.1.8005.100.100.5"}
_originals: dict[bytes, bytes] = {}


class _Part(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped
    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]  # noqa: RUF012


class _Parts(core.SetOf):  # type: ignore[misc]
    _child_spec = _Part


class _Name(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Parts


def load_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate that a TLS library has accepted.

    Args:
        der: The certificate.

    Returns:
        The certificate; when `cryptography` refuses it, one of the same names, key, period and proxy extensions, of which
        `original` and `signed_part` tell the rest.

    Raises:
        ValueError: It cannot be read at all.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.issuer, certificate.extensions
    except (
        ValueError,
        TypeError,
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    ):
        return x509.load_der_x509_certificate(_rewritten(der))
    return certificate


def original(certificate: x509.Certificate) -> bytes:
    """Return the certificate as it was read, DER."""
    der = certificate.public_bytes(Encoding.DER)
    return _originals.get(der, der)


def signed_part(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Return what the issuer signed, and the signature."""
    read = asn1_x509.Certificate.load(original(certificate))
    return read["tbs_certificate"].dump(), bytes(read["signature_value"].native)


def _rewritten(der: bytes) -> bytes:
    certificate = asn1_x509.Certificate.load(der)
    body = certificate["tbs_certificate"]
    kept = {
        item["extn_id"].dotted: item.dump()
        for item in body["extensions"] or ()
        if item["extn_id"].dotted in _KEPT
    }
    content = b"".join(
        [
            _VERSION_3,
            body["serial_number"].dump(),
            body["signature"].dump(),
            _utf8_name(body["issuer"].dump()),
            body["validity"].dump(),
            _utf8_name(body["subject"].dump()),
            body["subject_public_key_info"].dump(),
            _encoded(0xA3, _encoded(0x30, b"".join(kept.values()))) if kept else b"",
        ]
    )
    rest = certificate["signature_algorithm"].dump() + certificate["signature_value"].dump()
    found = _encoded(0x30, _encoded(0x30, content) + rest)
    _originals[found] = der
    return found


def _utf8_name(der: bytes) -> bytes:
    parts = [
        _encoded(
            0x31,
            b"".join(sorted(_encoded(0x30, part["type"].dump() + _utf8(part)) for part in rdn)),
        )
        for rdn in _Name.load(der)
        if len(rdn)
    ]
    return _encoded(0x30, b"".join(parts))


def _utf8(part: _Part) -> bytes:
    value = part["value"].parse()
    content = bytes(value.contents)
    for charset in (_CHARSETS.get(value.tag, "utf-8"), "latin-1"):
        try:
            return _encoded(0x0C, content.decode(charset).encode())
        except UnicodeDecodeError:
            continue
    raise ValueError("a name cannot be read")


def _encoded(tag: int, content: bytes) -> bytes:
    encoded: bytes = parser.emit(tag >> 6, tag >> 5 & 1, tag & 31, content)
    return encoded
