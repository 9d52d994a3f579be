"""The plays, by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.compare.plays import jobs

if TYPE_CHECKING:
    from fts_contract.compare.play import Needs, Play
    from fts_contract.harness.options import Profile

__all__ = ["plays_for"]

_WRITTEN: Final = (*jobs.PLAYS,)


def plays_for(profile: Profile, *, seed: int, generated: int, exclusive: bool) -> list[Play]:
    """Give the plays of a comparison, in their order.

    Args:
        profile: `safe` leaves out what changes a server.
        seed: Of the generated plays.
        generated: How many of them.
        exclusive: Also plays that concern everybody who uses the servers.
    """
    allowed: set[Needs] = {"reading"}
    if profile == "full":
        allowed |= {"changes", "exclusive"} if exclusive else {"changes"}
    return [play for play in _WRITTEN if play.needs in allowed]
