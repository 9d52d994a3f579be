"""The result of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from fts_contract.compare.matching.differences import Difference
    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["Comparison", "Party", "Tally"]


@attrs.frozen(kw_only=True)
class Party:
    """One of the two servers, for people.

    Attributes:
        label: Host and port, or `mock`.
        version: Version of the REST service.
        requests: Number of requests that it got.
        left: Changes that could not be put back.
        record: The folder from which they can be put back later; None when nothing was changed.
    """

    label: str
    version: str
    requests: int
    left: Sequence[Left] = ()
    record: Path | None = None


@attrs.define
class Tally:
    """Counts the steps of one tag: all, and those with a difference that is not known."""

    steps: int = 0
    different: int = 0


@attrs.frozen(kw_only=True)
class Comparison:
    """A finished comparison.

    Attributes:
        reference: The server that is right.
        target: The other one.
        differences: Each difference once, including known ones.
        stale: Ids of known differences that did not occur.
        tallies: Steps by tag of the operation.
        plays: Number of plays.
        notes: What was not compared, for people.
        profile: `safe` or `full`.
        seed: The same seed gives the same plays.
        interrupted: It was ended early (Ctrl-C or SIGTERM).
        elapsed: How long it took.
        finished_at: When it ended, UTC.
    """

    reference: Party
    target: Party
    differences: Sequence[Difference]
    stale: Sequence[str]
    tallies: dict[str, Tally]
    plays: int
    notes: Sequence[str]
    profile: str
    seed: int
    interrupted: bool
    elapsed: timedelta
    finished_at: datetime

    @property
    def unknown(self) -> list[Difference]:
        """The differences that no known difference explains."""
        return [one for one in self.differences if one.known is None]

    @property
    def known(self) -> list[str]:
        """Ids of the known differences that occurred."""
        return sorted({one.known for one in self.differences if one.known})

    @property
    def same(self) -> bool:
        """The comparison was completed, and every difference is known."""
        return not self.unknown and not self.interrupted

    @property
    def verdict(self) -> str:
        """The result in words."""
        if self.unknown:
            return "not the same"
        return "interrupted" if self.interrupted else "the same"

    @property
    def steps(self) -> int:
        """Number of steps that were compared."""
        return sum(tally.steps for tally in self.tallies.values())
