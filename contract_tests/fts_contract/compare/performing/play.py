"""Plays: what is done on both servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from fts_contract.compare.performing.script import Script
from fts_contract.harness.exchange_checks.model import STUMBLES
from fts_contract.harness.sending.budget import OverError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.step import Step
    from fts_contract.compare.servers.side import Side

__all__ = ["Needs", "Play", "plays_of"]

Needs = Literal["reading", "changes", "exclusive"]
"""What a play does to a server: it only reads; it makes changes that are put back; it makes changes that affect everybody."""

_BETWEEN_PLAYS_S = 2.0


@attrs.frozen
class Play:
    """A named sequence of steps.

    Attributes:
        name: What happens, in one line.
        act: Performs it; the same steps on both servers, whatever they answer.
        needs: See `Needs`.
        prepares: Other plays of changes build on it, so it is always performed with them.
    """

    name: str
    act: Callable[[Script], None]
    needs: Needs = "changes"
    prepares: bool = False

    def perform(self, side: Side, seed: int, unique: str = "fts-contract") -> list[Step] | None:
        """Perform it on a server, and cancel its jobs; None when the time of the run is over."""
        script = Script(side, self.name, seed, unique)
        if side.clock is not None:
            # So that what one play makes is older than what the next one makes.
            side.clock(_BETWEEN_PLAYS_S)
        try:
            self._act(script)
            script.clean_up()
        except OverError:
            return None
        return script.steps

    def _act(self, script: Script) -> None:
        try:
            self.act(script)
        except STUMBLES as error:
            script.stumble(error)


def plays_of(
    *acts: Callable[[Script], None], needs: Needs = "changes", prepares: bool = False
) -> tuple[Play, ...]:
    """Make a play of each function, named by the first line of its docstring."""
    return tuple(
        Play((act.__doc__ or act.__name__).partition("\n")[0].rstrip("."), act, needs, prepares)
        for act in acts
    )
