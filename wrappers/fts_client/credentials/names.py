"""Distinguished names in the slash form of the grid: `/DC=org/DC=example/CN=alice`."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from asn1crypto import core

from fts_client.credentials.asn1 import Name, encoded, read_name

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["comparable", "name_hash", "slash_form", "with_common_name"]

# OpenSSL's short names; anything else is printed as its dotted object identifier.
_SHORT_NAMES = {
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.8": "unstructuredAddress",
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
}
# Tags of the strings that OpenSSL compares by their text. T61String counts as latin-1, as nobody writes its escape sequences.
_CHARSETS = {
    12: "utf-8",
    19: "latin-1",
    20: "latin-1",
    22: "latin-1",
    26: "latin-1",
    28: "utf-32-be",
    30: "utf-16-be",
}
_SEPARATORS = b"/+"
_PRINTABLE = range(0x20, 0x7F)


def _escape(value: bytes) -> str:
    return "".join(
        ("\\" + chr(byte) if byte in _SEPARATORS else chr(byte))
        if byte in _PRINTABLE
        else f"\\x{byte:02X}"
        for byte in value
    )


def slash_form(name: x509.Name | bytes) -> str:
    r"""Write a distinguished name as OpenSSL 3 and the grid tools print it.

    Args:
        name: The name, or its DER.

    Returns:
        `/DC=org/CN=alice`. Parts of one relative name are joined with `+`, `/` and `+` inside a value get a backslash, bytes
        outside printable ASCII become `\xHH` (so UTF-8 text is shown byte by byte). The empty name gives an empty text.

    Raises:
        ASN1Error: The bytes are not a name.

    Source: `openssl x509 -nameopt compat`, `grid-proxy-info` and `voms-proxy-info` with OpenSSL 3.0; OpenSSL 1 wrote
        `/` and `+` inside a value without a backslash.
    """
    der = name if isinstance(name, bytes) else name.public_bytes()
    return "".join(
        "/" + "+".join(f"{_SHORT_NAMES.get(oid, oid)}={_escape(value)}" for oid, _, value in part)
        for part in read_name(der)
    )


def with_common_name(name: bytes, text: bytes, *, tag: int = 12) -> bytes:
    """Append a common name, by default a UTF8String, to the DER of a name; what was there stays as it is."""
    value = encoded(0x30, core.ObjectIdentifier("2.5.4.3").dump(), encoded(tag, text))
    return encoded(0x30, bytes(Name.load(name).contents), encoded(0x31, value))


def comparable(name: bytes) -> bytes:
    """Write the DER of a name so that names which OpenSSL takes for the same become the same bytes.

    The kind of string does not count, nor do case (of ASCII letters) and repeated or outer blanks.

    Raises:
        ASN1Error: The bytes are not a name.

    Source: X509_NAME_cmp of OpenSSL.
    """
    return b"".join(
        encoded(0x31, *sorted(_comparable_part(*part) for part in rdn)) for rdn in read_name(name)
    )


def _comparable_part(oid: str, tag: int, value: bytes) -> bytes:
    charset = _CHARSETS.get(tag)
    try:
        text = None if charset is None else value.decode(charset)
    except UnicodeDecodeError:
        text = None
    if text is not None:
        value = (
            re.sub(rb"[ \t\n\v\f\r]+", b" ", text.encode("utf-8", "replace")).strip(b" ").lower()
        )
        tag = 12
    return encoded(0x30, core.ObjectIdentifier(oid).dump(), encoded(tag, value))


def name_hash(name: bytes) -> str:
    """Compute the file name, without ".0", under which OpenSSL looks for a CA of this name (DER).

    Raises:
        ASN1Error: The bytes are not a name.

    Source: X509_NAME_hash of OpenSSL 1.0.0 and later.
    """
    digest = hashlib.sha1(comparable(name), usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"
