"""RFC 3820 proxy certificates."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from fts_contract.mock.pki.authority import CLOCK_SKEW, Certified, PrivateKey, key_usage, new_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

PROXY_CERT_INFO: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.14")
# ProxyCertInfo { ProxyPolicy { id-ppl-inheritAll } }: always the same fourteen bytes (RFC 3820, section 3.8).
_INHERIT_ALL: Final = bytes.fromhex("300c300a06082b06010505071501")
VOMS_EXTENSION: Final = x509.ObjectIdentifier("1.3.6.1.4.1.8005.100.100.5")


def is_proxy(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is an RFC 3820 proxy (it carries ProxyCertInfo)."""
    return any(extension.oid == PROXY_CERT_INFO for extension in certificate.extensions)


def issue_proxy(
    issuer: Certified,
    *,
    lifetime: timedelta = timedelta(hours=12),
    key: PrivateKey | None = None,
    attributes: bytes | None = None,
) -> Certified:
    """Make a proxy of a certificate or of another proxy.

    Args:
        issuer: Who delegates; its key signs.
        lifetime: How long the proxy is valid from now, never longer than its issuers; negative for an
            expired one.
        key: Key of the proxy; None makes a new RSA key of 2048 bits.
        attributes: VOMS attribute certificates as `AttributeAuthority.issue` returns them; None for a
            plain proxy.

    Returns:
        The proxy with its chain.

    Source: RFC 3820, section 3.
    """
    key = key or new_key()
    certificate = sign_proxy(
        key.public_key(), issuer=issuer, lifetime=lifetime, attributes=attributes
    )
    return Certified(certificate=certificate, key=key, chain=(issuer.certificate, *issuer.chain))


def sign_proxy(
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    *,
    issuer: Certified,
    lifetime: timedelta,
    attributes: bytes | None = None,
) -> x509.Certificate:
    """Sign a public key into a proxy certificate, as a client does with a delegation request.

    Args:
        public_key: The key to certify.
        issuer: Who signs.
        lifetime: From now; cut to the end of the shortest issuer.
        attributes: VOMS attribute certificates, or None.

    Returns:
        The proxy certificate.
    """
    parent = issuer.certificate
    serial = secrets.randbits(63) or 1
    now = datetime.now(UTC).replace(microsecond=0)
    ends = [now + lifetime, *(c.not_valid_after_utc for c in (parent, *issuer.chain))]
    starts = max(now - CLOCK_SKEW, parent.not_valid_before_utc)
    end = min(ends)
    common_name = x509.NameAttribute(NameOID.COMMON_NAME, str(serial))
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name([*parent.subject.rdns, x509.RelativeDistinguishedName([common_name])])
        )
        .issuer_name(parent.subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(min(starts, end - timedelta(seconds=1)))
        .not_valid_after(end)
        .add_extension(key_usage(digital_signature=True, key_encipherment=True), critical=True)
        .add_extension(x509.UnrecognizedExtension(PROXY_CERT_INFO, _INHERIT_ALL), critical=True)
    )
    if attributes is not None:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(VOMS_EXTENSION, attributes), critical=False
        )
    return builder.sign(issuer.key, hashes.SHA256())
