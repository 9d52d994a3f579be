"""Build and sign one proxy certificate: who may sign it, how long it is valid, what it contains.

Source of the rules: RFC 3820 sections 3.1-3.8; the values agree with what `grid-proxy-init` makes.
"""

from __future__ import annotations

import secrets
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from fts_client.credentials.chain import inspect_chain
from fts_client.credentials.names import slash_form
from fts_client.credentials.proxy_kind import PROXY_CERT_INFO, proxy_mark
from fts_client.errors import CredentialError, CredentialFormatError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import rsa

    from fts_client.credentials.chain import CredentialInfo
    from fts_client.credentials.pem import PrivateKey

__all__ = ["issue_proxy"]

_CLOCK_SKEW = timedelta(minutes=5)

# ProxyPolicy ::= SEQUENCE { policyLanguage OBJECT IDENTIFIER }
_INHERIT_ALL = bytes.fromhex("300a06082b06010505071501")  # 1.3.6.1.5.5.7.21.1
_LIMITED = bytes.fromhex("300d060b2b060104019b5001010109")  # 1.3.6.1.4.1.3536.1.1.1.9 (Globus)

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


def _proxy_cert_info(*, limited: bool, path_length: int | None) -> bytes:
    """DER of ProxyCertInfo ::= SEQUENCE { pCPathLenConstraint INTEGER OPTIONAL, proxyPolicy ProxyPolicy }."""
    length = b"" if path_length is None else bytes([0x02, 0x01, path_length])
    content = length + (_LIMITED if limited else _INHERIT_ALL)
    return bytes([0x30, len(content)]) + content


def _refuse_as_issuer(chain: Sequence[x509.Certificate]) -> None:
    """Raise when the rules do not allow the first certificate of a chain to sign a proxy."""
    name = slash_form(chain[0].subject)
    for below, certificate in enumerate(chain):
        mark = proxy_mark(certificate)
        if mark is None:
            break
        if mark.kind != "rfc":
            raise CredentialError(
                f"{name} is a {mark.kind} proxy, which servers no longer accept",
                remedy="Create an RFC 3820 proxy (grid-proxy-init -rfc, voms-proxy-init -rfc, fts proxy init).",
            )
        if mark.path_length is not None and mark.path_length <= below:
            raise CredentialError(
                f"{name} may not sign another proxy: {slash_form(certificate.subject)} allows {mark.path_length} after it",
                remedy="Use the user's certificate, or a proxy without path length.",
            )
    extensions = [extension.value for extension in chain[0].extensions]
    if any(isinstance(item, x509.KeyUsage) and not item.digital_signature for item in extensions):
        raise CredentialError(
            f"The key usage of {name} does not allow signatures", remedy="Use another certificate."
        )
    if any(isinstance(item, x509.BasicConstraints) and item.ca for item in extensions):
        raise CredentialError(
            f"{name} is the certificate of a CA, which may not sign proxies",
            remedy="Use the certificate of a user or a host.",
        )


def _lifetime_within(
    info: CredentialInfo, *, lifetime: timedelta, now: datetime
) -> tuple[datetime, datetime]:
    """Start and end of a proxy, both within the period in which all certificates of the chain are valid."""
    if lifetime <= timedelta(0):
        raise FTSUsageError(f"The lifetime of a proxy must be positive, got {lifetime}")
    if now.tzinfo is None:
        raise FTSUsageError("now must be an aware datetime")
    # Certificates hold whole seconds.
    now = now.astimezone(UTC).replace(microsecond=0)
    info.check_period(origin="credential", now=now)
    try:
        end = min(now + lifetime, info.expires_at)
    except OverflowError:
        end = info.expires_at
    return max(now - _CLOCK_SKEW, info.not_before), end


def issue_proxy(
    public_key: rsa.RSAPublicKey,
    *,
    chain: Sequence[x509.Certificate],
    key: PrivateKey,
    lifetime: timedelta,
    limited: bool,
    path_length: int | None,
    now: datetime,
) -> x509.Certificate:
    """Sign a proxy for a public key; the signature is verified before it is returned. The arguments are those of `create_proxy`.

    Raises:
        CredentialFormatError: The key is damaged or not that of the leaf.
        CredentialExpiredError: A certificate of the chain has expired.
        CredentialError: Not valid yet, a draft or legacy proxy, a CA, or a path length that allows no further proxy.
        FTSUsageError: The lifetime is not positive, or `now` is not aware.
    """
    _refuse_as_issuer(chain)
    info = inspect_chain(chain)
    start, end = _lifetime_within(info, lifetime=lifetime, now=now)
    issuer = chain[0]
    serial = secrets.randbits(63) | 1  # never 0
    common_name = x509.RelativeDistinguishedName(
        [x509.NameAttribute(NameOID.COMMON_NAME, str(serial))]
    )
    builder = (
        x509.CertificateBuilder()
        # The relative names are taken over as they are: grouping and string types must not change.
        .subject_name(x509.Name([*issuer.subject.rdns, common_name]))
        .issuer_name(issuer.subject)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(
            x509.UnrecognizedExtension(
                PROXY_CERT_INFO,
                _proxy_cert_info(limited=limited or info.limited, path_length=path_length),
            ),
            critical=True,
        )
    )
    try:
        proxy = builder.sign(key, hashes.SHA256())
        proxy.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError) as error:
        raise CredentialFormatError(
            f"The private key is damaged or does not belong to {slash_form(issuer.subject)}: the proxy that it signed is not valid",
            remedy="Use the key of this certificate, or create the credential again.",
        ) from error
    return proxy
