"""Sign a server's certificate request into an RFC 3820 proxy, as any client that delegates does.

The client library and the mock server each have their own; this one exists so that the harness depends on neither.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from fts_contract.harness.credential import Credential

__all__ = ["CannotSignError", "sign_request"]

_LIFETIME = timedelta(hours=7)
_CLOCK_SKEW = timedelta(minutes=5)
# ProxyCertInfo with policy language id-ppl-inheritAll (RFC 3820 section 3.8).
_PROXY_CERT_INFO = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.5.5.7.1.14"),
    bytes.fromhex("300c300a06082b06010505071501"),
)
_KEY_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


class CannotSignError(ValueError):
    """The request is unreadable or not signed by its own key, or our credential cannot sign."""


def sign_request(request_pem: bytes, credential: Credential) -> str:
    """Sign a certificate request with the caller's credential.

    Args:
        request_pem: PEM of a PKCS#10 request.
        credential: Certificate, chain and key.

    Returns:
        The new proxy and the whole chain of its issuer, as PEM without any key.

    Raises:
        CannotSignError: See there.

    Source: RFC 3820; what FTS 3.13.4 was observed to accept.
    """
    try:
        request = x509.load_pem_x509_csr(request_pem)
        chain = x509.load_pem_x509_certificates(credential.path.read_bytes())
        key = serialization.load_pem_private_key(
            (credential.key_path or credential.path).read_bytes(), password=None
        )
    except (OSError, ValueError, TypeError) as error:
        raise CannotSignError(str(error)) from error
    if not request.is_signature_valid:
        raise CannotSignError("the request is not signed with its own key")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise CannotSignError("the key is neither RSA nor EC")
    issuer, serial = chain[0], secrets.randbits(63)
    common_name = x509.NameAttribute(NameOID.COMMON_NAME, str(serial))
    now = datetime.now(UTC).replace(microsecond=0)
    proxy = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name([*issuer.subject.rdns, x509.RelativeDistinguishedName([common_name])])
        )
        .issuer_name(issuer.subject)
        .public_key(request.public_key())
        .serial_number(serial)
        .not_valid_before(max(now - _CLOCK_SKEW, issuer.not_valid_before_utc))
        .not_valid_after(min([now + _LIFETIME, *(c.not_valid_after_utc for c in chain)]))
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(_PROXY_CERT_INFO, critical=True)
        .sign(key, hashes.SHA256())
    )
    return b"".join(
        certificate.public_bytes(serialization.Encoding.PEM) for certificate in (proxy, *chain)
    ).decode()
