"""One of the two servers: its name, its callers and its clock."""

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
"""The callers of a play: without a credential; the user who compares; another member of the VO; a member of another VO; an
administrator; the host itself; the user with other VOMS attributes; two users with bearer tokens."""

EVERYBODY = (*ROLES, "many-attributes")
"""The same, and a member of several VOs whose attributes are not in alphabetical order."""

_LONGEST_SLEEP_S = 0.2


@attrs.define(kw_only=True)
class Side:
    """A server that plays are performed on.

    Attributes:
        name: `reference` or `target`.
        label: Host and port, or `mock`.
        version: Version of the REST service.
        sessions: Sessions of the callers, by role; a role can be missing.
        clock: Moves the server's clock by a number of seconds; None if plays cannot move it.
        idle: Jobs did not move while a play waited for them.
    """

    name: str
    label: str
    version: str
    sessions: Mapping[str, GuardedSession]
    clock: Callable[[float], None] | None = None
    idle: bool = False

    def pass_time(self, seconds: float) -> None:
        """Let the server's time pass: all of it when its clock can be moved, otherwise a moment."""
        if self.clock is None:
            time.sleep(min(seconds, _LONGEST_SLEEP_S))
        else:
            self.clock(seconds)
