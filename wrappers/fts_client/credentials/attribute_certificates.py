"""VOMS attribute certificates, read. Apart from `_asn1`: what asn1crypto needs for them takes long to load, and starting a client does not.

What cannot be read raises `ASN1Error`, nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from asn1crypto import cms, core

from fts_client.credentials.asn1 import ASN1Error, only_asn1_errors

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["AttributeCertificate", "PolicyAttribute", "read_attribute_certificates"]


class _AttributeCertificates(core.SequenceOf):  # type: ignore[misc]
    _child_spec = cms.AttributeCertificateV2


class _VomsExtension(core.Sequence):  # type: ignore[misc]
    _fields = [("certificates", _AttributeCertificates)]  # noqa: RUF012 - asn1crypto's way


@attrs.frozen(kw_only=True)
class PolicyAttribute:
    """One attribute in IetfAttrSyntax.

    Attributes:
        type: Dotted object identifier.
        authorities: URIs of the policy authority.
        values: The values, in order.
    """

    type: str
    authorities: tuple[str, ...]
    values: tuple[str, ...]


@attrs.frozen(kw_only=True)
class AttributeCertificate:
    """What is of interest in an RFC 5755 attribute certificate. Its signature is not checked here.

    Attributes:
        issuer: Name of the issuer (DER).
        holder_serial: Serial number of the certificate it was issued for; None when it does not say.
        not_before: Start, aware UTC.
        not_after: End, aware UTC.
        attributes: Attributes in IetfAttrSyntax, in order.
    """

    issuer: bytes
    holder_serial: int | None
    not_before: datetime
    not_after: datetime
    attributes: tuple[PolicyAttribute, ...]


def _directory_name(names: Any) -> bytes:
    for name in names:
        if name.name == "directory_name":
            return bytes(name.chosen.untag().dump())
    raise ASN1Error("the issuer has no directory name")


def _policy_attributes(attributes: Any) -> list[PolicyAttribute]:
    found = []
    for attribute in attributes:
        for value in attribute["values"]:
            if isinstance(value, core.Any):
                try:
                    value = value.parse(cms.IetfAttrSyntax)  # noqa: PLW2901
                    value.native  # noqa: B018 - parses lazily; other syntaxes fail here
                except (ValueError, TypeError, KeyError):
                    continue
            if not isinstance(value, cms.IetfAttrSyntax):
                continue
            authority = value["policy_authority"]
            found.append(
                PolicyAttribute(
                    type=attribute["type"].dotted,
                    authorities=tuple(
                        str(name.native)
                        for name in (authority or ())
                        if name.name == "uniform_resource_identifier"
                    ),
                    values=tuple(
                        bytes(item.chosen.contents).decode("utf-8") for item in value["values"]
                    ),
                )
            )
    return found


@only_asn1_errors
def read_attribute_certificates(der: bytes) -> list[AttributeCertificate]:
    """Read the attribute certificates of a VOMS extension.

    Args:
        der: Value of the extension 1.3.6.1.4.1.8005.100.100.5.

    Returns:
        The attribute certificates in order.

    Raises:
        ASN1Error: The extension cannot be read.
    """
    found = []
    for certificate in _VomsExtension.load(der, strict=True)["certificates"]:
        info = certificate["ac_info"]
        issuer = info["issuer"]
        names = issuer.chosen if issuer.name == "v1_form" else issuer.chosen["issuer_name"]
        holder = info["holder"]["base_certificate_id"]
        period = info["att_cert_validity_period"]
        found.append(
            AttributeCertificate(
                issuer=_directory_name(names),
                holder_serial=holder["serial"].native if holder else None,
                not_before=period["not_before_time"].native,
                not_after=period["not_after_time"].native,
                attributes=tuple(_policy_attributes(info["attributes"])),
            )
        )
    return found
