"""Distinguished names as grids write them, and the hash under which OpenSSL looks for a CA."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from asn1crypto import core, parser
from cryptography import x509
from cryptography.x509.oid import NameOID

# The short names that OpenSSL prints; an attribute without one appears as its dotted number.
_SHORT: Final = {
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.USER_ID: "UID",
    NameOID.EMAIL_ADDRESS: "emailAddress",
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.SURNAME: "SN",
    NameOID.GIVEN_NAME: "GN",
    NameOID.TITLE: "title",
}
_SEQUENCE, _SET = 16, 17  # tags of ASN.1
_OIDS: Final = {short: oid for oid, short in _SHORT.items()}


def slash_form(name: x509.Name) -> str:
    """Write a name as `/DC=org/DC=example/CN=alice`.

    Args:
        name: The name of a certificate.

    Returns:
        The slash form, most significant part first, nothing escaped.

    Source: recording whoami-alice, `user_dn` (FTS 3.13.4).
    """
    return "".join(
        f"/{_SHORT.get(attribute.oid, attribute.oid.dotted_string)}={attribute.value!s}"
        for rdn in name.rdns
        for attribute in rdn
    )


def comma_form(name: x509.Name) -> str:
    """Write a name as `DC=org, DC=example, CN=alice`, the form of FTS messages on delegation.

    Source: recording put-subject-mismatch (FTS 3.13.4).
    """
    return ", ".join(
        f"{_SHORT.get(attribute.oid, attribute.oid.dotted_string)}={attribute.value!s}"
        for attribute in name
    )


def parse_slash_form(text: str) -> x509.Name:
    """Read a name from its slash form; a slash inside a value is kept when no attribute name follows it.

    Args:
        text: For example `/DC=org/DC=example/O=Users/CN=alice`.

    Returns:
        The name, one attribute per RDN.

    Raises:
        ValueError: The text is not in slash form, or names an unknown attribute.
    """
    parts = re.findall(r"/([A-Za-z]+)=((?:(?!/[A-Za-z]+=).)*)", text)
    if "".join(f"/{key}={value}" for key, value in parts) != text or not parts:
        raise ValueError(f"not a distinguished name in slash form: {text!r}")
    unknown = [key for key, _ in parts if key not in _OIDS]
    if unknown:
        raise ValueError(f"unknown attribute {unknown[0]!r} in {text!r}")
    return x509.Name([x509.NameAttribute(_OIDS[key], value) for key, value in parts])


def subject_hash(name: x509.Name) -> str:
    """Compute the file name (without `.0`) under which OpenSSL looks for a CA with this subject.

    Every value counts as UTF-8, in lower case (ASCII letters only), with outer white space removed and inner
    runs of it as one blank; the hash is over the RDNs without the enclosing sequence.

    Args:
        name: Subject of the CA.

    Returns:
        Eight lower-case hex digits.

    Source: X509_NAME_hash of OpenSSL 1.0.0 and later (SHA-1 of the canonical encoding).
    """
    encoded = b""
    for rdn in name.rdns:
        members = []
        for attribute in rdn:
            text = re.sub(r"[ \t\n\v\f\r]+", " ", str(attribute.value)).strip(" ")
            lower = "".join(c.lower() if c.isascii() else c for c in text)
            oid = core.ObjectIdentifier(attribute.oid.dotted_string).dump()
            members.append(parser.emit(0, 1, _SEQUENCE, oid + core.UTF8String(lower).dump()))
        encoded += parser.emit(0, 1, _SET, b"".join(sorted(members)))
    digest = hashlib.sha1(encoded, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"
