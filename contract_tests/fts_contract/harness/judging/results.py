"""The results of a run: counts by operation, and failures without repetitions."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

import attrs

from fts_contract.harness.judging.coverage import Coverage, Part, by_class
from fts_contract.harness.judging.deviations import explanation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.exchange_checks.model import Finding
    from fts_contract.harness.judging.deviations import Deviation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Failure", "OperationResult", "Results", "deviation_ids"]

# FTS looks at permissions and delegations before it reads a request.
_NOT_READ = {401, 403, 419}

NOT_SERVED = 501


@attrs.define
class Failure:
    """One way in which an operation does not conform, with its simplest example.

    Attributes:
        operation: Id of the operation.
        finding: What is wrong.
        exchange: The shortest exchange that shows it; None when no answer came.
        deviation: The known deviation that explains it; None when there is none.
        count: How often it occurred.
        steps: The requests of the conversation that shows it, in order; empty when one shows it.
        also: Ids of further operations that do the same.
    """

    operation: str
    finding: Finding
    exchange: Exchange | None
    deviation: Deviation | None
    count: int = 1
    steps: tuple[Exchange, ...] = ()
    also: list[str] = attrs.field(factory=list)


@attrs.define
class OperationResult:
    """The results for one operation.

    Attributes:
        operation: The operation.
        statuses: How often each status was answered.
        valid: The same for requests that were meant to be within the contract.
        parameters: Query parameters of successful requests.
        skipped: Why it was not tested; None when it was.
    """

    operation: Operation
    statuses: Counter[int] = attrs.field(factory=Counter)
    valid: Counter[int] = attrs.field(factory=Counter)
    parameters: set[str] = attrs.field(factory=set)
    skipped: str | None = None

    @property
    def requests(self) -> int:
        """Number of requests."""
        return sum(self.statuses.values())

    @property
    def not_served(self) -> bool:
        """The server answered 501 to every request: it does not have the operation."""
        return set(self.statuses) == {NOT_SERVED}

    @property
    def only_refused(self) -> bool:
        """The server refused every request, so that nobody has seen the operation work."""
        return self.checked and min(self.statuses) >= HTTPStatus.BAD_REQUEST

    @property
    def answers(self) -> dict[str, int]:
        """Number of answers by class of status: `2xx`, `3xx`, `4xx`, `5xx`."""
        return by_class(self.statuses)

    @property
    def coverage(self) -> Coverage:
        """How much of the operation was covered."""
        name = self.operation.operation_id
        documented = {key for key in self.operation.responses if key.isdigit()}
        declared = {
            parameter.name for parameter in self.operation.parameters if parameter.place == "query"
        }
        return Coverage(
            operations=Part.between([name], [name] if self.checked else []),
            statuses=Part.between(documented, map(str, self.statuses)),
            parameters=Part.between(declared, self.parameters),
        )

    def take(self, exchange: Exchange) -> None:
        """Count an exchange."""
        self.statuses[exchange.status] += 1
        if exchange.intent == "valid":
            self.valid[exchange.status] += 1
        if exchange.status < HTTPStatus.MULTIPLE_CHOICES:
            self.parameters.update(name for name, value in exchange.query.items() if value)

    @property
    def checked(self) -> bool:
        """At least one answer could be judged."""
        return bool(self.statuses) and not self.not_served


@attrs.define
class Results:
    """Collects the results of a run.

    Attributes:
        operations: By id, in the order of the document.
        deviations: The known deviations.
        errors: What prevented parts of the run, for people.
        without: Names of the checks that the user switched off.
        not_applicable: For each probe that could not be applied, by check, the reason.
        requests: Number of answers.
    """

    operations: dict[str, OperationResult]
    deviations: Sequence[Deviation] = ()
    errors: list[str] = attrs.field(factory=list)
    without: frozenset[str] = frozenset()
    not_applicable: dict[str, str] = attrs.field(factory=dict)
    requests: int = attrs.field(default=0, init=False)
    _failures: dict[tuple[str, str, str, str | None], Failure] = attrs.field(factory=dict)
    _tried: set[str] = attrs.field(factory=set)
    _shown: dict[str, list[Deviation]] = attrs.field(factory=dict)

    def add(
        self,
        operation: Operation,
        exchange: Exchange,
        findings: Iterable[Finding],
        wrong: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Count an exchange, keep its findings, and note which known deviations it could have shown.

        Args:
            operation: The operation that was addressed.
            exchange: The request and its answer.
            findings: Everything that is wrong with them.
            wrong: Lists what is wrong with the request, as in `Finding.problems`; called only when that matters.
        """
        self.operations[operation.operation_id].take(exchange)
        self.requests += 1
        failed = set()
        for finding in findings:
            failed.add(finding.check)
            self.add_finding(operation, finding, exchange)
        if exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR and exchange.status not in _NOT_READ:
            self._tried.update(
                entry.id
                for entry in self._shown_by(operation)
                if entry.id not in self._tried
                and failed.isdisjoint(entry.checks)
                and entry.asked_by(operation, exchange, wrong)
            )

    def _shown_by(self, operation: Operation) -> list[Deviation]:
        """Give the known deviations of which one exchange of an operation can show that they do not occur; found once."""
        name = operation.operation_id
        if name not in self._shown:
            self._shown[name] = [one for one in self.deviations if one.shows_in_one(operation)]
        return self._shown[name]

    def add_finding(
        self,
        operation: Operation,
        finding: Finding,
        exchange: Exchange | None,
        *,
        steps: tuple[Exchange, ...] = (),
        everywhere: bool = False,
    ) -> None:
        """Keep a finding as a failure; of repeated ones keep the simplest example.

        Args:
            operation: The operation to blame.
            finding: What is wrong.
            exchange: Shows it; None when nothing was sent.
            steps: See `Failure`.
            everywhere: Other operations that do the same are the same failure.
        """
        if finding.check in self.without:
            return
        deviation = explanation(self.deviations, operation, finding, exchange)
        name = operation.operation_id
        place = "" if everywhere else name
        key = (place, finding.check, finding.where, deviation.id if deviation else None)
        known = self._failures.get(key)
        if known is None:
            self._failures[key] = Failure(name, finding, exchange, deviation, steps=steps)
            return
        known.count += 1
        if name != known.operation:
            if name not in known.also:
                known.also.append(name)
            return
        if exchange and (known.exchange is None or _size(exchange) < _size(known.exchange)):
            known.finding, known.exchange, known.steps = finding, exchange, steps

    @property
    def failures(self) -> list[Failure]:
        """All failures of operations that are served, known deviations included."""
        # A copy: the progress display reads it in another thread while the run goes on.
        return [
            failure
            for failure in list(self._failures.values())
            if not self.operations[failure.operation].not_served
        ]

    def failures_of(self, operation: Operation) -> list[Failure]:
        """The failures of one operation."""
        return [one for one in self.failures if one.operation == operation.operation_id]

    @property
    def tested(self) -> list[OperationResult]:
        """The operations that were not skipped."""
        return [result for result in self.operations.values() if result.skipped is None]

    @property
    def unexplained(self) -> list[Failure]:
        """Failures that no known deviation explains."""
        return [failure for failure in self.failures if failure.deviation is None]

    @property
    def stale(self) -> list[Deviation]:
        """Known deviations whose request was sent and answered well: the server has been mended."""
        return [entry for entry in self._not_seen if entry.id in self._tried]

    @property
    def unmet(self) -> list[Deviation]:
        """Known deviations that the run says nothing about: it sent none of the requests that would show them."""
        return [entry for entry in self._not_seen if entry.id not in self._tried]

    @property
    def _not_seen(self) -> list[Deviation]:
        """Known deviations of the operations that were tested, without those that occurred."""
        hit = deviation_ids(self.failures)
        checked = [result.operation for result in self.tested if result.checked]
        return [
            entry
            for entry in self.deviations
            if entry.id not in hit and any(entry.concerns(operation) for operation in checked)
        ]

    @property
    def coverage(self) -> Coverage:
        """How much was covered of all operations that were not skipped."""
        return sum((result.coverage for result in self.tested), Coverage())

    @property
    def answers(self) -> dict[str, int]:
        """Number of answers by class of status."""
        return by_class(sum((result.statuses for result in self.operations.values()), Counter()))

    @property
    def valid_answers(self) -> dict[str, int]:
        """The same for requests that were meant to be within the contract."""
        return by_class(sum((result.valid for result in self.operations.values()), Counter()))


def deviation_ids(failures: Iterable[Failure]) -> list[str]:
    """Name the known deviations that explain some of these failures, each once and sorted."""
    return sorted({failure.deviation.id for failure in failures if failure.deviation})


def _size(exchange: Exchange) -> tuple[int, str]:
    return (len(exchange.url) + len(exchange.request_body or b""), exchange.url)
