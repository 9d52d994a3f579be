"""VOMS attributes of a proxy: which VO, which groups and roles, until when.

The signature of an attribute certificate is **not** verified here, nor whether its issuer is a VOMS server of the VO: what is read is what
the credential claims. The server verifies both.
"""

# `chain` imports this module only when a program asks for the attributes: loading asn1crypto.cms takes long, and no request needs it.

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import attrs
from asn1crypto import cms, core

from fts_client.credentials.asn1 import ASN1Error, only_asn1_errors
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.names import slash_form

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cryptography import x509

__all__ = [
    "VomsAttributes",
    "VomsNote",
    "VomsReading",
    "read_attribute_certificates",
    "read_voms",
]

_VOMS_EXTENSION = "1.3.6.1.4.1.8005.100.100.5"
_FQAN_ATTRIBUTE = "1.3.6.1.4.1.8005.100.100.4"


@attrs.frozen(kw_only=True)
class VomsAttributes:
    """What one VO says about the holder of a proxy, unverified.

    Attributes:
        vo: Name of the VO.
        fqans: Groups and roles in the order of the certificate, `/vo/Role=NULL/Capability=NULL`.
        issuer: DN of the VOMS server, in slash form.
        uri: Host and port of the VOMS server; None when the certificate does not name them.
        not_before: Start, aware UTC.
        expires_at: End, aware UTC; may be earlier than that of the proxy.
    """

    vo: str
    fqans: tuple[str, ...]
    issuer: str
    uri: str | None
    not_before: datetime
    expires_at: datetime

    def time_left(self, *, now: datetime | None = None) -> timedelta:
        """Time until the attributes expire; negative when they have expired. None for `now` means the clock."""
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


class _AttributeCertificates(core.SequenceOf):  # type: ignore[misc]
    _child_spec = cms.AttributeCertificateV2


class _VomsExtension(core.Sequence):  # type: ignore[misc]
    _fields = [("certificates", _AttributeCertificates)]  # noqa: RUF012 - asn1crypto's way


def _issuer(info: Any) -> str:
    issuer = info["issuer"]
    names = issuer.chosen if issuer.name == "v1_form" else issuer.chosen["issuer_name"]
    for name in names:
        if name.name == "directory_name":
            return slash_form(bytes(name.chosen.untag().dump()))
    raise ASN1Error("the issuer has no directory name")


def _fqans(attributes: Any) -> tuple[list[str], list[str]]:
    """FQANs of an attribute certificate, and the addresses of the VOMS servers that state them."""
    fqans: list[str] = []
    authorities: list[str] = []
    for attribute in attributes:
        if attribute["type"].dotted != _FQAN_ATTRIBUTE:
            continue
        for value in attribute["values"]:
            if isinstance(value, core.Any):
                value = value.parse(cms.IetfAttrSyntax)  # noqa: PLW2901
            authorities += [
                str(name.native)
                for name in (value["policy_authority"] or ())
                if name.name == "uniform_resource_identifier"
            ]
            fqans += [bytes(item.chosen.contents).decode("utf-8") for item in value["values"]]
    return fqans, authorities


@only_asn1_errors
def _read_certificate(certificate: Any, *, serials: Collection[int]) -> VomsAttributes | VomsNote:
    info = certificate["ac_info"]
    holder = info["holder"]["base_certificate_id"]
    serial = holder["serial"].native if holder else None
    period = info["att_cert_validity_period"]
    fqans, authorities = _fqans(info["attributes"])
    vo, _, address = authorities[0].partition("://") if authorities else ("", "", "")
    vo = vo or (fqans[0].strip("/").split("/")[0] if fqans else "")
    attributes = VomsAttributes(
        vo=vo,
        fqans=tuple(fqans),
        issuer=_issuer(info),
        uri=address or None,
        not_before=period["not_before_time"].native,
        expires_at=period["not_after_time"].native,
    )
    if serial is not None and serial not in serials:
        return VomsNote(
            kind="other-holder",
            detail=f"attributes were issued for the certificate with serial number {serial:x}, which is not in the chain",
        )
    return attributes if vo else VomsNote(kind="no-vo", detail="the attributes name no VO")


@only_asn1_errors
def read_attribute_certificates(der: bytes, *, serials: Collection[int]) -> VomsReading:
    """Read the VOMS extension 1.3.6.1.4.1.8005.100.100.5 of a chain whose certificates have these serial numbers.

    A certificate that cannot be read or was issued for another chain gives a note and hides no other.

    Raises:
        ASN1Error: The extension cannot be read.
    """
    read: list[VomsAttributes | VomsNote] = []
    for certificate in _VomsExtension.load(der, strict=True)["certificates"]:
        try:
            read.append(_read_certificate(certificate, serials=serials))
        except ASN1Error as error:
            read.append(VomsNote(kind="unreadable", detail=str(error)))
    return VomsReading(
        attributes=tuple(item for item in read if isinstance(item, VomsAttributes)),
        notes=tuple(item for item in read if isinstance(item, VomsNote)),
    )


def read_voms(chain: Sequence[Certificate | x509.Certificate]) -> VomsReading:
    """Read the VOMS attributes of a proxy chain; signatures are not verified (the server does that).

    Args:
        chain: The certificates, leaf first.

    Returns:
        The attributes of the proxy nearest to the leaf that has any. Nothing is raised: attributes that cannot be read or were
        issued for another certificate are left out with a note.

    Source: `voms-proxy-info -all` 2.1 reads the same; extension 1.3.6.1.4.1.8005.100.100.5, RFC 5755.
    """
    try:
        certificates = [Certificate.of(item) for item in chain]
        for certificate in certificates:
            content = certificate.extension(_VOMS_EXTENSION)
            if content is not None:
                serials = {item.serial_number for item in certificates}
                return read_attribute_certificates(content, serials=serials)
    except ASN1Error as error:
        return VomsReading(notes=(VomsNote(kind="unreadable", detail=str(error)),))
    return VomsReading()
