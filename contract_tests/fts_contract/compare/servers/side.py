"""One of the two servers: its address, the callers that know it, and how its time passes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["EVERYBODY", "ROLES", "Side"]

ROLES = (
    "anonymous",
    "user",
    "colleague",
    "stranger",
    "administrator",
    "root",
    "other-attributes",
    "token",
    "other-token",
)
"""The callers of a play: nobody; the one who compares; another member of the VO; a member of another VO; who may configure;
the host itself; the user with other VOMS attributes; two users with bearer tokens."""

EVERYBODY = (*ROLES, "many-attributes")
"""The same, and a member of several VOs with attributes in an order of their own."""

_LONGEST_SLEEP_S = 0.2


@attrs.define(kw_only=True)
class Side:
    """A server that plays are performed on.

    Attributes:
        name: `reference` or `target`.
        label: Host and port, or `mock`.
        version: Version of the REST service.
        sessions: The callers that there are, by role.
        clock: Moves the server's clock by a number of seconds; None for a server whose time passes by itself.
    """

    name: str
    label: str
    version: str
    sessions: Mapping[str, GuardedSession]
    clock: Callable[[float], None] | None = None

    def pass_time(self, seconds: float) -> None:
        """Let the server's time pass: all of it when its clock can be moved, otherwise a moment."""
        if self.clock is None:
            time.sleep(min(seconds, _LONGEST_SLEEP_S))
        else:
            self.clock(seconds)
