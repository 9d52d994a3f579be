"""Who is calling, and whom FTS turns away before it looks for an operation: errors are HTML pages, most of them 403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.mock.errors import PageError
from fts_contract.mock.identity import Caller, Identity, identify, token_caller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_contract.mock.state import State


def authenticate(
    headers: Mapping[str, str], caller: Caller, *, state: State, now: float
) -> Identity:
    """Say who is calling.

    Args:
        headers: Headers by their names in lower case.
        caller: Whom the client certificate names.
        state: Bans, grants, VO mapping and token issuers.
        now: Seconds since 1970.

    Raises:
        PageError: 403 for a foreign origin, a user of another VO than the authorized ones, a banned user, a token without a required scope; 400 for a bearer token
            where OAuth2 is off; 401 for a token without subject.

    Source: observed on FTS 3.13.4 (order of checks: the token goes before the certificate).
    """
    origin = headers.get("origin")
    if origin and origin.partition("://")[2] != headers.get("host"):
        raise PageError(403, "Host and Origin do not match")
    authorization = headers.get("authorization", "")
    if state.oauth2 is not None:
        user = state.oauth2.authenticate(authorization, now=now)
        caller = caller if user is None else token_caller(user)
    elif authorization.split()[:1] == ["Bearer"] and len(authorization.split()) > 1:
        raise PageError(400, "Unsupported authentication method: method=OAuth2")
    identity = identify(
        caller, gridmap=state.gridmap, grants=state.grants, settings=state.settings
    )
    authorized = {vo.strip() for vo in state.settings.authorized_vo.split(",")}
    if "*" not in authorized and identity.vos and not authorized & set(identity.vos):
        raise PageError(403, "The user does not belong to an authorized VO")
    if caller.user_dn in state.banned_dns:
        raise PageError(403, "The user has been banned")
    return identity
