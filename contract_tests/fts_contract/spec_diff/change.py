"""One change of the API."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["REQUEST", "RESPONSE", "Change", "Side", "looser", "stricter"]

Side = Literal["request", "answer"]
REQUEST: Side = "request"
RESPONSE: Side = "answer"


@attrs.frozen
class Change:
    """One change.

    Attributes:
        place: Where: an operation, a part of it, or a schema such as `Job.files[].checksum`.
        message: What, in words.
        breaking: A client that was written for the old version may fail.
        side: Whether it concerns requests or answers; empty for the operation itself.
        operations: Ids of the operations that it concerns.
    """

    place: str
    message: str
    breaking: bool
    side: str = ""
    operations: tuple[str, ...] = ()


def stricter(place: str, message: str, side: Side) -> Change:
    """Describe that fewer values are allowed: a request that was valid may be refused."""
    return Change(place, message, side == REQUEST, side)


def looser(place: str, message: str, side: Side) -> Change:
    """Describe that more values are allowed: an answer may hold what the client does not expect."""
    return Change(place, message, side == RESPONSE, side)
