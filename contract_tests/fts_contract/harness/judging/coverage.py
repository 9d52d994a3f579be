"""How much of the document a run covered: operations, documented statuses, query parameters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Coverage", "Part", "by_class"]


@attrs.frozen
class Part:
    """The part of a set that was seen and the part that was not, both sorted."""

    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @classmethod
    def between(cls, wanted: Iterable[str], found: Iterable[str]) -> Self:
        """Split the wanted ones into found and missing; anything else that was found does not count."""
        whole, part = set(wanted), set(found)
        return cls(tuple(sorted(whole & part)), tuple(sorted(whole - part)))

    def __add__(self, other: Part) -> Part:
        return Part((*self.seen, *other.seen), (*self.unseen, *other.unseen))

    def __str__(self) -> str:
        return f"{len(self.seen)} of {len(self.seen) + len(self.unseen)}"


@attrs.frozen(kw_only=True)
class Coverage:
    """The coverage of one operation, or of several together.

    Attributes:
        operations: Ids of the operations that were judged at least once.
        statuses: Documented statuses that were answered.
        parameters: Query parameters of successful requests.
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
    """Count statuses by class, 2xx to 5xx, all of which are in the result."""
    counted: Counter[str] = Counter({f"{family}xx": 0 for family in range(2, 6)})
    for status, count in statuses.items():
        counted[f"{status // 100}xx"] += count
    return dict(counted)
