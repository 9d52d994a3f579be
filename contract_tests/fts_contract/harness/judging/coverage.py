"""How much of the document a run has seen: operations, documented statuses, query parameters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Coverage", "Part", "by_class"]


@attrs.frozen
class Part:
    """Some of a set.

    Attributes:
        seen: What was seen, sorted.
        unseen: What was not, sorted.
    """

    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @classmethod
    def between(cls, wanted: Iterable[str], found: Iterable[str]) -> Self:
        """Divide what is wanted by what was found; what else was found does not count."""
        whole, part = set(wanted), set(found)
        return cls(tuple(sorted(whole & part)), tuple(sorted(whole - part)))

    def __add__(self, other: Part) -> Part:
        return Part((*self.seen, *other.seen), (*self.unseen, *other.unseen))

    def __str__(self) -> str:
        return f"{len(self.seen)} of {len(self.seen) + len(self.unseen)}"


@attrs.frozen(kw_only=True)
class Coverage:
    """What was seen of one operation, or of several together.

    Attributes:
        operations: Ids of the operations that were judged at least once.
        statuses: Documented statuses that were answered.
        parameters: Query parameters that were sent with a request that was served.
    """

    operations: Part = Part()
    statuses: Part = Part()
    parameters: Part = Part()

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            operations=self.operations + other.operations,
            statuses=self.statuses + other.statuses,
            parameters=self.parameters + other.parameters,
        )


def by_class(statuses: Mapping[int, int]) -> dict[str, int]:
    """Count statuses by class; all four are there, and 1xx does not come this far."""
    counted: Counter[str] = Counter({f"{family}xx": 0 for family in range(2, 6)})
    for status, count in statuses.items():
        counted[f"{status // 100}xx"] += count
    return dict(counted)
