"""The progress of a run, and a guess of the time it still needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.judging.results import Results

__all__ = ["Progress", "Step", "Tracker", "time_left_s"]

# How many requests a phase usually sends per operation, measured on the mock; for the guess only.
_COVERAGE: Final = 10.0
_COVERAGE_OF_BODY: Final = 45.0
_FUZZING_PER_EXAMPLE: Final = 1.0
_STATEFUL_PER_EXAMPLE: Final = 6.0
_ENOUGH_TO_GUESS: Final = 0.1


@attrs.frozen(kw_only=True)
class Step:
    """The progress after one request, or at the beginning or end of a part of the run.

    Attributes:
        phase: Such as `preparing` or `coverage`.
        operation: Id of the operation that answered, or that the phase finished; None at the beginning of a phase.
        done: Number of operations that the phase has finished.
        total: Number of operations that are tested.
        share: How much of the whole run is done, from 0 to 1: a guess.
        finished: By operation id, the number of phases that have finished it.
        results: The results so far; they grow while the run goes on.
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


@attrs.define
class Tracker:
    """Counts what is done, and passes each step to `tell`; `max_examples` is per operation and phase."""

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

    def follow(self, phases: Iterable[tuple[str, str | None]]) -> None:
        """Go through phases: each comes by itself when it begins, and with the label of each operation that it finishes."""
        for phase, label in phases:
            if label is None:
                self.begin(phase)
            else:
                self.done_with(label)

    def done_with(self, label: str) -> None:
        """Note that the phase has finished the operation of this method and path."""
        for operation in (result.operation for result in self.results.tested):
            if label == str(operation):
                if operation.operation_id not in self._done:
                    self._done.add(operation.operation_id)
                    self._finished[operation.operation_id] += 1
                self._tell(operation.operation_id)

    def _tell(self, operation_id: str | None) -> None:
        tested = [result.operation for result in self.results.tested]
        # The share never goes back, even when the guess does.
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
        """Compare the usual number of requests of what is done with that of the whole run."""
        count, bodies = len(tested), sum(one.request_body is not None for one in tested)
        usual = {
            "examples": float(count),
            "coverage": _COVERAGE * count + _COVERAGE_OF_BODY * bodies,
            "fuzzing": _FUZZING_PER_EXAMPLE * self.max_examples * count,
            "stateful": _STATEFUL_PER_EXAMPLE * self.max_examples,
        }
        if self._phase not in usual:
            return 0.0
        sent = self.results.requests - self._requests_before
        now = usual[self._phase]
        done = min(sent / now, 1) if self._phase == "stateful" else len(self._done) / max(count, 1)
        phases = list(usual)
        before = sum(usual[name] for name in phases[: phases.index(self._phase)])
        return (before + now * done) / sum(usual.values())


def time_left_s(share: float, elapsed_s: float) -> float | None:
    """Guess the time that a run still needs from the share that is done; None while that is too small."""
    return elapsed_s * (1 - share) / share if share >= _ENOUGH_TO_GUESS else None
