"""Certificates as OpenSSL reads them: `cryptography` refuses some that servers accept, such as those with "@" in a PrintableString."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import attrs
from asn1crypto import core, pem
from asn1crypto import x509 as asn1_x509

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Certificate", "read_certificates"]

_SHORT: Final = {
    "common_name": "CN",
    "country_name": "C",
    "domain_component": "DC",
    "organization_name": "O",
    "organizational_unit_name": "OU",
}


@attrs.frozen(repr=False)
class Certificate:
    """A certificate.

    Attributes:
        der: The certificate as it is.
        subject: DER of each relative name of its subject.
        issuer: DER of each relative name of its issuer.
        serial_number: Serial number.
        begins: Start, aware UTC.
        ends: End, aware UTC.
    """

    der: bytes
    subject: tuple[bytes, ...]
    issuer: tuple[bytes, ...]
    serial_number: int
    begins: datetime
    ends: datetime

    @property
    def is_proxy(self) -> bool:
        """Source: RFC 3820, section 3.1: the subject is that of the issuer with one more name."""
        return self.subject[:-1] == self.issuer

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        armored: bytes = pem.armor("CERTIFICATE", self.der)
        return armored.decode()

    def name(self) -> str:
        """Write the subject as people do, the most special part first."""
        parts: list[Any] = [_RelativeName.load(rdn) for rdn in self.subject]
        return ",".join(
            "+".join(
                f"{_SHORT.get(item['type'].native, item['type'].native)}="
                f"{item['value'].parsed.contents.decode('utf-8', 'replace')}"
                for item in part
            )
            for part in reversed(parts)
        )


class _Attribute(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A part of a name whose text may be of any type: asn1crypto knows fewer types than are in use."""

    _fields: ClassVar = [("type", asn1_x509.NameType), ("value", core.Any)]


class _RelativeName(core.SetOf):  # type: ignore[misc]  # as above
    _child_spec = _Attribute


def read_certificates(content: bytes) -> list[Certificate]:
    """Read all certificates of a PEM file.

    Raises:
        ValueError: There is none, or one that cannot be read.
    """
    try:
        blocks = [
            der
            for kind, _, der in pem.unarmor(content, multiple=True)
            if kind in {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
        ]
        found = [_read(der) for der in blocks]
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        # What asn1crypto raises for bytes that are something else.
        raise ValueError(str(error)) from error
    if not found:
        raise ValueError("it holds none")
    return found


def _read(der: bytes) -> Certificate:
    body = asn1_x509.Certificate.load(der)["tbs_certificate"]
    validity = body["validity"]
    return Certificate(
        der=der,
        subject=_relative_names(body["subject"]),
        issuer=_relative_names(body["issuer"]),
        serial_number=body["serial_number"].native,
        begins=validity["not_before"].native,
        ends=validity["not_after"].native,
    )


def _relative_names(name: Any) -> tuple[bytes, ...]:
    return tuple(rdn.dump() for rdn in name.chosen)
