"""The OAuth2 side of the server: which tokens count, and what it has stored of those in submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import PageError
from fts_contract.mock.oauth2.issuer import AUDIENCE, Issuer
from fts_contract.mock.oauth2.jwt import JWT, decode, is_signed_by
from fts_contract.mock.oauth2.user import TokenUser, read_user, short_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

EXCHANGE_S: Final = 1.0
"""Seconds until the token daemon has exchanged a stored token for one that it can refresh."""

_REFUSED: Final = "Invalid credentials (Invalid OAuth2 credentials)"
_YEAR_10000_S: Final = 253_402_300_800
ISSUERS: Final = (
    Issuer(),
    Issuer("https://localhost:9444/", vo="mappedvo"),
    Issuer("https://localhost:9445/", required_scope="fts"),
    Issuer("https://localhost:9446/", is_registered=False),
)
"""As on the server that was observed: one plain, one with its own VO, one that requires a scope, one that the database does not list."""


@attrs.define
class OAuth2:
    """The OAuth2 settings of the mock, and the tokens that it holds.

    Attributes:
        issuers: Whom it trusts.
        audiences: Audiences of which a bearer token must name one.
        allows_unmanaged: Whether tokens without `offline_access` are used as they are.
        validates_online: Whether the issuer is asked about bearer tokens, which then need the scope `offline_access`.
    """

    issuers: tuple[Issuer, ...] = ISSUERS
    audiences: tuple[str, ...] = (AUDIENCE, "https://localhost:8447")
    allows_unmanaged: bool = False
    validates_online: bool = False
    _ready_at: dict[str, float] = attrs.field(factory=dict, repr=False)

    def reset(self) -> None:
        """Forget the tokens of submissions."""
        self._ready_at.clear()

    def issuer_of(self, claims: dict[str, Any]) -> Issuer | None:
        """Find the issuer of a token; None when it is not trusted."""
        return next((one for one in self.issuers if one.url == claims.get("iss")), None)

    def authenticate(self, authorization: str, *, now: float) -> TokenUser | None:
        """Judge the Authorization header.

        Args:
            authorization: Its value; empty without one.
            now: Seconds since 1970.

        Returns:
            The user; None when the header holds no token or one that is not accepted: such a token is ignored.

        Raises:
            PageError: The few kinds of token that are refused.

        Source: observed on FTS 3.13.4; claims that the reference answers 500 are refused.
        """
        words = authorization.split()
        if len(words) < 2 or words[0] != "Bearer":  # noqa: PLR2004 - the word and the token
            return None
        try:
            jwt = decode(words[1])
        except ValueError:
            return None
        issuer = self.issuer_of(jwt.claims)
        if issuer is None or not self.is_valid(jwt, issuer, now=now) or not self._for_us(jwt):
            return None
        try:
            user = read_user(jwt.claims, issuer=issuer, token=words[1])
        except ValueError:
            raise PageError(403, _REFUSED) from None
        if self.validates_online and "offline_access" not in user.scopes:
            return None
        if issuer.required_scope is not None and issuer.required_scope not in user.scopes:
            raise PageError(403, _REFUSED)
        if not user.subject:
            raise PageError(401, "A valid X509 certificate or proxy is needed")
        return user

    def _for_us(self, jwt: JWT) -> bool:
        audience = jwt.claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        return any(one in self.audiences for one in meant if isinstance(one, str))

    @staticmethod
    def is_valid(jwt: JWT, issuer: Issuer, *, now: float) -> bool:
        """Say whether signature and times of a token are right.

        Raises:
            PageError: Its end is missing or beyond year 9999, which the reference answers 500.
        """
        if not is_signed_by(jwt, issuer.keys):
            return False
        end = jwt.claims.get("exp")
        if end is None or (_is_number(end) and end >= _YEAR_10000_S):
            raise PageError(403, _REFUSED)
        starts = [jwt.claims[name] for name in ("nbf", "iat") if name in jwt.claims]
        if not _is_number(end) or not all(_is_number(start) for start in starts):
            return False
        return bool(end > now) and all(start <= now for start in starts)

    # --- tokens of submissions ---

    def store(self, tokens: Iterable[str], *, now: float) -> None:
        """Keep tokens for the daemon, which exchanges them soon; tokens that are kept already are left alone."""
        for token in tokens:
            self._ready_at.setdefault(short_hash(token), now + EXCHANGE_S)

    def is_exchanged(self, token: str, *, now: float) -> bool:
        """Say whether the daemon has got a refresh token for a token."""
        ready_at = self._ready_at.get(short_hash(token))
        return ready_at is not None and ready_at <= now

    def knows(self, token: str) -> bool:
        """Say whether a token is stored."""
        return short_hash(token) in self._ready_at


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
