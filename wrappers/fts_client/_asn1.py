"""The ASN.1 that `cryptography` does not read: raw names, ProxyCertInfo, VOMS attribute certificates.

The only module that uses asn1crypto. What cannot be read raises `ASN1Error`, nothing else.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import attrs
from asn1crypto import cms, core

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = [
    "ASN1Error",
    "AttributeCertificate",
    "PolicyAttribute",
    "ProxyPolicy",
    "read_attribute_certificates",
    "read_name",
    "read_proxy_policy",
]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ASN1Error(ValueError):
    """The bytes are not the structure that was expected."""


def _only_asn1_errors(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Turn whatever asn1crypto raises on hostile bytes into `ASN1Error`."""

    @wraps(function)
    def read(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except (
            ValueError,  # what asn1crypto means to raise
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            OverflowError,
            RecursionError,
        ) as error:
            lines = str(error).splitlines() or [type(error).__name__]
            raise ASN1Error(lines[0][:200]) from error

    return read


class _TypeAndValue(core.Sequence):  # type: ignore[misc]
    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]  # noqa: RUF012 - asn1crypto's way


class _RDN(core.SetOf):  # type: ignore[misc]
    _child_spec = _TypeAndValue


class _Name(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _RDN


@_only_asn1_errors
def read_name(der: bytes) -> list[list[tuple[str, bytes]]]:
    """Take a distinguished name apart without decoding the strings.

    Args:
        der: The name.

    Returns:
        The relative names in order, each a list of (dotted object identifier, raw bytes of the value).

    Raises:
        ASN1Error: It is no name.
    """
    return [
        [(part["type"].dotted, bytes(part["value"].parse().contents)) for part in rdn]
        for rdn in _Name.load(der, strict=True)
    ]


@attrs.frozen(kw_only=True)
class ProxyPolicy:
    """Content of a ProxyCertInfo extension.

    Attributes:
        language: Dotted object identifier of the policy language.
        path_length: How many proxies may follow; None when not limited.
    """

    language: str
    path_length: int | None


class _Items(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


@_only_asn1_errors
def read_proxy_policy(der: bytes) -> ProxyPolicy:
    """Read a ProxyCertInfo extension, of RFC 3820 or of the draft before it.

    Args:
        der: Value of the extension.

    Returns:
        Policy language and path length.

    Raises:
        ASN1Error: It is no ProxyCertInfo.

    Source: RFC 3820 section 3.8 (path length first); draft proxies hold it last, tagged [1].
    """
    language, path_length = None, None
    for item in _Items.load(der, strict=True):
        value = item.parse()
        if isinstance(value, core.Integer):
            path_length = value.native
        elif isinstance(value, core.Sequence):
            language = _Items.load(value.dump())[0].parse(core.ObjectIdentifier).dotted
        elif value.class_ == 2 and value.tag == 1:  # noqa: PLR2004 - context class
            path_length = core.Integer.load(value.contents).native
    if language is None:
        raise ASN1Error("no policy language")
    return ProxyPolicy(language=language, path_length=path_length)


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


@_only_asn1_errors
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
