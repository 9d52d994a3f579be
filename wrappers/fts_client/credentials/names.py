"""Distinguished names in the slash form of the grid: `/DC=org/DC=example/CN=alice`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client.credentials.asn1 import read_name

if TYPE_CHECKING:
    from cryptography import x509

__all__ = ["slash_form"]

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
        "/" + "+".join(f"{_SHORT_NAMES.get(oid, oid)}={_escape(value)}" for oid, value in part)
        for part in read_name(der)
    )
