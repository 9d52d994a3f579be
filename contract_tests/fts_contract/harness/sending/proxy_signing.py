"""Sign a server's certificate request into an RFC 3820 proxy, as any client that delegates does.

The client and the mock have their own implementations; with this one the harness depends on neither.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from fts_contract.harness.sending.credential import Credential

__all__ = ["CannotSignError", "sign_as_impostor", "sign_request"]

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

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
    """The request is unreadable or not signed with its own key, or the credential cannot sign."""


def sign_request(
    request_pem: bytes, credential: Credential, *, lifetime: timedelta = _LIFETIME
) -> str:
    """Sign a PKCS#10 certificate request with the caller's credential.

    Args:
        request_pem: The request as PEM.
        credential: Certificate, chain and key.
        lifetime: Lifetime of the proxy, which also ends with its issuers; negative for an expired one.

    Returns:
        The new proxy and the whole chain of its issuer, as PEM without any key.

    Raises:
        CannotSignError: See there.

    Source: RFC 3820; what FTS 3.13.4 was observed to accept.
    """
    chain, key = _read_credential(credential)
    return _sign(_read_request(request_pem), chain=chain, key=key, lifetime=lifetime)


def sign_as_impostor(request_pem: bytes, credential: Credential) -> str:
    """Sign a certificate request in the caller's name, but with a made-up key and certificate of the caller.

    Raises:
        CannotSignError: As for `sign_request`.
    """
    (leaf, *_), _ = _read_credential(credential)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = (
        x509.CertificateBuilder()
        .subject_name(leaf.subject)
        .issuer_name(leaf.issuer)
        .public_key(key.public_key())
        .serial_number(leaf.serial_number)
        .not_valid_before(leaf.not_valid_before_utc)
        .not_valid_after(leaf.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    return _sign(_read_request(request_pem), chain=[issuer], key=key, lifetime=_LIFETIME)


def _read_credential(credential: Credential) -> tuple[list[x509.Certificate], _Key]:
    try:
        chain = x509.load_pem_x509_certificates(credential.path.read_bytes())
        key = _read_key((credential.key_path or credential.path).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise CannotSignError(str(error)) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise CannotSignError("the key is neither RSA nor EC")
    return chain, key


# Checking an RSA key takes longer than the rest of a delegation, and a run delegates many times.
@lru_cache(maxsize=1)
def _read_key(pem: bytes) -> object:
    return serialization.load_pem_private_key(pem, password=None)


def _read_request(request_pem: bytes) -> x509.CertificateSigningRequest:
    try:
        request = x509.load_pem_x509_csr(request_pem)
    except (ValueError, TypeError) as error:
        raise CannotSignError(str(error)) from error
    if not request.is_signature_valid:
        raise CannotSignError("the request is not signed with its own key")
    return request


def _sign(
    request: x509.CertificateSigningRequest,
    *,
    chain: list[x509.Certificate],
    key: _Key,
    lifetime: timedelta,
) -> str:
    issuer, serial = chain[0], secrets.randbits(63)
    common_name = x509.NameAttribute(NameOID.COMMON_NAME, str(serial))
    now = datetime.now(UTC).replace(microsecond=0)
    ends = min([now + lifetime, *(c.not_valid_after_utc for c in chain)])
    begins = min(now - _CLOCK_SKEW, ends - _CLOCK_SKEW)
    proxy = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name([*issuer.subject.rdns, x509.RelativeDistinguishedName([common_name])])
        )
        .issuer_name(issuer.subject)
        .public_key(request.public_key())
        .serial_number(serial)
        .not_valid_before(
            max(begins, issuer.not_valid_before_utc) if lifetime > timedelta() else begins
        )
        .not_valid_after(ends)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(_PROXY_CERT_INFO, critical=True)
        .sign(key, hashes.SHA256())
    )
    return b"".join(
        certificate.public_bytes(serialization.Encoding.PEM) for certificate in (proxy, *chain)
    ).decode()
