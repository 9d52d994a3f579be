"""Measure how many wrong answers the document refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.validation import SchemaSet
from tightness.evidence import Answer, Evidence, read_answers
from tightness.mutations import Kind, Mutant, mutants
from tightness.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Figure", "Verdict", "measure_answers"]


@attrs.frozen
class Figure:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """100 for nothing of nothing: where there is nothing to refuse, nothing slips through."""
        return 100 * self.part / self.whole if self.whole else 100.0

    def __str__(self) -> str:
        # Rounded down, so that only all is 100 %.
        return f"{self.part} of {self.whole} ({int(self.percent * 10) / 10:.1f} %)"


@attrs.frozen(eq=False)
class Verdict:
    """What became of one mutant.

    Attributes:
        owner: Operation and status, or the shared response, whose schema judged it.
        failed: It is an answer of status 400 or above.
        kind: What is wrong with it.
        place: Where in the body.
        becomes: Type of the wrong value where that differs between mutants of one place, else empty.
        recording_id: The recording that it was made from.
        refused: The document refuses it.
    """

    owner: str
    failed: bool
    kind: Kind
    place: str
    becomes: str
    recording_id: str
    refused: bool

    @property
    def is_drop(self) -> bool:
        """It lacks a field; otherwise a type is wrong."""
        return self.kind == "dropped field"


def measure_answers(
    files: Iterable[Path], document: Mapping[str, Any], *, version: str | None = "3.13.4"
) -> list[Verdict]:
    """Mutate the recorded answers and judge the mutants.

    Mutants that are wrong in the same way at the same place of the same schema count once, also those of a
    response that many operations share.

    Args:
        files: Files of recordings.
        document: The OpenAPI document.
        version: Version of the server that was recorded, for `x-fts-always`; None: only `required` counts.

    Returns:
        One verdict for each distinct mutant, in the order of owner and place.

    Raises:
        RecordingsError: A file cannot be read, or does not hold recordings.
        SpecError: The document is none.
    """
    contract, schemas, places = (
        Contract.from_spec(document),
        SchemaSet(document),
        Places(document),
    )
    answers = read_answers(files, contract, schemas, version=version)
    evidence = Evidence(answers, places)
    judge = _Judge(schemas, version)
    verdicts: dict[object, Verdict] = {}
    for answer in answers:
        for mutant in mutants(answer, places, evidence):
            if mutant.key not in verdicts:
                refused = judge.refuses(answer, mutant)
                verdicts[mutant.key] = Verdict(
                    answer.owner,
                    answer.failed,
                    mutant.kind,
                    mutant.place,
                    mutant.becomes,
                    answer.recording_id,
                    refused,
                )
    return sorted(
        verdicts.values(), key=lambda verdict: (verdict.owner, verdict.place, verdict.kind)
    )


@attrs.define(eq=False)
class _Judge:
    schemas: SchemaSet
    version: str | None
    _trimmed: dict[object, bool] = attrs.field(factory=dict, init=False)

    def refuses(self, answer: Answer, mutant: Mutant) -> bool:
        return self._finds_fault(answer, mutant.wrong(trim=self._can_be_trimmed(answer, mutant)))

    def _can_be_trimmed(self, answer: Answer, mutant: Mutant) -> bool:
        """Say whether the right body conforms without the other items; a list may need them."""
        if not mutant.kept:
            return True
        key = (answer.recording_id, answer.pointer, mutant.kept)
        if key not in self._trimmed:
            self._trimmed[key] = not self._finds_fault(answer, mutant.right())
        return self._trimmed[key]

    def _finds_fault(self, answer: Answer, body: Any) -> bool:
        expected = None if answer.selected else self.version
        return bool(self.schemas.check(body, answer.pointer, version=expected))
