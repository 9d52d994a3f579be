"""What one client remembers between calls: who it is at the server, and how long its delegation lasts."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from fts_api.models import Whoami
    from fts_client.clock import Clock
    from fts_client.models import DelegationInfo

__all__ = ["Known", "Session", "Sign"]


class Sign(Protocol):
    """Signs a certificate request (PEM) and returns the proxy and its chain (PEM)."""

    def __call__(
        self, csr: bytes, *, lifetime: timedelta, user_dn: str, delegation_id: str
    ) -> bytes:
        """Sign for at most `lifetime`; the other arguments are for messages."""
        ...


@attrs.define(eq=False, repr=False)
class Known:
    """What the server has told us about one credential.

    Attributes:
        identity: Which credential.
        me: The answer to whoami; None when not asked yet.
        delegation: What the server held for us when last asked; None when not asked yet.
    """

    identity: Hashable
    me: Whoami | None = None
    delegation: DelegationInfo | None = None


@attrs.define(eq=False, repr=False, kw_only=True, slots=False)
class Session:
    """Memory of one client; forgotten when the credential changes.

    Several threads may race here: at worst a question is asked twice.

    Attributes:
        endpoint: Address of the server.
        clock: Where the time of day comes from.
        identity: Changes when the credential has changed.
        sign: Signs certificate requests; None when there is nothing to delegate (token, anonymous).
        keep_credential: Makes a block in which every request goes with the credential of its beginning, also when a renewed
            file holds another identity meanwhile.
        token: Describes the token that is sent with every request; None without one.
        credential_ends: When the credential that signs ends, and with it every delegation; None when there is nothing to delegate.
    """

    endpoint: str
    clock: Clock
    identity: Callable[[], Hashable]
    sign: Sign | None
    keep_credential: Callable[[], AbstractContextManager[None]] = nullcontext
    token: Callable[[], str] | None = None
    credential_ends: Callable[[], datetime | None] | None = None
    _known: Known | None = None

    def known(self) -> Known:
        """What we know as whom we are now; an answer belongs into what this returned before the question."""
        now = self.identity()
        known = self._known
        if known is None or known.identity != now:
            known = self._known = Known(now)
        return known
