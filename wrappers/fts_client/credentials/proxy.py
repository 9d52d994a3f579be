"""RFC 3820 proxies: creating them, and signing delegation requests. Bytes in, bytes out; no file is touched.

Source of the rules: RFC 3820 sections 3.1-3.8; the values agree with what `grid-proxy-init` makes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fts_client.credentials.issuing import issue_proxy
from fts_client.credentials.x509 import X509Credential
from fts_client.errors import DelegationError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.credentials.pem import Passphrase, PrivateKey

__all__ = ["MIN_KEY_BITS", "create_proxy", "sign_request"]

MIN_KEY_BITS = 2048
"""Size of the smallest RSA key that is made or signed, in bits."""

_PUBLIC_EXPONENT = 65537
_PATH_LENGTH_LIMIT = 127  # one byte of DER; chains have two or three proxies


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(item.public_bytes(Encoding.PEM) for item in certificates)


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
        lifetime: Wanted lifetime. The proxy expires earlier when a certificate of the chain does.
        key_size: Bits of the new RSA key, at least 2048.
        path_length: How many further proxies may be made from this one; None for no limit.
        limited: Make a limited proxy (Globus). A proxy of a limited proxy is always limited.
        now: The time, aware; None for the clock. The proxy is valid from 5 minutes before.

    Returns:
        PEM of proxy, its private key (unencrypted: to be kept in a file of mode 0600) and the chain, in this order.

    Raises:
        CredentialFormatError: No certificate or key, wrong passphrase, key damaged or of another certificate, broken chain.
        CredentialExpiredError: A certificate of the chain has expired.
        CredentialError: Not valid yet, a draft or legacy proxy, a CA, or a path length that allows no further proxy.
        FTSUsageError: Lifetime not positive, key too small, path length out of range.

    Source: RFC 3820 sections 3.1-3.8.
    """
    if key_size < MIN_KEY_BITS:
        raise FTSUsageError(f"key_size is {key_size}; at least {MIN_KEY_BITS} bits are needed")
    if path_length is not None and not 0 <= path_length <= _PATH_LENGTH_LIMIT:
        raise FTSUsageError(
            f"path_length is {path_length}; 0 to {_PATH_LENGTH_LIMIT} can be given"
        )
    signer = X509Credential.from_pem(certificates, key=key, passphrase=passphrase)
    proxy_key = rsa.generate_private_key(_PUBLIC_EXPONENT, key_size)
    proxy = issue_proxy(
        proxy_key.public_key(),
        chain=signer.chain,
        key=signer.private_key,
        lifetime=lifetime,
        limited=limited,
        path_length=path_length,
        now=now or datetime.now(UTC),
    )
    key_pem = proxy_key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    return _pem([proxy]) + key_pem + _pem(signer.chain)


def _request_key(csr: bytes) -> rsa.RSAPublicKey:
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
    chain: Sequence[x509.Certificate],
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
        lifetime: Wanted lifetime. The proxy expires earlier when a certificate of the chain does.
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
        FTSUsageError: The lifetime is not positive, or the chain is empty.

    Source: observed on FTS 3.13.4 (recordings of /delegation/{id}/request and /delegation/{id}/credential).
    """
    if not chain:
        raise FTSUsageError("Nothing can sign the proxy: the chain holds no certificate")
    try:
        public_key = _request_key(csr)
    except ValueError as error:
        remedy = "Nothing was signed. Check that the endpoint is an FTS server; if it is, tell its operators."
        if not isinstance(chain[0].public_key(), rsa.RSAPublicKey):
            remedy = "The server cannot delegate for EC keys: create an RSA proxy (fts proxy init) and use that."
        raise DelegationError(
            str(error),
            step="check request",
            user_dn=user_dn,
            delegation_id=delegation_id,
            remedy=remedy,
        ) from error
    proxy = issue_proxy(
        public_key,
        chain=chain,
        key=key,
        lifetime=lifetime,
        limited=False,
        path_length=None,
        now=now or datetime.now(UTC),
    )
    return _pem([proxy, *chain])
