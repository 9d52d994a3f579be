"""The test issuer: makes tokens with the claims that a test wants."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fts_contract.mock.oauth2.jwt import JWK, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

AUDIENCE: Final = "https://wlcg.cern.ch/jwt/v1/any"
"""The audience of WLCG tokens for any server."""

MISSING: Final = object()
"""The value of a claim that is to be left out."""

_ISSUED_BEFORE_S: Final = 60


@functools.cache
def _keys() -> tuple[JWK, JWK]:
    """One pair for all issuers of the process, since making keys is slow."""
    return (
        JWK("rsa-1", "RS256", rsa.generate_private_key(65537, 2048)),
        JWK("ec-1", "ES256", ec.generate_private_key(ec.SECP256R1())),
    )


@attrs.frozen
class Issuer:
    """An issuer of tokens.

    Attributes:
        url: Its name, with a slash at the end.
        vo: The VO that the server gives to all its users; None to go by their groups.
        required_scope: Without it the server refuses a token; None for no such rule.
        is_registered: Whether the server's database lists it, which submissions need.
        introspected_scope: What it answers when it is asked for the scope of a token without one.
    """

    url: str = "https://localhost:9443/"
    vo: str | None = None
    required_scope: str | None = None
    is_registered: bool = True
    introspected_scope: str = "openid offline_access"

    @property
    def keys(self) -> tuple[JWK, ...]:
        """The keys that it publishes: RSA and EC."""
        return _keys()

    def token(
        self,
        *,
        now: float,
        sub: str = "carol",
        scope: Any = "openid offline_access",
        groups: Iterable[str] | None = None,
        audience: Any = AUDIENCE,
        lifetime: timedelta = timedelta(hours=1),
        alg: str = "RS256",
        claims: dict[str, Any] | None = None,
    ) -> str:
        """Make a token as `MockFTS.token` does, at a time in seconds since 1970; the value `MISSING` leaves a claim out."""
        start = int(now) - _ISSUED_BEFORE_S
        every: dict[str, Any] = {
            "iss": self.url,
            "sub": sub,
            "aud": audience,
            "scope": scope,
            "exp": int(now + lifetime.total_seconds()),
            "nbf": start,
            "iat": start,
            "wlcg.groups": MISSING if groups is None else list(groups),
            **(claims or {}),
        }
        jwk = next((jwk for jwk in self.keys if jwk.alg[:2] == alg[:2]), self.keys[0])
        return encode(
            {name: value for name, value in every.items() if value is not MISSING},
            jwk.key,
            alg=alg,
            kid=jwk.kid,
        )
