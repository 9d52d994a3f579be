"""One step of a play as it was performed on one server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["NOTHING_TO_BORROW", "NOT_SENT", "OF_THE_FRONT", "Step"]

OF_THE_FRONT = frozenset({"age", "date", "keep-alive", "server", "via"})
"""Headers that the web server in front of FTS sets."""
NOT_SENT = "not sent"
NOTHING_TO_BORROW = "the server lists nothing to ask about"


@attrs.frozen(kw_only=True)
class Step:
    """One step of a performance.

    Attributes:
        play: Name of the play.
        number: From 1.
        who: Role of the caller.
        exchange: The request and its answer; None when nothing was sent.
        trouble: Why no complete answer came, or why nothing was sent; empty when an answer came.
        settled: Every job has ended, so states are compared exactly.
        borrowed: It asks about a job that was there before, which differs between servers that others use.
        lost: Names in it that stand for nothing, because an earlier answer did not have the value.
        raw: What only a reader of bytes sees, by name; empty for most steps.
    """

    play: str
    number: int
    who: str
    exchange: Exchange | None
    trouble: str = ""
    settled: bool = False
    borrowed: bool = False
    lost: frozenset[str] = frozenset()
    raw: tuple[tuple[str, str], ...] = ()
