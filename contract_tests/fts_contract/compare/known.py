"""Explain differences that are known: by a file of the user, and, beside a mock, by what FTS is known to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.compare.matching.differences import KINDS
from fts_contract.compare.options import MOCK
from fts_contract.harness.contract.versions import covers
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.deviations import (
    explanation,
    known_deviations,
    read_deviations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.compare.matching.differences import Difference
    from fts_contract.compare.matching.performances import Jury
    from fts_contract.compare.options import CompareOptions
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


@attrs.define
class Known:
    """Known differences of two servers.

    Attributes:
        entries: Those of the user's file, about the answers of the target.
        real: The side that is not a mock, `reference` or `target`; None unless the other one is a mock.
        beside_mock: Where FTS and the mock differ on purpose, written from the mock to FTS.
        deviations: Known deviations of FTS, which the mock does not have.
    """

    entries: list[Deviation]
    real: str | None = None
    beside_mock: list[Deviation] = attrs.field(factory=list)
    deviations: list[Deviation] = attrs.field(factory=list)

    @classmethod
    def of(cls, options: CompareOptions, reference: str, target: str) -> Known:
        """Read what is known about two servers of these versions."""
        entries = read_deviations(options.known, KINDS) if options.known else []
        known = cls(_of_version(entries, target))
        if (options.reference == MOCK) != (options.target == MOCK):
            known.real = "target" if options.reference == MOCK else "reference"
            version = target if known.real == "target" else reference
            bundled = [
                e for path in sorted(_BUNDLED.glob("*.yaml")) for e in read_deviations(path, KINDS)
            ]
            known.beside_mock = _of_version(bundled, version)
            known.deviations = known_deviations(version)
        return known

    def explain(self, difference: Difference, jury: Jury) -> str | None:
        """Give the id of the entry that explains a difference, or None."""
        if difference.operation is None:
            return None
        found, operation = difference.found, difference.operation
        finding = Finding(found.kind, f"{found.reference} → {found.target}", found.place)
        entry = explanation(self.entries, operation, finding, difference.target.exchange)
        if entry is None and self.real is not None:
            step = getattr(difference, self.real)
            if self.real == "reference":
                finding = Finding(found.kind, f"{found.target} → {found.reference}", found.place)
            entry = explanation(self.beside_mock, operation, finding, step.exchange)
            if entry is None and step.exchange is not None and found.kind in _OF_THE_WHOLE:
                entry = next(
                    filter(
                        None,
                        (
                            explanation(self.deviations, operation, one, _as_get(step.exchange))
                            for one in self._wrong(step.exchange, step.who, jury)
                        ),
                    ),
                    None,
                )
        return entry.id if entry else None

    def _wrong(self, exchange: Exchange, who: str, jury: Jury) -> Iterator[Finding]:
        assert self.real is not None  # noqa: S101 - for the type checker
        yield from jury.wrong(self.real, _as_get(exchange))
        if who == "anonymous":
            yield Finding("authorization-others", f"anonymous gets {exchange.status}")


def _of_version(entries: list[Deviation], version: str) -> list[Deviation]:
    return [entry for entry in entries if any(covers(one, version) for one in entry.versions)]


def _as_get(exchange: Exchange) -> Exchange:
    """Read the answer to a HEAD as that to a GET, which is what the known deviations describe."""
    if exchange.method != "HEAD":
        return exchange
    body = _INTERNAL if exchange.status == 500 else exchange.body  # noqa: PLR2004
    return attrs.evolve(exchange, method="GET", body=body)
