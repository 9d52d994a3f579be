"""The plays, by subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fts_contract.compare.plays.banning import BANNING
from fts_contract.compare.plays.calling import CALLING, CALLING_ALL, READING_ANSWERS
from fts_contract.compare.plays.configuring import CONFIGURING, CONFIGURING_ALL, READING_CONFIG
from fts_contract.compare.plays.delegating import DELEGATING, INTRODUCTION
from fts_contract.compare.plays.generated import generated_plays
from fts_contract.compare.plays.jobs.acting import ACTING, ACTING_ON_ALL
from fts_contract.compare.plays.jobs.changing import CHANGING
from fts_contract.compare.plays.jobs.exact import EXACT
from fts_contract.compare.plays.jobs.failing import FAILING
from fts_contract.compare.plays.jobs.life import LIFE
from fts_contract.compare.plays.jobs.submitting import SUBMITTING
from fts_contract.compare.plays.listing import LISTING, READING
from fts_contract.compare.plays.recorded import recorded_plays
from fts_contract.compare.plays.remembering import REMEMBERING
from fts_contract.compare.plays.services import CONVENTIONS, OPTIMIZER, SERVICES
from fts_contract.compare.plays.surroundings import SURROUNDINGS
from fts_contract.compare.plays.sweeping import SWEEPING, SWEEPING_READS
from fts_contract.compare.plays.wire import BYTES, LONG

if TYPE_CHECKING:
    from fts_contract.compare.performing.play import Needs, Play
    from fts_contract.harness.options import Profile

__all__ = ["GENERATED", "plays_for"]

GENERATED: Final = 12

_READING: Final = (
    *INTRODUCTION,
    *READING,
    *READING_CONFIG,
    *CONVENTIONS,
    *READING_ANSWERS,
    *BYTES,
    *SWEEPING_READS,
)
# Most plays need delegations, so these come first; plays that affect other users come last.
_CHANGING: Final = (
    *DELEGATING, *SUBMITTING, *REMEMBERING, *LONG, *LIFE, *CHANGING, *ACTING, *LISTING, *BANNING, *CONFIGURING, *SERVICES, *SWEEPING,
    # These leave many jobs behind, which make lists long.
    *SURROUNDINGS, *CALLING, *EXACT, *FAILING, *CALLING_ALL, *CONFIGURING_ALL, *ACTING_ON_ALL, *OPTIMIZER,
)  # fmt: skip


def plays_for(
    profile: Profile, *, generated: int = GENERATED, exclusive: bool, only: str = ""
) -> list[Play]:
    """Give the plays of a comparison, in their order.

    Args:
        profile: `safe` leaves out what changes a server.
        generated: Number of generated plays.
        exclusive: Also give plays that affect everybody who uses the servers.
        only: Regular expression, searched in the names of plays.
    """
    allowed: set[Needs] = {"reading"}
    if profile == "full":
        allowed |= {"changes", "exclusive"} if exclusive else {"changes"}
    plays = [*_READING, *_CHANGING, *generated_plays(generated), *recorded_plays()]
    plays = [play for play in plays if play.needs in allowed]
    wanted = {play.name for play in plays if re.search(only, play.name)}
    return [play for play in plays if play.name in wanted or (wanted and play.prepares)]
