"""Where a run stands: what it tells those who watch, and how long it will still take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.judging.results import Results

__all__ = ["Progress", "Step", "Tracker", "time_left_s"]

# How many requests a phase usually sends, measured on the mock. Only used to guess how much is still to come.
_COVERAGE: Final = 10.0
_COVERAGE_OF_BODY: Final = 45.0
_FUZZING_PER_EXAMPLE: Final = 1.0
_STATEFUL_PER_EXAMPLE: Final = 6.0
_ENOUGH_TO_GUESS: Final = 0.1


@attrs.frozen(kw_only=True)
class Step:
    """Where a run stands.

    Attributes:
        phase: What is going on, such as `preparing` or `coverage`.
        operation: Id of the operation that was just asked, or done with in this phase; None at the begin of a phase.
        done: Operations that this phase is done with.
        total: Operations that are tested.
        share: How much of the whole run is done, from 0 to 1: a guess.
        finished: By operation id, the number of phases that are done with it.
        results: What came out so far; it grows while the run goes on.
    """

    phase: str
    operation: str | None
    done: int
    total: int
    share: float
    finished: Counter[str]
    results: Results

    @property
    def requests(self) -> int:
        """Requests that were answered so far."""
        return self.results.requests

    @property
    def failures(self) -> int:
        """Failures so far, known deviations aside."""
        return len(self.results.unexplained)


Progress = Callable[[Step], None]
"""Told after each request, and at the begin and end of all that a run does."""


@attrs.define
class Tracker:
    """Counts what is done and tells it.

    Attributes:
        tell: Told each step.
        results: What comes out.
        max_examples: Generated requests per operation and phase.
    """

    tell: Progress
    results: Results
    max_examples: int
    _phase: str = attrs.field(default="", init=False)
    _share: float = attrs.field(default=0.0, init=False)
    _requests_before: int = attrs.field(default=0, init=False)
    _done: set[str] = attrs.field(factory=set, init=False)
    _finished: Counter[str] = attrs.field(factory=Counter, init=False)

    def begin(self, phase: str) -> None:
        """Begin a phase; the one before has ended."""
        self._phase = phase
        self._done.clear()
        self._requests_before = self.results.requests
        self._tell(None)

    def answered(self, operation: Operation) -> None:
        """Note that a request was answered."""
        self._tell(operation.operation_id)

    def done_with(self, label: str) -> None:
        """Note that the phase is done with the operation of this method and path."""
        for operation in self._tested():
            if label == str(operation):
                if operation.operation_id not in self._done:
                    self._done.add(operation.operation_id)
                    self._finished[operation.operation_id] += 1
                self._tell(operation.operation_id)

    def _tested(self) -> list[Operation]:
        return [result.operation for result in self.results.tested]

    def _tell(self, operation_id: str | None) -> None:
        tested = self._tested()
        # A guess that goes back would be worse than one that stands still.
        self._share = max(self._share, self._guess(tested))
        self.tell(
            Step(
                phase=self._phase,
                operation=operation_id,
                done=len(self._done),
                total=len(tested),
                share=self._share,
                finished=self._finished,
                results=self.results,
            )
        )

    def _guess(self, tested: list[Operation]) -> float:
        """Compare the usual requests of what is done with those of everything."""
        ids = [operation.operation_id for operation in tested]
        usual: dict[str, dict[str, float]] = {
            "examples": dict.fromkeys(ids, 1.0),
            "coverage": {
                operation.operation_id: _COVERAGE
                + (_COVERAGE_OF_BODY if operation.request_body else 0.0)
                for operation in tested
            },
            "fuzzing": dict.fromkeys(ids, _FUZZING_PER_EXAMPLE * self.max_examples),
            "stateful": {"": _STATEFUL_PER_EXAMPLE * self.max_examples},
        }
        everything = sum(sum(weights.values()) for weights in usual.values())
        before = 0.0
        for phase, weights in usual.items():
            whole = sum(weights.values())
            if phase == self._phase:
                sent = self.results.requests - self._requests_before
                done = sum(weights.get(name, 0.0) for name in self._done)
                return (before + (min(sent, whole) if phase == "stateful" else done)) / everything
            before += whole
        return 0.0


def time_left_s(share: float, elapsed_s: float) -> float | None:
    """Guess how long a run will still take, in seconds.

    Args:
        share: How much is done, from 0 to 1.
        elapsed_s: How long that took.

    Returns:
        None while there is too little to tell from.
    """
    return elapsed_s * (1 - share) / share if share >= _ENOUGH_TO_GUESS else None
