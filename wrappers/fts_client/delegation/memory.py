"""What a client remembers of a server as long as its credential stays the same: who it is there, and its delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from fts_api.models import Whoami
    from fts_client.clock import Clock
    from fts_client.delegation.lock import Turn
    from fts_client.models import DelegationInfo


class Sign(Protocol):
    """Signs a certificate request (PEM) and returns the proxy and its chain (PEM)."""

    def __call__(
        self, csr: bytes, *, lifetime: timedelta, user_dn: str, delegation_id: str
    ) -> bytes:
        """Sign for at most `lifetime`; the other arguments are for messages."""
        ...


@attrs.define(eq=False, repr=False, kw_only=True)
class ServerMemory:
    """What procedures know about one state of the credential, and what the server has said about it.

    A renewed credential starts with an empty memory. Threads may share one: at worst a question is asked twice.

    Attributes:
        endpoint: Address of the server.
        clock: Where the time of day comes from.
        sign: Signs certificate requests; None when there is nothing to delegate (token, anonymous).
        credential_ends: When the credential that signs ends, and with it every delegation; None when there is nothing to delegate.
        token: Describes the token that is sent with every request; None without one.
        me: The answer to whoami; None when not asked yet.
        turn: The turn to delegate as `me`; None when not asked yet, or when the server did not recognise the certificate.
        delegation: What the server held for us when last asked; None when not asked yet.
    """

    endpoint: str
    clock: Clock
    sign: Sign | None = None
    credential_ends: datetime | None = None
    token: Callable[[], str] | None = None
    me: Whoami | None = None
    turn: Turn | None = None
    delegation: DelegationInfo | None = None
