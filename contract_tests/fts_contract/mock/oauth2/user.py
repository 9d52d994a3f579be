"""Who a user with a token is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

if TYPE_CHECKING:
    from fts_contract.mock.oauth2.issuer import Issuer

METHOD: Final = "oauth2"


def short_hash(text: str) -> str:
    """Sixteen hex digits of a text: ids of delegations and of tokens."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


@attrs.frozen
class TokenUser:
    """What an accepted token says about its user.

    Attributes:
        subject: Becomes the DN, as it is.
        issuer: Who made the token.
        scopes: Sorted.
        vos: From the issuer's VO, the groups or the host name of the issuer; the gridmap overrides them.
        has_profile: Whether it is a token of the WLCG profile.
        token: The token itself, used for submissions that name no tokens.
    """

    subject: str
    issuer: Issuer
    scopes: tuple[str, ...]
    vos: tuple[str, ...]
    has_profile: bool
    token: str = attrs.field(repr=False)

    @property
    def delegation_id(self) -> str:
        """Sixteen hex digits of issuer and subject; groups and scopes do not count."""
        return short_hash(self.issuer.url + self.subject)

    @property
    def scope(self) -> str | None:
        """The scopes joined with blanks; None without any."""
        return " ".join(self.scopes) or None


def read_user(claims: dict[str, Any], *, issuer: Issuer, token: str) -> TokenUser:
    """Read the claims of a token that was accepted.

    Args:
        claims: The claims.
        issuer: Who made it.
        token: The token.

    Raises:
        ValueError: A claim is missing or of the wrong type (the reference answers 500).
    """
    subject = claims.get("sub")
    if not isinstance(subject, str):
        raise ValueError("the subject must be a text")  # noqa: TRY004 - malformed claims
    return TokenUser(
        subject=subject,
        issuer=issuer,
        scopes=_scopes(claims.get("scope", issuer.introspected_scope)),
        vos=_vos(claims, issuer),
        has_profile="wlcg.ver" in claims,
        token=token,
    )


def _scopes(given: Any) -> tuple[str, ...]:
    words = given.split() if isinstance(given, str) else given
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("the scope must be a text")
    return tuple(sorted(words))


def _vos(claims: dict[str, Any], issuer: Issuer) -> tuple[str, ...]:
    if issuer.vo is not None:
        return (issuer.vo,)
    groups = claims.get("wlcg.groups")
    if groups is None:
        return (urlsplit(issuer.url).hostname or "",)
    # FTS splits a string in place of the list into characters.
    if not isinstance(groups, list | str) or not all(isinstance(group, str) for group in groups):
        raise ValueError("the groups must be texts")
    return tuple(dict.fromkeys(group.removeprefix("/") for group in groups))
