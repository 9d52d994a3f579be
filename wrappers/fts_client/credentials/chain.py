"""What a chain of certificates is: whose it is, of which kind, how strong, and until when it is valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

import attrs
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.credential import expired_error
from fts_client.credentials.names import comparable, slash_form
from fts_client.credentials.proxy_kind import ProxyKind, proxy_mark
from fts_client.errors import CredentialError, CredentialFormatError
from fts_client.timestamps import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cryptography import x509

    from fts_client.credentials.voms import VomsReading

__all__ = ["CredentialInfo", "check_chain", "in_order", "inspect_chain", "weaknesses"]

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
        not_before: Latest start of the proxies and the end-entity certificate, aware UTC.
        expires_at: Earliest end of the proxies and the end-entity certificate, aware UTC.
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
    _chain: tuple[Certificate, ...] = attrs.field(repr=False)

    @property
    def voms(self) -> VomsReading:
        """VOMS attributes, unverified, and notes on those that cannot be shown; read at each call."""
        # Imported here because no request needs them, and loading asn1crypto.cms takes a good part of the start of a client.
        from fts_client.credentials.voms import read_voms  # noqa: PLC0415

        return read_voms(self._chain)

    def time_left(self, *, now: datetime | None = None) -> timedelta:
        """Time until `expires_at`; negative when it has. None for `now` means the clock."""
        return self.expires_at - (now or datetime.now(UTC))

    def check_period(self, *, origin: str, path: Path | None = None, now: datetime) -> None:
        """Check that the proxies and the end-entity certificate are valid at a time.

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
                renewable=path is not None,
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


def _key_of(certificate: Certificate) -> tuple[str, int]:
    key = certificate.key
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size
    return ("unknown" if key is None else type(key).__name__.removesuffix("PublicKey")), 0


def inspect_chain(chain: Sequence[Certificate | x509.Certificate]) -> CredentialInfo:
    """Describe a credential. Nothing is verified: neither signatures, nor trust, nor VOMS attributes.

    Args:
        chain: At least one certificate, leaf first. Periods count down to the end-entity certificate: which certificates of CAs
            are needed is for the server to say, and it has its own.

    Returns:
        What the certificates say.

    Raises:
        CredentialFormatError: A proxy extension, or the period of a certificate that counts, cannot be read.
    """
    certificates = [Certificate.of(item) for item in chain]
    leaf = certificates[0]
    marks = [mark for mark in takewhile(bool, map(proxy_mark, certificates)) if mark]
    needed = certificates[: len(marks) + 1]
    user = needed[-1] if len(marks) < len(needed) else None
    try:
        not_before = max(item.not_valid_before_utc for item in needed)
        first_to_end = min(needed, key=lambda item: item.not_valid_after_utc)
    except ASN1Error as error:
        raise CredentialFormatError(
            f"The period in which {slash_form(leaf.subject_name)} is valid cannot be read: {error}"
        ) from error
    key, key_bits = _key_of(leaf)
    return CredentialInfo(
        subject=slash_form(leaf.subject_name),
        identity=slash_form(user.subject_name if user else needed[-1].issuer_name),
        issuer=slash_form(leaf.issuer_name),
        kind=marks[0].kind if marks else None,
        limited=any(mark.limited for mark in marks),
        depth=len(marks),
        not_before=not_before,
        expires_at=first_to_end.not_valid_after_utc,
        weakest=slash_form(first_to_end.subject_name),
        key=key,
        key_bits=key_bits,
        signature_hash=leaf.signature_hash,
        client_auth=user.may_be_client() if user else True,
        chain=tuple(certificates),
    )


def weaknesses(chain: Sequence[Certificate | x509.Certificate]) -> list[str]:
    """Say which certificates of a chain are weaker than TLS libraries accept today.

    Args:
        chain: The certificates.

    Returns:
        One entry for each short RSA key and each outdated hash, naming the certificate; empty when nothing is weak.

    Source: security level 2 of OpenSSL, the default of current distributions.
    """
    found = []
    for certificate in map(Certificate.of, chain):
        name = slash_form(certificate.subject_name)
        key = certificate.key
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < _MIN_RSA_BITS:
            found.append(f"{name} has a key of only {key.key_size} bits")
        hash_name = certificate.signature_hash
        if hash_name in _OUTDATED_HASHES and certificate.subject_name != certificate.issuer_name:
            found.append(f"{name} is signed with {hash_name}")
    return found


def in_order(
    certificates: Iterable[Certificate | x509.Certificate],
) -> tuple[Certificate, ...]:
    """Put behind each proxy the certificate that signed it, wherever it stands; what is not needed comes last, as for OpenSSL.

    Args:
        certificates: Certificates, leaf first.

    Raises:
        CredentialFormatError: A proxy extension cannot be read.
    """
    first, *others = map(Certificate.of, certificates)
    named: dict[bytes, list[Certificate]] = {}
    for item in others:
        named.setdefault(comparable(item.subject_name), []).append(item)
    chain = [first]
    while proxy_mark(chain[-1]) and (fitting := named.get(comparable(chain[-1].issuer_name))):
        # A renewed certificate has the same name.
        chain.append(next(filter(chain[-1].signed_by, fitting), fitting[0]))
        fitting.remove(chain[-1])
    used = set(map(id, chain))
    return (*chain, *(item for item in others if id(item) not in used))


def check_chain(chain: Sequence[Certificate], *, origin: str, path: Path | None = None) -> None:
    """Check that each proxy is followed by the certificate that signed it, down to the end-entity certificate.

    Args:
        chain: The certificates, `in_order`.
        origin: What they are, for messages.
        path: File that they came from; None when they came from memory.

    Raises:
        CredentialFormatError: A certificate is missing, or not signed by the next one.

    Source: RFC 3820 section 4.1; the server verifies the whole chain in the handshake.
    """
    for index, certificate in enumerate(chain):
        if proxy_mark(certificate) is None:
            return
        name = slash_form(certificate.subject_name)
        issuer = chain[index + 1] if index + 1 < len(chain) else None
        if issuer is None or comparable(issuer.subject_name) != comparable(
            certificate.issuer_name
        ):
            raise CredentialFormatError(
                f"The {origin} lacks the certificate {slash_form(certificate.issuer_name)} that signed the proxy {name}",
                path=path,
                remedy="Create the proxy again: proxy, key, issuing certificates up to the user's own.",
            )
        if (hash_name := certificate.signature_hash) in _OUTDATED_HASHES:
            # TLS libraries refuse it, and the check of the signature below cannot verify it.
            raise CredentialFormatError(
                f"The {origin} holds the proxy {name}, which is signed with {hash_name}: no server accepts that any more",
                path=path,
                remedy="Create the proxy again with SHA-256 (current versions of voms-proxy-init, grid-proxy-init or fts proxy init).",
            )
        if not certificate.signed_by(issuer):
            raise CredentialFormatError(
                f"The {origin} holds the proxy {name}, which was not signed by the certificate after it",
                path=path,
                remedy="Create the proxy again.",
            )
