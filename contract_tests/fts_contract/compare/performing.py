"""Perform plays on a server, and hold two performances side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.compare.answers import Comparer
from fts_contract.compare.comparison import Tally
from fts_contract.compare.differences import Difference
from fts_contract.compare.meaning import Meaning
from fts_contract.compare.play import Performance
from fts_contract.compare.script import Script
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.sending.budget import OverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fts_contract.compare.play import Play, Step
    from fts_contract.compare.side import Side
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Jury", "compare_performances", "perform", "perform_play"]

_BETWEEN_PLAYS_S = 2.0


def perform(side: Side, plays: Iterable[Play], seed: int) -> Performance:
    """Perform plays one after the other; it ends early when the time of the run is over."""
    steps: list[Step] = []
    for play in plays:
        if (done := perform_play(side, play, seed)) is None:
            break
        steps += done
    return Performance(tuple(steps), seed)


def perform_play(
    side: Side, play: Play, seed: int, unique: str = "fts-contract"
) -> list[Step] | None:
    """Perform one play; None when the time of the run is over."""
    script = Script(side, play.name, seed, unique)
    if side.clock is not None:
        # So that what one play makes is older than what the next one makes.
        side.clock(_BETWEEN_PLAYS_S)
    try:
        play.act(script)
        script.clean_up()
    except OverError:
        return None
    return script.steps


class Jury:
    """Says what the document allows.

    Args:
        document: The OpenAPI document.
        versions: Those of the reference and of the target.
    """

    def __init__(self, document: dict[str, Any], *versions: str) -> None:
        self.contract = Contract.from_spec(document)
        lenient = Contract.from_spec(relaxed(document))
        self._found: dict[tuple[str, str], Operation | None] = {}
        self._judges = [Judge(self.contract, lenient, version, checks=()) for version in versions]

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

    def says(self, one: Exchange | None, other: Exchange | None) -> str:
        """Say in words which of two answers the document allows."""
        wrong = []
        for side, judge, exchange in zip(
            ("reference", "target"), self._judges, (one, other), strict=True
        ):
            match = exchange and self.contract.find(exchange.method, exchange.target)
            if exchange is not None and match and exchange.status:
                finding = next(iter(judge.judge(match, exchange)), None)
                if finding is not None:
                    wrong.append(f"the document forbids that of the {side}: {finding.message}")
        return "; ".join(wrong) or "the document allows both"


def compare_performances(
    reference: Performance,
    target: Performance,
    jury: Jury,
    *,
    same_contents: bool,
    same_pace: bool,
    tolerance_s: float,
    known: Callable[[Difference], str | None] = lambda _difference: None,
) -> tuple[list[Difference], dict[str, Tally]]:
    """Compare two performances of the same plays.

    Args:
        reference: Of the reference.
        target: Of the target.
        jury: Says what the document allows.
        same_contents: See `Comparer`.
        same_pace: See `Meaning`.
        tolerance_s: See `Meaning`.
        known: Gives the id of the known difference that explains one.

    Returns:
        Each difference once, with the first step that shows it; and the numbers of steps by tag.
    """
    comparer = Comparer(
        meaning=Meaning(tolerance_s=tolerance_s, same_pace=same_pace), same_contents=same_contents
    )
    found: dict[tuple[str, ...], Difference] = {}
    tallies: dict[str, Tally] = {}
    for one, other in _paired(reference.steps, target.steps):
        operation = jury.operation(one, other)
        tally = tallies.setdefault(operation.tag if operation else "other", Tally())
        tally.steps += 1
        news = 0
        for what in comparer.compare(one, other):
            difference = Difference(operation=operation, found=what, reference=one, target=other)
            difference.known = known(difference)
            news += difference.known is None
            key = (difference.name, what.kind, what.place, difference.known or "")
            if key in found:
                found[key].count += 1
            else:
                difference.document = jury.says(one.exchange, other.exchange)
                found[key] = difference
        tally.different += news > 0
    return list(found.values()), tallies


def _paired(one: Sequence[Step], other: Sequence[Step]) -> Iterable[tuple[Step, Step]]:
    """Pair the steps of the same play with the same number; a run that ended early has fewer."""
    theirs = {(step.play, step.number): step for step in other}
    for step in one:
        if (step.play, step.number) in theirs:
            yield step, theirs[step.play, step.number]
