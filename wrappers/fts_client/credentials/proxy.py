"""RFC 3820 proxies: creating them, and signing delegation requests. Bytes in, bytes out; no file is touched.

Source of the rules: RFC 3820 sections 3.1-3.8; the values agree with what `grid-proxy-init` makes.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from fts_client.credentials.asn1 import encoded
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.chain import inspect_chain
from fts_client.credentials.names import slash_form, with_common_name
from fts_client.credentials.proxy_kind import PROXY_CERT_INFO, proxy_mark
from fts_client.credentials.x509 import X509Credential
from fts_client.errors import (
    CredentialError,
    CredentialFormatError,
    DelegationError,
    FTSUsageError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.credentials.chain import CredentialInfo
    from fts_client.credentials.pem import Passphrase, PrivateKey

MIN_KEY_BITS = 2048
"""Size of the smallest RSA key that is made or signed, in bits."""

_PUBLIC_EXPONENT = 65537
_PATH_LENGTH_LIMIT = 127  # one byte of DER; chains have two or three proxies
_CLOCK_SKEW = timedelta(minutes=5)

# ProxyPolicy ::= SEQUENCE { policyLanguage OBJECT IDENTIFIER }
_INHERIT_ALL = bytes.fromhex("300a06082b06010505071501")  # 1.3.6.1.5.5.7.21.1
_LIMITED = bytes.fromhex("300d060b2b060104019b5001010109")  # 1.3.6.1.4.1.3536.1.1.1.9 (Globus)

_KEY_USAGE = bytes.fromhex("030205a0")  # digitalSignature and keyEncipherment
_RSA_SHA256 = bytes.fromhex("300d06092a864886f70d01010b0500")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


def create_proxy(
    certificates: bytes,
    key: bytes | None = None,
    *,
    passphrase: Passphrase = None,
    lifetime: timedelta = timedelta(hours=12),
    key_size: int = MIN_KEY_BITS,
    path_length: int | None = None,
    limited: bool = False,
    now: datetime | None = None,
) -> bytes:
    """Create an RFC 3820 proxy, as `grid-proxy-init` does.

    Args:
        certificates: PEM of the certificate that signs, followed by the rest of its chain if it is a proxy itself.
        key: PEM of its private key; None when `certificates` holds it too.
        passphrase: Of the private key, or a function that asks for it; None when the key is not encrypted.
        lifetime: Wanted lifetime. The proxy expires earlier when a proxy or the end-entity certificate of the chain does.
        key_size: Bits of the new RSA key, at least 2048.
        path_length: How many further proxies may be made from this one; None for as many as its issuers allow, which is also the most.
        limited: Make a limited proxy (Globus). A proxy of a limited proxy is always limited.
        now: The time, aware; None for the clock. The proxy is valid from 5 minutes before.

    Returns:
        PEM of proxy, its private key (unencrypted: to be kept in a file of mode 0600) and the chain, in this order.

    Raises:
        CredentialFormatError: No certificate or key, wrong passphrase, key damaged or of another certificate, broken chain.
        CredentialExpiredError: A certificate of the chain has expired.
        CredentialError: Not valid yet, a draft or legacy proxy, a CA, or a path length that allows no further proxy.
        FTSUsageError: Lifetime below 1 second, key too small, path length out of range.

    Source: RFC 3820 sections 3.1-3.8.
    """
    for name, value in (("key_size", key_size), ("path_length", path_length)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise FTSUsageError(f"{name} must be a whole number, got {value!r}")
    if key_size < MIN_KEY_BITS:
        raise FTSUsageError(f"key_size is {key_size}; at least {MIN_KEY_BITS} bits are needed")
    if path_length is not None and not 0 <= path_length <= _PATH_LENGTH_LIMIT:
        raise FTSUsageError(
            f"path_length is {path_length}; 0 to {_PATH_LENGTH_LIMIT} can be given"
        )
    signer = X509Credential.from_pem(certificates, key=key, passphrase=passphrase)
    proxy_key = rsa.generate_private_key(_PUBLIC_EXPONENT, key_size)
    proxy = _issue_proxy(
        proxy_key.public_key(),
        chain=signer.chain,
        key=signer.private_key,
        lifetime=lifetime,
        limited=limited,
        path_length=path_length,
        now=now,
    )
    key_pem = proxy_key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    return b"".join([proxy.pem, key_pem, *(item.pem for item in signer.chain)])


def request_key(csr: bytes) -> rsa.RSAPublicKey:
    """Public key of a certificate request; ValueError says what is wrong with the request."""
    try:
        request = x509.load_pem_x509_csr(csr)
        signed, public_key = request.is_signature_valid, request.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("the server's answer is not a certificate request") from error
    if not signed:
        raise ValueError("the certificate request of the server is not signed with its own key")
    bits = public_key.key_size if isinstance(public_key, rsa.RSAPublicKey) else 0
    if bits < MIN_KEY_BITS:
        key = f"an RSA key of {bits} bits, less than {MIN_KEY_BITS}" if bits else "no RSA key"
        raise ValueError(f"the certificate request of the server has {key}")
    return cast("rsa.RSAPublicKey", public_key)


def sign_request(
    csr: bytes,
    *,
    chain: Sequence[Certificate | x509.Certificate],
    key: PrivateKey,
    lifetime: timedelta,
    user_dn: str | None = None,
    delegation_id: str | None = None,
    now: datetime | None = None,
) -> bytes:
    """Turn the certificate request of a server into a proxy of the user.

    Args:
        csr: PEM of the request. Its subject is a dummy and is ignored; its signature and key are checked.
        chain: Certificates of the user, leaf first; the leaf signs.
        key: Private key of the leaf.
        lifetime: Wanted lifetime. The proxy expires earlier when a proxy or the end-entity certificate of the chain does.
        user_dn: DN of the user, for the message of an error; None when not known.
        delegation_id: For the message of an error; None when not known.
        now: The time, aware; None for the clock.

    Returns:
        PEM of the signed proxy and the whole chain, without any key, as `PUT /delegation/{id}/credential` wants it.

    Raises:
        DelegationError: The request is not readable, not signed by its own key, or its key is not RSA of 2048 bits or more. A
            server offers 576 bits when the client presented an EC key.
        CredentialExpiredError: A certificate of the chain has expired.
        CredentialFormatError: The key is damaged or not that of the leaf.
        CredentialError: Not valid yet, or the chain allows no further proxy.
        FTSUsageError: The lifetime is below 1 second, or the chain is empty.

    Source: observed on FTS 3.13.4 (recordings of /delegation/{id}/request and /delegation/{id}/credential).
    """
    certificates = [Certificate.of(item) for item in chain]
    if not certificates:
        raise FTSUsageError("Nothing can sign the proxy: the chain holds no certificate")
    try:
        public_key = request_key(csr)
    except ValueError as error:
        remedy = "Nothing was signed. Check that the endpoint is an FTS server; if it is, tell its operators."
        if not isinstance(certificates[0].key, rsa.RSAPublicKey):
            remedy = "The server cannot delegate for EC keys: create an RSA proxy (fts proxy init) and use that."
        raise DelegationError(
            str(error),
            step="check request",
            user_dn=user_dn,
            delegation_id=delegation_id,
            remedy=remedy,
        ) from error
    proxy = _issue_proxy(
        public_key,
        chain=certificates,
        key=key,
        lifetime=lifetime,
        now=now,
    )
    return b"".join(item.pem for item in (proxy, *certificates))


def _proxy_cert_info(*, limited: bool, path_length: int | None) -> bytes:
    """DER of ProxyCertInfo ::= SEQUENCE { pCPathLenConstraint INTEGER OPTIONAL, proxyPolicy ProxyPolicy }."""
    length = b"" if path_length is None else core.Integer(path_length).dump()
    return encoded(0x30, length, _LIMITED if limited else _INHERIT_ALL)


def _proxies_allowed(chain: Sequence[Certificate]) -> int | None:
    """How many proxies may follow the first certificate of a chain, None for no limit; raises when it may not sign any."""
    name = slash_form(chain[0].subject_name)
    allowed = []
    for below, certificate in enumerate(chain):
        mark = proxy_mark(certificate)
        if mark is None:
            break
        if mark.kind != "rfc":
            raise CredentialError(
                f"{name} is a {mark.kind} proxy, which servers no longer accept",
                remedy="Create an RFC 3820 proxy (grid-proxy-init -rfc, voms-proxy-init -rfc, fts proxy init).",
            )
        if mark.path_length is not None:
            allowed.append(mark.path_length - below)
            if allowed[-1] <= 0:
                raise CredentialError(
                    f"{name} may not sign another proxy: {slash_form(certificate.subject_name)} allows {mark.path_length} after it",
                    remedy="Use the user's certificate, or a proxy without path length.",
                )
    if not chain[0].may_sign():
        raise CredentialError(
            f"The key usage of {name} does not allow signatures", remedy="Use another certificate."
        )
    if chain[0].is_ca():
        raise CredentialError(
            f"{name} is the certificate of a CA, which may not sign proxies",
            remedy="Use the certificate of a user or a host.",
        )
    return min(allowed, default=None)


def _lifetime_within(
    info: CredentialInfo, *, lifetime: timedelta, now: datetime
) -> tuple[datetime, datetime]:
    """Start and end of a proxy, both within the period in which all certificates of the chain are valid."""
    # Certificates hold whole seconds.
    if lifetime < timedelta(seconds=1):
        raise FTSUsageError(f"The lifetime of a proxy must be at least 1 second, got {lifetime}")
    if now.tzinfo is None:
        raise FTSUsageError("now must be an aware datetime")
    now = now.astimezone(UTC).replace(microsecond=0)
    info.check_period(origin="credential", now=now)
    try:
        end = min(now + lifetime, info.expires_at)
    except OverflowError:
        end = info.expires_at
    return max(now - _CLOCK_SKEW, info.not_before), end


def _issue_proxy(
    public_key: rsa.RSAPublicKey,
    *,
    chain: Sequence[Certificate],
    key: PrivateKey,
    lifetime: timedelta,
    limited: bool = False,
    path_length: int | None = None,
    now: datetime | None,
) -> Certificate:
    """Sign a proxy for a public key; the signature is verified before it is returned."""
    allowed = _proxies_allowed(chain)
    if allowed is not None:
        # The new proxy is one of them.
        path_length = min(allowed - 1, allowed - 1 if path_length is None else path_length)
    info = inspect_chain(chain)
    start, end = _lifetime_within(info, lifetime=lifetime, now=now or datetime.now(UTC))
    issuer = chain[0]
    serial = secrets.randbits(63) | 1  # never 0
    policy = _proxy_cert_info(limited=limited or info.limited, path_length=path_length)
    algorithm = _RSA_SHA256 if isinstance(key, rsa.RSAPrivateKey) else _ECDSA_SHA256
    body = encoded(
        0x30,
        encoded(0xA0, core.Integer(2).dump()),
        core.Integer(serial).dump(),
        algorithm,
        # The name is taken over as it is: grouping and string types must not change.
        issuer.subject_name,
        encoded(0x30, _time(start), _time(end)),
        with_common_name(issuer.subject_name, str(serial).encode("ascii")),
        public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        encoded(
            0xA3,
            encoded(
                0x30,
                _critical("2.5.29.15", _KEY_USAGE),
                _critical(PROXY_CERT_INFO.dotted_string, policy),
            ),
        ),
    )
    try:
        if isinstance(key, rsa.RSAPrivateKey):
            signature = key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = key.sign(body, ec.ECDSA(hashes.SHA256()))
        bits = core.OctetBitString(signature).dump()
        proxy = Certificate.read(encoded(0x30, body, algorithm, bits))
        valid = proxy.signed_by(issuer)
    except ValueError:
        valid = False
    if not valid:
        raise CredentialFormatError(
            f"The private key is damaged or does not belong to {slash_form(issuer.subject_name)}: the proxy that it signed is not valid",
            remedy="Use the key of this certificate, or create the credential again.",
        )
    return proxy


def _critical(oid: str, content: bytes) -> bytes:
    return encoded(
        0x30,
        core.ObjectIdentifier(oid).dump(),
        core.Boolean(True).dump(),  # noqa: FBT003 - asn1crypto's way
        core.OctetString(content).dump(),
    )


def _time(moment: datetime) -> bytes:
    kind = core.UTCTime if 1950 <= moment.year < 2050 else core.GeneralizedTime  # noqa: PLR2004 - RFC 5280
    encoded_time: bytes = kind(moment).dump()
    return encoded_time
