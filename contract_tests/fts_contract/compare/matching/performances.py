"""Compare two performances of the same plays, and say which answers the document allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.compare.comparison import Tally
from fts_contract.compare.matching.differences import KINDS, Difference
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.judging.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fts_contract.compare.matching.answers import Comparer
    from fts_contract.compare.performing.step import Step
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.exchange_checks.model import Finding
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Differences", "Jury"]


class Jury:
    """Says which answers the document allows.

    Args:
        document: The OpenAPI document.
        versions: Those of the reference and of the target.
    """

    def __init__(self, document: dict[str, Any], *versions: str) -> None:
        self.contract = Contract.from_spec(document)
        lenient = Contract.from_spec(relaxed(document))
        self._found: dict[tuple[str, str], Operation | None] = {}
        self._judges = {
            side: Judge(self.contract, lenient, version, checks=())
            for side, version in zip(("reference", "target"), versions, strict=True)
        }

    def operation(self, *steps: Step) -> Operation | None:
        """Find the operation that a pair of steps addresses; None for a path that the document does not have."""
        exchange = next((step.exchange for step in steps if step.exchange), None)
        if exchange is None:
            return None
        method = "GET" if exchange.method in {"HEAD", "OPTIONS"} else exchange.method
        key = method, exchange.target.partition("?")[0]
        if key not in self._found:
            match = self.contract.find(*key)
            self._found[key] = match.operation if match else None
        return self._found[key]

    def wrong(self, side: str, exchange: Exchange) -> Iterator[Finding]:
        """Yield what the document finds wrong with an exchange of one side, `reference` or `target`."""
        match = self.contract.find(exchange.method, exchange.target)
        if match is not None:
            yield from self._judges[side].judge(match, exchange)

    def says(self, one: Exchange | None, other: Exchange | None) -> str:
        """Say in words which of two answers the document allows."""
        wrong = []
        for side, exchange in zip(self._judges, (one, other), strict=True):
            if exchange is not None and exchange.status:
                finding = next(self.wrong(side, exchange), None)
                if finding is not None:
                    wrong.append(f"the document forbids that of the {side}: {finding.message}")
        return "; ".join(wrong) or "the document allows both"


@attrs.define(kw_only=True)
class Differences:
    """Collects what differs between two performances of the same plays.

    Attributes:
        comparer: Compares single steps.
        jury: Says what the document allows.
        known: Gives the id of the known difference that explains a difference, or None.
        tallies: Steps by tag of the operation.
    """

    comparer: Comparer
    jury: Jury
    known: Callable[[Difference], str | None] = lambda _difference: None
    tallies: dict[str, Tally] = attrs.field(factory=dict)
    _found: dict[tuple[str, ...], Difference] = attrs.field(factory=dict)

    def take(self, reference: Iterable[Step], target: Iterable[Step]) -> None:
        """Compare the steps with the same play and number; a step that only one of them has is left out."""
        theirs = {(step.play, step.number): step for step in target}
        for one in reference:
            if (one.play, one.number) in theirs:
                self._compare(one, theirs[one.play, one.number])

    def _compare(self, one: Step, other: Step) -> None:
        operation = self.jury.operation(one, other)
        tally = self.tallies.setdefault(operation.tag if operation else "other", Tally())
        tally.steps += 1
        news = 0
        for what in self.comparer.compare(one, other):
            difference = Difference(operation=operation, found=what, reference=one, target=other)
            difference.known = self.known(difference)
            news += difference.known is None
            key = (difference.name, what.kind, what.place, difference.known or "")
            if key in self._found:
                self._found[key].count += 1
            else:
                difference.document = self.jury.says(one.exchange, other.exchange)
                self._found[key] = difference
        tally.different += news > 0

    @property
    def found(self) -> list[Difference]:
        """Each difference once, with the first step that shows it, in the order of their kinds."""
        kinds = list(KINDS)
        return sorted(self._found.values(), key=lambda one: kinds.index(one.found.kind))
