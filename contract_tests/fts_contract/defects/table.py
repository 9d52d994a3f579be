"""What `fts contract defects` prints and writes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import attrs
from rich.markup import escape

from fts_contract.defects.defect import KINDS
from fts_contract.defects.sets import SEEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from fts_contract.defects.defect import Defect
    from fts_contract.defects.trial import Outcome

__all__ = ["Row", "show_clean", "show_defect", "show_totals", "write_json"]

# Of the packaged defects, which a run must catch without a comparison.
# Defects of other catalogues are measured, without a threshold: a check written to reach it would make the figure worthless.
_NEEDED = {"full": 0.95, "safe": 0.60}
_KIND_WIDTH = max(map(len, KINDS))
_COLOURS = {"caught": "green", "missed": "red", "not reached": "yellow", "could not run": "yellow"}


@attrs.frozen(kw_only=True, eq=False)
class Row:
    """A defect and the outcomes of its runs; None for runs that were not made.

    Attributes:
        defect: The defect.
        full: The run in profile full.
        safe: The run in profile safe.
    """

    defect: Defect
    full: Outcome | None = None
    safe: Outcome | None = None

    @classmethod
    def of(cls, defect: Defect, outcomes: Sequence[Outcome]) -> Row:
        """Sort the runs by profile."""
        runs = {outcome.task.profile: outcome for outcome in outcomes}
        return cls(defect=defect, full=runs.get("full"), safe=runs.get("safe"))

    @property
    def catalogue(self) -> str:
        """Where the defect is, see `defects_of`."""
        return self.outcomes[0].task.catalogue

    @property
    def outcomes(self) -> list[Outcome]:
        """The runs that were made."""
        return [outcome for outcome in (self.full, self.safe) if outcome is not None]


def show_defect(row: Row, console: Console, *, width: int) -> None:
    """Print the line of a defect.

    Args:
        row: The defect and its runs.
        console: Where to print.
        width: Of the column of names, in characters.
    """
    requests = sum(outcome.requests for outcome in row.outcomes)
    seconds = sum(outcome.elapsed_s for outcome in row.outcomes)
    console.print(
        f"{row.defect.name:<{width}}  {row.defect.kind:<{_KIND_WIDTH}}"
        f"  {requests:>5,} requests {seconds:>5.1f} s  {_found(row)}"
    )


def show_totals(rows: Sequence[Row], console: Console) -> bool:
    """Print how many defects were caught.

    Returns:
        Whether runs, without a comparison, caught enough defects of the packaged catalogue.
    """
    console.print()
    for line in _kinds(rows):
        console.print(line)
    console.print()
    pointed = [row for row in rows if row.defect.only and row.full is not None]
    if pointed:
        alone = sum(
            row.full is not None and row.full.checks == (row.defect.only,) for row in pointed
        )
        console.print(f"caught by the intended check and no other: {alone} of {len(pointed)}")
    by_catalogue: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_catalogue[row.catalogue].append(row)
    for name, its_rows in by_catalogue.items():
        for profile in _NEEDED:
            compared = sum(map(_by_compare_alone, _outcomes(its_rows, profile)))
            more = f" ({compared} by compare alone)" if compared else ""
            _total(its_rows, profile, console, label=f"{name}, {profile}: caught", more=more)
    for profile, label in (("safe", "safe:"), ("full", "caught:")):
        _total(rows, profile, console, label=label)
    return all(_suffices(by_catalogue[SEEN], profile) for profile in _NEEDED)


def show_clean(outcomes: Sequence[Outcome], console: Console) -> bool:
    """Print the failures of runs against a clean mock.

    Returns:
        Whether there were none.
    """
    good = 0
    for outcome in outcomes:
        task = outcome.task
        for operation, check, message in outcome.failures:
            console.print(
                f"[red]FALSE ALARM[/]  seed {task.seed}, {task.profile}, {task.caller}:"
                f" {operation}  {check}  {escape(message)}"
            )
        if outcome.error:
            console.print(f"[red]NO RUN[/]  seed {task.seed}: {escape(outcome.error)}")
        good += outcome.verdict == "not reached"
    requests = sum(outcome.requests for outcome in outcomes)
    console.print(
        f"clean: {good} of {len(outcomes)} runs without a failure, {requests:,} requests"
    )
    return good == len(outcomes)


def _found(row: Row) -> str:
    parts = []
    for outcome in row.outcomes:
        by = f" by {', '.join(outcome.checks)}" if outcome.checks else ""
        why = f" ({escape(outcome.error)})" if outcome.error else ""
        colour = _COLOURS[outcome.verdict]
        parts.append(f"{outcome.task.profile}: [{colour}]{outcome.verdict}[/]{by}{why}")
    return " · ".join(parts)


def _kinds(rows: Sequence[Row]) -> Iterator[str]:
    tried, caught = Counter[str](), Counter[str]()
    for row in rows:
        tried[row.defect.kind] += 1
        caught[row.defect.kind] += any(o.verdict == "caught" for o in row.outcomes)
    for kind, number in sorted(tried.items()):
        yield f"{kind:<{_KIND_WIDTH}}  {caught[kind]:>3} of {number}"


def _outcomes(rows: Sequence[Row], profile: str) -> list[Outcome]:
    return [o for row in rows for o in row.outcomes if o.task.profile == profile]


def _by_compare_alone(outcome: Outcome) -> bool:
    return outcome.checks == ("compare",)


def _total(
    rows: Sequence[Row], profile: str, console: Console, *, label: str, more: str = ""
) -> None:
    outcomes = _outcomes(rows, profile)
    if outcomes:
        caught = sum(outcome.verdict == "caught" for outcome in outcomes)
        console.print(f"{label} {caught} of {len(outcomes)}{more}")


def _suffices(rows: Sequence[Row], profile: str) -> bool:
    outcomes = _outcomes(rows, profile)
    by_run = sum(o.verdict == "caught" and not _by_compare_alone(o) for o in outcomes)
    return by_run >= _NEEDED[profile] * len(outcomes)


def write_json(rows: Sequence[Row], clean: Sequence[Outcome], path: Path) -> None:
    """Write all results to a file as JSON."""
    content = {
        "defects": [
            {
                "name": row.defect.name,
                "catalogue": row.catalogue,
                "description": row.defect.description,
                "kind": row.defect.kind,
                "resource": row.defect.resource,
                "operations": row.defect.operations,
                "only": row.defect.only,
                "runs": {outcome.task.profile: _record(outcome) for outcome in row.outcomes},
            }
            for row in rows
        ],
        "clean": [{"seed": outcome.task.seed, **_record(outcome)} for outcome in clean],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _record(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "checks": outcome.checks,
        "failures": outcome.failures,
        "hits": outcome.hits,
        "requests": outcome.requests,
        "seconds": round(outcome.elapsed_s, 2),
        "error": outcome.error,
    }
