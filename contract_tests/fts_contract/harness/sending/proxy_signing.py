"""Sign a server's certificate request into an RFC 3820 proxy, as any client that delegates does.

The client and the mock have their own implementations; with this one the harness depends on neither.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from asn1crypto import core, keys, parser, pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from fts_contract.harness.sending.certificates import Certificate, read_certificates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from fts_contract.harness.sending.credential import Credential

__all__ = ["CannotSignError", "sign_as_impostor", "sign_request"]

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_LIFETIME = timedelta(hours=7)
_CLOCK_SKEW = timedelta(minutes=5)
_EXTENSIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        "extn_id": "key_usage",
        "critical": True,
        "extn_value": {"digital_signature", "key_encipherment"},
    },
    # ProxyCertInfo with policy language id-ppl-inheritAll (RFC 3820 section 3.8).
    {
        "extn_id": "1.3.6.1.5.5.7.1.14",
        "critical": True,
        "extn_value": core.ParsableOctetString(bytes.fromhex("300c300a06082b06010505071501")),
    },
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
    issuer = _issued(
        key.public_key(),
        subject=leaf.subject,
        issuer=leaf.issuer,
        serial=leaf.serial_number,
        period=(leaf.begins, leaf.ends),
        extensions=(),
        key=key,
    )
    return _sign(_read_request(request_pem), chain=[issuer], key=key, lifetime=_LIFETIME)


def _read_credential(credential: Credential) -> tuple[Sequence[Certificate], _Key]:
    try:
        chain = _read_chain(credential.path.read_bytes())
        key = _read_key((credential.key_path or credential.path).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise CannotSignError(str(error)) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise CannotSignError("the key is neither RSA nor EC")
    return chain, key


# A run delegates many times for each of its callers.
@lru_cache(maxsize=16)
def _read_chain(pem: bytes) -> tuple[Certificate, ...]:
    return tuple(read_certificates(pem))


# Checking an RSA key takes longer than the rest of a delegation.
@lru_cache(maxsize=16)
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
    chain: Sequence[Certificate],
    key: _Key,
    lifetime: timedelta,
) -> str:
    issuer, serial = chain[0], secrets.randbits(63)
    common_name = asn1_x509.Name.build({"common_name": str(serial)}).chosen[0].dump()
    now = datetime.now(UTC).replace(microsecond=0)
    ends = min([now + lifetime, *(certificate.ends for certificate in chain)])
    begins = min(now - _CLOCK_SKEW, ends - _CLOCK_SKEW)
    proxy = _issued(
        request.public_key(),
        # Taken over as it is: the kinds of strings must not change.
        subject=(*issuer.subject, common_name),
        issuer=issuer.subject,
        serial=serial,
        period=(max(begins, issuer.begins) if lifetime > timedelta() else begins, ends),
        extensions=_EXTENSIONS,
        key=key,
    )
    return "".join(certificate.pem for certificate in (proxy, *chain))


def _issued(
    public_key: PublicKeyTypes,
    *,
    subject: tuple[bytes, ...],
    issuer: tuple[bytes, ...],
    serial: int,
    period: tuple[datetime, datetime],
    extensions: tuple[dict[str, Any], ...],
    key: _Key,
) -> Certificate:
    kind = {"algorithm": "sha256_rsa" if isinstance(key, rsa.RSAPrivateKey) else "sha256_ecdsa"}
    key_info = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = asn1_x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": kind,
            "issuer": _name(issuer),
            "validity": dict(zip(("not_before", "not_after"), map(_time, period), strict=True)),
            "subject": _name(subject),
            "subject_public_key_info": keys.PublicKeyInfo.load(key_info),
            **({"extensions": list(extensions)} if extensions else {}),
        }
    )
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(body.dump(), padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = key.sign(body.dump(), ec.ECDSA(hashes.SHA256()))
    signed = asn1_x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": kind, "signature_value": signature}
    )
    (certificate,) = read_certificates(pem.armor("CERTIFICATE", signed.dump()))
    return certificate


def _name(relative_names: tuple[bytes, ...]) -> asn1_x509.Name:
    return asn1_x509.Name.load(parser.emit(0, 1, 16, b"".join(relative_names)))


def _time(moment: datetime) -> asn1_x509.Time:
    form = "utc_time" if 1950 <= moment.year < 2050 else "general_time"  # noqa: PLR2004 - RFC 5280
    return asn1_x509.Time(name=form, value=moment)
