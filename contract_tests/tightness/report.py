"""Render the figures of tightness for people, with last lines that other programs can read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from tightness.answers import Figure, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tightness.requests import RequestVerdict

__all__ = ["Tightness"]

WANTED_PERCENT = 95.0
"""So much of the type changes, and of the dropped fields, must be refused."""


@attrs.frozen(eq=False)
class Tightness:
    """All that was measured on one document.

    Attributes:
        answers: One verdict for each wrong answer.
        requests: One verdict for each recorded request with a body.
    """

    answers: tuple[Verdict, ...]
    requests: tuple[RequestVerdict, ...]

    @property
    def type_changes(self) -> Figure:
        """Answers with a wrong type that are refused."""
        return _figure(verdict for verdict in self.answers if not verdict.is_drop)

    @property
    def dropped_fields(self) -> Figure:
        """Answers without a field that is always there that are refused."""
        return _figure(verdict for verdict in self.answers if verdict.is_drop)

    @property
    def refused_requests(self) -> Figure:
        """Requests that the server refused for their content, and the document too."""
        refused = [verdict for verdict in self.requests if not verdict.accepted]
        return Figure(sum(verdict.outcome == "refused" for verdict in refused), len(refused))

    @property
    def admitted_requests(self) -> Figure:
        """Requests that the server took, and the document admits without any leniency."""
        taken = [verdict for verdict in self.requests if verdict.accepted]
        return Figure(sum(verdict.outcome == "admitted" for verdict in taken), len(taken))

    @property
    def lenient_requests(self) -> int:
        """Number of requests that the server took, and that the document admits by a named leniency only."""
        return sum(verdict.outcome == "admitted by leniency" for verdict in self.requests)

    @property
    def ok(self) -> bool:
        """Enough wrong answers are refused, and every request that the server took is admitted."""
        measured = self.type_changes.whole and self.dropped_fields.whole
        tight = min(self.type_changes.percent, self.dropped_fields.percent) >= WANTED_PERCENT
        admitted = self.admitted_requests.part + self.lenient_requests
        return bool(measured) and tight and admitted == self.admitted_requests.whole

    def lines(self, *, survivors: bool = False) -> Iterator[str]:
        """Render the tables and the four figures.

        Args:
            survivors: List also every wrong answer that the document admits, every request that it wrongly
                refuses or admits, and every leniency in use with its requests.
        """
        if survivors:
            yield from self._survivors()
        yield from self._by("operation or shared response", lambda v: v.owner.partition(" ")[0])
        yield from self._by("kind", lambda verdict: verdict.kind)
        yield from self._by("status", lambda v: "400 and above" if v.failed else "below 400")
        yield from self._leniencies()
        admitted = self.admitted_requests
        yield f"type changes refused: {self.type_changes}"
        yield f"dropped fields refused: {self.dropped_fields}"
        refused = self.refused_requests
        yield f"requests refused: {refused.part} of {refused.whole}"
        yield (
            f"accepted requests admitted: {admitted.part} of {admitted.whole} "
            f"(+ {self.lenient_requests} by named leniency)"
        )

    def _by(self, title: str, group: Callable[[Verdict], str]) -> Iterator[str]:
        groups: dict[str, list[Verdict]] = {}
        for verdict in self.answers:
            groups.setdefault(group(verdict), []).append(verdict)
        yield f"{title:<36}{'type changes':>20}{'dropped fields':>20}"
        for name, verdicts in sorted(groups.items()):
            changes = _figure(verdict for verdict in verdicts if not verdict.is_drop)
            drops = _figure(verdict for verdict in verdicts if verdict.is_drop)
            yield f"{name:<36}{_cell(changes):>20}{_cell(drops):>20}"
        yield ""

    def _leniencies(self) -> Iterator[str]:
        used = Counter(name for verdict in self.requests for name in verdict.leniencies)
        if used:
            yield "leniency                            accepted requests that need it"
            for name, count in sorted(used.items()):
                yield f"{name:<36}{count:>30}"
            yield ""

    def _survivors(self) -> Iterator[str]:
        yield "ANSWERS that are wrong, and admitted: operation, kind, place (recording)"
        for verdict in self.answers:
            if not verdict.refused:
                what = f"{verdict.kind} ({verdict.becomes})" if verdict.becomes else verdict.kind
                yield f"  {verdict.owner}  {what}  {verdict.place}  ({verdict.recording_id})"
        sections = (
            ("REQUESTS that the server took, and the document refuses", True, "refused"),
            ("REQUESTS that the server refused, and the document admits", False, "admitted"),
            ("REQUESTS that only leniencies admit", True, "admitted by leniency"),
        )
        for title, accepted, outcome in sections:
            yield title
            for request in self.requests:
                if request.accepted == accepted and request.outcome == outcome:
                    by = f" [{', '.join(request.leniencies)}]" if request.leniencies else ""
                    yield f"  {request.operation_id}  {request.recording_id}{by}  {request.reason}"
        yield ""


def _figure(verdicts: Iterable[Verdict]) -> Figure:
    refused = [verdict.refused for verdict in verdicts]
    return Figure(sum(refused), len(refused))


def _cell(figure: Figure) -> str:
    return f"{figure.part} of {figure.whole}" if figure.whole else "-"
