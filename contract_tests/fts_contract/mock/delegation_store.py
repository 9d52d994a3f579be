"""Delegated credentials and the requests for them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from fts_contract.mock.pki.authority import new_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

    from fts_contract.mock.identity import Caller


@attrs.frozen
class Credential:
    """A delegated credential.

    Attributes:
        proxy: PEM of proxy, key and chain; empty when a test arranged it.
        ends_at: Earliest end of its certificates, in seconds since 1970.
        attributes: FQANs of the session that asked for the request, joined with blanks.
    """

    proxy: str = attrs.field(repr=False)
    ends_at: float
    attributes: str


@attrs.frozen
class Request:
    """A certificate request that waits for its proxy.

    Attributes:
        key: The private key that stays on the server.
        pem: The request.
        bits: Size of the key.
        attributes: FQANs of the session that asked, joined with blanks.
    """

    key: rsa.RSAPrivateKey = attrs.field(repr=False)
    pem: bytes
    bits: int
    attributes: str


# Keys of forgotten requests, by size. Making keys is slow, so later requests to any mock of this process use them again.
# Sets, because a seeded defect gives two callers the same key, which only one later request may use.
_SPARE_KEYS: defaultdict[int, set[rsa.RSAPrivateKey]] = defaultdict(set)


class Delegations:
    """Credentials and requests by delegation id and DN.

    Source: observed on FTS 3.13.4: one row per (id, DN); the same request is handed out until the
    client shows up with another key size.
    """

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str], Request] = {}
        self._credentials: dict[tuple[str, str], Credential] = {}

    @staticmethod
    def _slot(caller: Caller) -> tuple[str, str]:
        return (caller.delegation_id or "", caller.user_dn)

    def clear(self) -> None:
        """Forget everything."""
        self.forget_requests()
        self._credentials.clear()

    def forget_requests(self) -> None:
        """Forget the requests that were handed out; later ones use their keys."""
        while self._requests:
            request = self._requests.popitem()[1]
            _SPARE_KEYS[request.bits].add(request.key)

    def get(self, caller: Caller) -> Credential | None:
        """The credential of a caller, expired ones included."""
        return self._credentials.get(self._slot(caller))

    def all_dns(self) -> list[str]:
        """DNs with a credential, expired ones included."""
        return [dn for _, dn in self._credentials]

    def remove(self, caller: Caller) -> bool:
        """Delete the credential of a caller; its request stays.

        Returns:
            Whether there was one.
        """
        return self._credentials.pop(self._slot(caller), None) is not None

    def store(self, caller: Caller, *, proxy: str, ends_at: float, attributes: str) -> None:
        """Store a credential, replacing an earlier one."""
        self._credentials[self._slot(caller)] = Credential(
            proxy=proxy, ends_at=ends_at, attributes=attributes
        )

    def pending(self, caller: Caller) -> Request | None:
        """The request that was handed out to a caller."""
        return self._requests.get(self._slot(caller))

    def request(self, caller: Caller) -> Request:
        """Give the request of a caller; a new one when the size of the client's key has changed."""
        cached = self.pending(caller)
        if cached is not None and cached.bits == caller.leaf_bits:
            return cached
        bits = caller.leaf_bits
        try:
            key = _SPARE_KEYS[bits].pop()
        except KeyError:
            key = new_key(bits=bits)
        name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Dummy")])
        signed = (
            x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
        )
        request = Request(
            key=key,
            pem=signed.public_bytes(serialization.Encoding.PEM),
            bits=bits,
            attributes=" ".join(caller.fqans),
        )
        self._requests[self._slot(caller)] = request
        return request
