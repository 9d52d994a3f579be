"""VOMS attributes of a proxy: which VO, which groups and roles, until when.

The signature of an attribute certificate is **not** verified here, nor whether its issuer is a VOMS server of the VO: what is read is what
the credential claims. The server verifies both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import attrs
from cryptography import x509

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.attribute_certificates import (
    AttributeCertificate,
    read_attribute_certificates,
)
from fts_client.credentials.names import slash_form

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VomsAttributes", "VomsNote", "VomsReading", "read_voms"]

_VOMS_EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.8005.100.100.5")
_FQAN_ATTRIBUTE = "1.3.6.1.4.1.8005.100.100.4"


@attrs.frozen(kw_only=True)
class VomsAttributes:
    """What one VO says about the holder of a proxy, unverified.

    Attributes:
        vo: Name of the VO.
        fqans: Groups and roles in the order of the certificate, `/vo/Role=NULL/Capability=NULL`.
        issuer: DN of the VOMS server, in slash form.
        uri: Host and port of the VOMS server; None when it does not say.
        not_before: Start, aware UTC.
        expires_at: End, aware UTC; may come before the end of the proxy.
    """

    vo: str
    fqans: tuple[str, ...]
    issuer: str
    uri: str | None
    not_before: datetime
    expires_at: datetime

    def time_left(self, *, now: datetime | None = None) -> timedelta:
        """Time until the attributes end; negative when they have ended. None for `now` means the clock."""
        return self.expires_at - (now or datetime.now(UTC))


@attrs.frozen(kw_only=True)
class VomsNote:
    """Why attributes of a proxy are not shown.

    Attributes:
        kind: `unreadable` (not the structure of a VOMS extension), `other-holder` (issued for another certificate), `no-vo`
            (names no VO).
        detail: One line for a person.
    """

    kind: Literal["unreadable", "other-holder", "no-vo"]
    detail: str


@attrs.frozen(kw_only=True)
class VomsReading:
    """Attributes found in a chain, and what was wrong with the others.

    Attributes:
        attributes: One entry per VO, in the order of the extension.
        notes: Empty when everything could be read.
    """

    attributes: tuple[VomsAttributes, ...] = ()
    notes: tuple[VomsNote, ...] = ()


def _attributes_of(certificate: AttributeCertificate) -> VomsAttributes | VomsNote:
    fqans: list[str] = []
    authorities: list[str] = []
    for attribute in certificate.attributes:
        if attribute.type == _FQAN_ATTRIBUTE:
            fqans += attribute.values
            authorities += attribute.authorities
    vo, uri = "", None
    if authorities:
        vo, _, address = authorities[0].partition("://")
        uri = address or None
    if not vo and fqans:
        vo = fqans[0].strip("/").split("/")[0]
    if not vo:
        return VomsNote(kind="no-vo", detail="an attribute certificate names no VO")
    try:
        issuer = slash_form(certificate.issuer)
    except ASN1Error as error:
        return VomsNote(kind="unreadable", detail=f"name of the issuer: {error}")
    return VomsAttributes(
        vo=vo,
        fqans=tuple(fqans),
        issuer=issuer,
        uri=uri,
        not_before=certificate.not_before,
        expires_at=certificate.not_after,
    )


def read_voms(chain: Sequence[x509.Certificate]) -> VomsReading:
    """Read the VOMS attributes of a proxy chain; signatures are not verified (the server does that).

    Args:
        chain: The certificates, leaf first.

    Returns:
        The attributes of the proxy nearest to the leaf that has any. Nothing is raised: attributes that cannot be read or were
        issued for another certificate are left out with a note.

    Source: `voms-proxy-info -all` 2.1 reads the same; extension 1.3.6.1.4.1.8005.100.100.5, RFC 5755.
    """
    serials = {certificate.serial_number for certificate in chain}
    for certificate in chain:
        try:
            extension = certificate.extensions.get_extension_for_oid(_VOMS_EXTENSION).value
        except x509.ExtensionNotFound:
            continue
        except ValueError as error:
            return VomsReading(notes=(VomsNote(kind="unreadable", detail=str(error)),))
        if not isinstance(extension, x509.UnrecognizedExtension):
            continue
        try:
            certificates = read_attribute_certificates(extension.value)
        except ASN1Error as error:
            return VomsReading(notes=(VomsNote(kind="unreadable", detail=str(error)),))
        attributes: list[VomsAttributes] = []
        notes: list[VomsNote] = []
        for item in certificates:
            if item.holder_serial is not None and item.holder_serial not in serials:
                notes.append(
                    VomsNote(
                        kind="other-holder",
                        detail=f"attributes were issued for the certificate with serial number {item.holder_serial:x}, "
                        "which is not in the chain",
                    )
                )
                continue
            read = _attributes_of(item)
            if isinstance(read, VomsNote):
                notes.append(read)
            else:
                attributes.append(read)
        return VomsReading(attributes=tuple(attributes), notes=tuple(notes))
    return VomsReading()
