"""What makes a certificate a proxy, and of which kind: RFC 3820, the draft before it, or Globus' legacy proxies."""

from __future__ import annotations

from typing import Literal

import attrs
from asn1crypto import core
from cryptography import x509

from fts_client.credentials.asn1 import ASN1Error, only_asn1_errors
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.names import slash_form, with_common_name
from fts_client.errors import CredentialFormatError

__all__ = ["PROXY_CERT_INFO", "ProxyKind", "ProxyMark", "proxy_mark", "read_proxy_policy"]

ProxyKind = Literal["rfc", "draft", "legacy"]

PROXY_CERT_INFO = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.14")
_DRAFT_PROXY_CERT_INFO = "1.3.6.1.4.1.3536.1.222"
_EXTENSIONS: tuple[tuple[ProxyKind, str], ...] = (
    ("rfc", PROXY_CERT_INFO.dotted_string),
    ("draft", _DRAFT_PROXY_CERT_INFO),
)
_LIMITED_POLICY = "1.3.6.1.4.1.3536.1.1.1.9"
_LEGACY_NAMES = {b"proxy": False, b"limited proxy": True}
_STRINGS = (12, 19, 20, 22)  # UTF8String, PrintableString, T61String, IA5String


@attrs.frozen(kw_only=True)
class ProxyMark:
    """What makes a certificate a proxy.

    Attributes:
        kind: `rfc` (RFC 3820), `draft` (Globus Toolkit 3) or `legacy` (known by its name alone).
        limited: Whether services that start processes must refuse it (Globus).
        path_length: How many proxies may follow; None when not limited.
    """

    kind: ProxyKind
    limited: bool
    path_length: int | None


class _Items(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


@only_asn1_errors
def read_proxy_policy(der: bytes) -> tuple[str, int | None]:
    """Read a ProxyCertInfo extension, of RFC 3820 or of the draft before it.

    Returns:
        Dotted object identifier of the policy language; how many proxies may follow, None when not limited.

    Raises:
        ASN1Error: The bytes are not a ProxyCertInfo.

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
    return language, path_length


def proxy_mark(certificate: Certificate | x509.Certificate) -> ProxyMark | None:
    """Say whether a certificate is a proxy.

    Args:
        certificate: Any certificate.

    Returns:
        The mark; None for end-entity and CA certificates.

    Raises:
        CredentialFormatError: The proxy extension cannot be read.

    Source: RFC 3820 section 3.8; OIDs of the draft and of the limited policy are Globus'; legacy proxies are known by a last
        CN of "proxy" or "limited proxy".
    """
    read = Certificate.of(certificate)
    for kind, oid in _EXTENSIONS:
        value = read.extension(oid)
        if value is None:
            continue
        try:
            language, path_length = read_proxy_policy(value)
        except ASN1Error as error:
            raise CredentialFormatError(
                f"The proxy {slash_form(read.subject_name)} has a ProxyCertInfo extension that cannot be read: {error}",
                remedy="Create the proxy again.",
            ) from error
        return ProxyMark(kind=kind, limited=language == _LIMITED_POLICY, path_length=path_length)
    for text, limited in _LEGACY_NAMES.items():
        # The kind of the last string does not count.
        for tag in _STRINGS if text in read.subject_name else ():
            if read.subject_name == with_common_name(read.issuer_name, text, tag=tag):
                return ProxyMark(kind="legacy", limited=limited, path_length=None)
    return None
