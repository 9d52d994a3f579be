"""Compare mocks with the recorded answers of a clean one, to measure how many defects are found."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.compare.matching.answers import Comparer
from fts_contract.compare.matching.performances import Differences, Jury
from fts_contract.compare.plays import plays_for
from fts_contract.compare.servers.embedded import VERSION, side_of_mock
from fts_contract.harness.exchange_checks.slow_answer import SLOW_AFTER_S
from fts_contract.harness.sending.safety import FullLock, safe_lock
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.compare.matching.differences import Difference
    from fts_contract.compare.performing.play import Play
    from fts_contract.compare.performing.step import Step
    from fts_contract.harness.options import Profile
    from fts_contract.mock import MockFTS

__all__ = ["Recorded", "compare_mock", "record_mock"]

_TIMEOUT_S: Final = 30.0


@attrs.frozen
class Recorded:
    """What a clean mock answered to all plays.

    Attributes:
        seed: The same seed gives the same plays.
        profile: `safe` for the plays that only read.
        only: Regular expression, searched in the names of plays; empty for all.
        steps: By play.
    """

    seed: int
    profile: Profile
    only: str
    steps: dict[str, list[Step]]

    @property
    def requests(self) -> int:
        """Number of requests."""
        return sum(map(len, self.steps.values()))


def record_mock(
    mock: MockFTS, *, seed: int = 42, profile: Profile = "full", only: str = ""
) -> Recorded:
    """Perform all plays on a clean mock, as each test identity, and keep every answer.

    The mock is started for it.

    Args:
        mock: Made and filled, not started; with its clock stopped before it was filled (`mock.clock.run(scale=0)`), so that what it
            holds is as old as in the other one.
        seed: The same seed gives the same plays.
        profile: `safe` for the plays that only read.
        only: Regular expression, searched in the names of plays; empty for all.
    """
    return Recorded(seed, profile, only, dict(_performed(mock, seed, profile, only, _TIMEOUT_S)))


def compare_mock(
    mock: MockFTS,
    reference: Recorded,
    *,
    enough: int = 1,
    timeout_s: float = _TIMEOUT_S,
    slow_after_s: float = SLOW_AFTER_S,
) -> list[Difference]:
    """Perform the same plays on another mock, and return the differences; an equal mock has none.

    Args:
        mock: Made as the clean one was (same PKI, `oauth2`, contents and stopped clock), not started.
        reference: Of `record_mock`; it can be used any number of times.
        enough: Stop after the play by which this number of differences is reached; 0 to perform all plays.
        timeout_s: Limit for each answer, in seconds.
        slow_after_s: An answer that takes longer, in seconds, and much longer than that of the clean one, differs.
    """
    differences = Differences(
        comparer=Comparer(alone=True, slow_after_s=slow_after_s), jury=_jury()
    )
    for name, steps in _performed(
        mock, reference.seed, reference.profile, reference.only, timeout_s
    ):
        differences.take(reference.steps.get(name, []), steps)
        if enough and len(differences.found) >= enough:
            break
    return differences.found


def _performed(
    mock: MockFTS, seed: int, profile: Profile, only: str, timeout_s: float
) -> Iterator[tuple[str, list[Step]]]:
    with mock, ExitStack() as stack:
        lock = safe_lock if profile == "safe" else FullLock(lifted=True)
        side = side_of_mock(mock, "target", lock, stack, timeout_s)
        for play in _plays(profile, only):
            yield play.name, play.perform(side, seed) or []


@cache  # Plays are made of recordings, which are read from many files.
def _plays(profile: Profile, only: str) -> list[Play]:
    return plays_for(profile, exclusive=True, only=only)


@cache
def _jury() -> Jury:
    return Jury(load_spec(), VERSION, VERSION)
