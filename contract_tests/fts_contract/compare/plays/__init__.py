"""The plays, by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.compare.plays.configuring import CONFIGURING, CONFIGURING_ALL, READING_CONFIG
from fts_contract.compare.plays.delegating import DELEGATING, INTRODUCTION
from fts_contract.compare.plays.banning import BANNING
from fts_contract.compare.plays.changing import CHANGING
from fts_contract.compare.plays.life import LIFE
from fts_contract.compare.plays.listing import LISTING, READING
from fts_contract.compare.plays.services import CONVENTIONS, OPTIMIZER, SERVICES
from fts_contract.compare.plays.submitting import SUBMITTING

if TYPE_CHECKING:
    from fts_contract.compare.play import Needs, Play
    from fts_contract.harness.options import Profile

__all__ = ["plays_for"]

_WRITTEN: Final = (
    *INTRODUCTION,
    *READING,
    *READING_CONFIG,
    *CONVENTIONS,
    *DELEGATING,
    *SUBMITTING,
    *LIFE,
    *CHANGING,
    *LISTING,
    *BANNING,
    *CONFIGURING,
    *CONFIGURING_ALL,
    *SERVICES,
    *OPTIMIZER,
)


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
