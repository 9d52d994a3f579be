"""What a row measures, how its figure compares with the target, and how pairs of measurements make it robust."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.processes import Bench

__all__ = ["TIMES", "Counts", "Figure", "Result", "Row", "interleaved"]

TIMES: Final = "\N{MULTIPLICATION SIGN}"
"""The unit of a ratio."""

_EVEN: Final = 2


@attrs.frozen(kw_only=True)
class Counts:
    """How much is measured.

    Attributes:
        pairs: Pairs of each comparison.
        calls: Calls of each half of a pair.
        many: What a row calls "1,000 jobs".
        files: What a row calls "10,000 files".
        held: What a row calls "100,000 jobs".
        starts: New processes.
        requests: Requests for a rate of the mock.
    """

    pairs: int = 9
    calls: int = 20
    many: int = 1000
    files: int = 10_000
    held: int = 100_000
    starts: int = 15
    requests: int = 3000


@attrs.frozen(kw_only=True)
class Figure:
    """The figure of one row.

    Attributes:
        value: In the unit of the row.
        detail: The times behind a ratio, or other details for readers.
        parts: Where the time goes: part to share, 0 to 1; None when the row has no profile.
    """

    value: float
    detail: str = ""
    parts: Mapping[str, float] | None = None


@attrs.frozen(kw_only=True)
class Row:
    """One thing that is measured.

    Attributes:
        name: For `--rows` and bench.json.
        title: For people.
        target: The value to reach; None when the value is only reported.
        sense: ">=": at least the target; "<=": at most.
        unit: Written after the value.
        limit: What bounds the value in any implementation.
        measure: Measures the row.
        needs_official: Whether the official client takes part.
    """

    name: str
    title: str
    target: float | None
    sense: Literal[">=", "<="]
    unit: str
    limit: str
    measure: Callable[[Bench, Counts], Figure]
    needs_official: bool = False

    def is_met(self, value: float) -> bool:
        """Say whether a value reaches the target."""
        if self.target is None:
            return True
        return value >= self.target if self.sense == ">=" else value <= self.target


@attrs.frozen(kw_only=True)
class Result:
    """A row and its figure.

    Attributes:
        row: The row.
        figure: The figure; the last one, when the row was measured again.
        others: Share of the processors that programs outside the benchmark used meanwhile, 0 to 1.
        attempts: How often it was measured.
    """

    row: Row
    figure: Figure
    others: float
    attempts: int

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.row.is_met(self.figure.value)


@attrs.frozen
class _Interleaved:
    """Medians of pairs.

    Attributes:
        ratio: Median of (first / second) over the pairs.
        first_s: Median of the first.
        second_s: Median of the second.
    """

    ratio: float
    first_s: float
    second_s: float


def interleaved(
    first: Callable[[], float], second: Callable[[], float], *, pairs: int
) -> _Interleaved:
    """Measure two things alternately, so that a disturbance of the machine affects both.

    Args:
        first: Measures one of them; returns seconds.
        second: Measures the other; returns seconds.
        pairs: Number of pairs. Every second pair is measured in the opposite order.

    Returns:
        The median of the ratios within the pairs, and the medians of each.
    """
    times: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % _EVEN:
            b = second()
            a = first()
        else:
            a = first()
            b = second()
        times.append((a, b))
    return _Interleaved(
        median(a / b for a, b in times),
        median(a for a, _ in times),
        median(b for _, b in times),
    )
