"""Plays: what is done on both servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.script import Script

__all__ = ["Needs", "Play", "plays_of"]

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
