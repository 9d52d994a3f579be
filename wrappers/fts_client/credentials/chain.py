"""What a chain of certificates is: whose it is, of which kind, how strong, and until when it is valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

import attrs
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from fts_client.credentials.credential import expired_error
from fts_client.credentials.names import slash_form
from fts_client.credentials.proxy_kind import ProxyKind, proxy_mark
from fts_client.errors import CredentialError, CredentialFormatError
from fts_client.timestamps import utc_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fts_client.credentials.voms import VomsReading

__all__ = ["CredentialInfo", "check_chain", "inspect_chain", "weaknesses"]

_MIN_RSA_BITS = 2048
_OUTDATED_HASHES = frozenset({"md5", "sha1"})


@attrs.frozen(kw_only=True)
class CredentialInfo:
    """What a credential is.

    Attributes:
        subject: Full subject of the first certificate, in slash form.
        identity: DN of the user: subject of the end-entity certificate, in slash form.
        issuer: Issuer of the first certificate, in slash form.
        kind: Kind of proxy; None when the first certificate is not a proxy.
        limited: Whether any proxy of the chain is a limited one.
        depth: Number of proxies in the chain; 0 for an end-entity certificate.
        not_before: Latest start in the chain, aware UTC.
        expires_at: Earliest end in the chain, aware UTC.
        weakest: Subject of the certificate that expires first, in slash form.
        key: Kind and size of the key, "RSA 2048" or "EC secp256r1".
        key_bits: Size of the key in bits; 0 when not known.
        signature_hash: Hash of the signature of the first certificate, "sha256"; None when the algorithm has none or is not known.
        client_auth: Whether the end-entity certificate may be used by a client; False for a host certificate whose extended
            key usage lacks clientAuth.
    """

    subject: str
    identity: str
    issuer: str
    kind: ProxyKind | None
    limited: bool
    depth: int
    not_before: datetime
    expires_at: datetime
    weakest: str
    key: str
    key_bits: int
    signature_hash: str | None
    client_auth: bool
    _chain: tuple[x509.Certificate, ...] = attrs.field(repr=False)

    @property
    def voms(self) -> VomsReading:
        """VOMS attributes, unverified, and notes on those that cannot be shown; read at each call."""
        # Imported here because no request needs them, and loading asn1crypto.cms takes a good part of the start of a client.
        from fts_client.credentials.voms import read_voms  # noqa: PLC0415

        return read_voms(self._chain)

    def time_left(self, *, now: datetime | None = None) -> timedelta:
        """Time until the first certificate of the chain expires; negative when it has. None for `now` means the clock."""
        return self.expires_at - (now or datetime.now(UTC))

    def check_period(self, *, origin: str, path: Path | None = None, now: datetime) -> None:
        """Check that every certificate of the chain is valid at a time.

        Raises:
            CredentialExpiredError: A certificate has expired.
            CredentialError: A certificate is not valid yet.
        """
        if self.expires_at <= now:
            raise expired_error(
                origin,
                subject=self.weakest,
                expired_at=self.expires_at,
                now=now,
                path=path,
                remedy="Create a new proxy (voms-proxy-init, fts proxy init)."
                if self.kind
                else "Renew the certificate.",
            )
        if self.not_before > now:
            raise CredentialError(
                f"The {origin} is not valid before {utc_text(self.not_before)} (now {utc_text(now)})",
                path=path,
                remedy="Compare the clock of this machine with that of the machine that made the credential.",
            )


def _key_of(certificate: x509.Certificate) -> tuple[str, int]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size
    return type(key).__name__.removesuffix("PublicKey"), 0


def _may_be_client(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(
        {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(usage)
    )


def _hash_of(certificate: x509.Certificate) -> str | None:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return algorithm.name if algorithm else None


def inspect_chain(chain: Sequence[x509.Certificate]) -> CredentialInfo:
    """Describe a credential. Nothing is verified: neither signatures, nor trust, nor VOMS attributes.

    Args:
        chain: At least one certificate, leaf first.

    Returns:
        What the certificates say.

    Raises:
        CredentialFormatError: A proxy extension cannot be read.
    """
    leaf = chain[0]
    marks = [mark for mark in takewhile(bool, map(proxy_mark, chain)) if mark]
    user = chain[len(marks)] if len(marks) < len(chain) else None
    first_to_end = min(chain, key=lambda item: item.not_valid_after_utc)
    key, key_bits = _key_of(leaf)
    return CredentialInfo(
        subject=slash_form(leaf.subject),
        identity=slash_form(user.subject if user else chain[-1].issuer),
        issuer=slash_form(leaf.issuer),
        kind=marks[0].kind if marks else None,
        limited=any(mark.limited for mark in marks),
        depth=len(marks),
        not_before=max(item.not_valid_before_utc for item in chain),
        expires_at=first_to_end.not_valid_after_utc,
        weakest=slash_form(first_to_end.subject),
        key=key,
        key_bits=key_bits,
        signature_hash=_hash_of(leaf),
        client_auth=_may_be_client(user) if user else True,
        chain=tuple(chain),
    )


def weaknesses(chain: Sequence[x509.Certificate]) -> list[str]:
    """Say which certificates of a chain are weaker than TLS libraries accept today.

    Args:
        chain: The certificates.

    Returns:
        One entry for each short RSA key and each outdated hash, naming the certificate; empty when nothing is weak.

    Source: security level 2 of OpenSSL, the default of current distributions.
    """
    found = []
    for certificate in chain:
        name = slash_form(certificate.subject)
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < _MIN_RSA_BITS:
            found.append(f"{name} has a key of only {key.key_size} bits")
        hash_name = _hash_of(certificate)
        if hash_name in _OUTDATED_HASHES and certificate.subject != certificate.issuer:
            found.append(f"{name} is signed with {hash_name}")
    return found


def check_chain(
    chain: Sequence[x509.Certificate], *, origin: str, path: Path | None = None
) -> None:
    """Check that each proxy is followed by the certificate that signed it, down to the end-entity certificate.

    Args:
        chain: The certificates, leaf first.
        origin: What they are, for messages.
        path: File that they came from; None when they came from memory.

    Raises:
        CredentialFormatError: A certificate is missing, out of order, or not signed by the next one.

    Source: RFC 3820 section 4.1; the server verifies the whole chain in the handshake.
    """
    for index, certificate in enumerate(chain):
        if proxy_mark(certificate) is None:
            return
        name = slash_form(certificate.subject)
        issuer = chain[index + 1] if index + 1 < len(chain) else None
        if issuer is None or issuer.subject != certificate.issuer:
            what = (
                f"lacks the certificate {slash_form(certificate.issuer)} that signed the proxy {name}"
                if issuer is None
                else f"has its certificates out of order: the proxy {name} is followed by "
                f"{slash_form(issuer.subject)}, not by its issuer {slash_form(certificate.issuer)}"
            )
            raise CredentialFormatError(
                f"The {origin} {what}",
                path=path,
                remedy="Create the proxy again: the order is proxy, key, issuing certificates up to the user's own.",
            )
        if (hash_name := _hash_of(certificate)) in _OUTDATED_HASHES:
            # TLS libraries refuse it, and the check of the signature below cannot verify it.
            raise CredentialFormatError(
                f"The {origin} holds the proxy {name}, which is signed with {hash_name}: no server accepts that any more",
                path=path,
                remedy="Create the proxy again with SHA-256 (current versions of voms-proxy-init, grid-proxy-init or fts proxy init).",
            )
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CredentialFormatError(
                f"The {origin} holds the proxy {name}, which was not signed by the certificate after it",
                path=path,
                remedy="Create the proxy again.",
            ) from error
