"""Plays: what is done on both servers, step by step, and what a performance of it was like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.script import Script
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Needs", "Play", "Step", "plays_of"]

Needs = Literal["reading", "changes", "exclusive"]
"""What a play does to a server: it only reads; it changes what is put back; it changes what concerns everybody."""


@attrs.frozen
class Play:
    """A named sequence of steps.

    Attributes:
        name: For people.
        act: Performs it; the same steps on both servers, whatever they answer.
        needs: See `Needs`.
        prepares: Other plays of changes build on it, so it is always performed with them.
    """

    name: str
    act: Callable[[Script], None]
    needs: Needs = "changes"
    prepares: bool = False


def plays_of(
    *acts: Callable[[Script], None], needs: Needs = "changes", prepares: bool = False
) -> tuple[Play, ...]:
    """Make plays of functions; the first line of each docstring is the name."""
    return tuple(
        Play((act.__doc__ or act.__name__).partition("\n")[0].rstrip("."), act, needs, prepares)
        for act in acts
    )


@attrs.frozen(kw_only=True)
class Step:
    """One step of a performance.

    Attributes:
        play: Name of the play.
        number: From 1.
        who: Role of the caller.
        exchange: The request and its answer; None when nothing was sent.
        trouble: Why no complete answer came, or why nothing was sent; empty when an answer came.
        settled: Nothing moves by itself any more, so states are compared exactly.
        borrowed: It concerns what was there before, which differs on servers that others use.
        raw: What a reader of bytes saw, by name; empty for most steps.
    """

    play: str
    number: int
    who: str
    exchange: Exchange | None
    trouble: str = ""
    settled: bool = False
    borrowed: bool = False
    raw: tuple[tuple[str, str], ...] = ()
