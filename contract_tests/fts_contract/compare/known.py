"""Explain differences that are known: by a file of the user, and, beside a mock, by what FTS is known to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import attrs

from fts_contract.compare.matching.differences import KINDS
from fts_contract.compare.options import MOCK
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.deviations import explanation, known_deviations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fts_contract.compare.matching.differences import Difference
    from fts_contract.compare.matching.performances import Jury
    from fts_contract.compare.options import CompareOptions
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.judging.deviations import Deviation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Known"]

_BUNDLED: Final = Path(__file__).resolve().parents[1] / "deviations" / "beside-mock"
# A known deviation is about the answer as a whole; it explains none of its fields.
_OF_THE_WHOLE: Final = frozenset({"status", "answer", "text"})
# What FTS answers to an exception of its own; a HEAD gets the same without the body.
_INTERNAL: Final = (
    b'{"status": "500 Internal Server Error", "message": "The server encountered an internal error and was unable to '
    b'complete your request. Either the server is overloaded or there is an error in the application."}'
)


@attrs.frozen
class Known:
    """Known differences of two servers.

    Attributes:
        entries: Those of the user's file, about the answers of the target.
        real: The side that is not a mock, `reference` or `target`; None unless the other one is a mock.
        beside_mock: Where FTS and the mock differ on purpose, written from the mock to FTS.
        deviations: Known deviations of FTS, which the mock does not have.
    """

    entries: Sequence[Deviation]
    real: Literal["reference", "target"] | None = None
    beside_mock: Sequence[Deviation] = ()
    deviations: Sequence[Deviation] = ()

    @classmethod
    def of(cls, options: CompareOptions, reference: str, target: str) -> Known:
        """Read what is known about two servers of these versions.

        Raises:
            CannotRunError: The file of the user cannot be read, or an entry is invalid.
        """
        entries = known_deviations(target, options.known, KINDS) if options.known else []
        if (options.reference == MOCK) == (options.target == MOCK):
            return cls(entries)
        version = target if options.reference == MOCK else reference
        return cls(
            entries,
            real="target" if options.reference == MOCK else "reference",
            beside_mock=[
                entry
                for path in sorted(_BUNDLED.glob("*.yaml"))
                for entry in known_deviations(version, path, KINDS)
            ],
            deviations=known_deviations(version),
        )

    def explain(self, difference: Difference, jury: Jury) -> str | None:
        """Give the id of the entry that explains a difference, or None."""
        if difference.operation is None:
            return None
        found = filter(None, self._explanations(difference, difference.operation, jury))
        return next((entry.id for entry in found), None)

    def _explanations(
        self, difference: Difference, operation: Operation, jury: Jury
    ) -> Iterator[Deviation | None]:
        found, target = difference.found, difference.target
        finding = Finding(found.kind, f"{found.reference} → {found.target}", found.place)
        yield explanation(self.entries, operation, finding, target.exchange)
        if self.real is None:
            return
        step = target
        if self.real == "reference":
            step = difference.reference
            finding = Finding(found.kind, f"{found.target} → {found.reference}", found.place)
        yield explanation(self.beside_mock, operation, finding, step.exchange)
        if step.exchange is None or found.kind not in _OF_THE_WHOLE:
            return
        answer = _as_get(step.exchange)
        for wrong in jury.wrong(self.real, answer):
            yield explanation(self.deviations, operation, wrong, answer)
        if step.who == "anonymous":
            wrong = Finding("authorization-others", f"anonymous gets {answer.status}")
            yield explanation(self.deviations, operation, wrong, answer)


def _as_get(exchange: Exchange) -> Exchange:
    """Read the answer to a HEAD as that to a GET, which is what the known deviations describe."""
    if exchange.method != "HEAD":
        return exchange
    body = _INTERNAL if exchange.status == 500 else exchange.body  # noqa: PLR2004
    return attrs.evolve(exchange, method="GET", body=body)
