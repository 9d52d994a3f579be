"""The table of other tools on the page about seeded defects."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
from spec_tools.marked_table import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fts_contract.defects.trial import Outcome

__all__ = ["PAGE", "Row", "read_rows", "row_of", "write_rows"]

PAGE: Final = Path(__file__).parents[2] / "docs" / "defects.md"
_NAME: Final = "table of other tools"
_COLUMNS = (
    "Tool",
    "Seen, found",
    "Unseen, found",
    "Requests per defect",
    "Seconds per defect",
)


@attrs.frozen
class Row:
    """One row.

    Attributes:
        title: The tool.
        line: The row as Markdown.
    """

    title: str
    line: str


def row_of(title: str, found: Mapping[Outcome, bool]) -> Row:
    """Add up what a tool found.

    Args:
        title: The tool.
        found: For each run against a defect, whether the tool found it.
    """
    tried, good = Counter[str](), Counter[str]()
    for outcome, is_found in found.items():
        tried[outcome.task.catalogue] += 1
        good[outcome.task.catalogue] += is_found
    figures = [f"{good[name]} of {tried[name]}" for name in ("seen", "unseen")]
    requests = round(sum(outcome.requests for outcome in found) / len(found))
    seconds = sum(outcome.elapsed_s for outcome in found) / len(found)
    cells = (title, *figures, f"{requests:,}", f"{seconds:.1f}")
    return Row(title, f"| {' | '.join(cells)} |")


def read_rows(page: Path = PAGE) -> dict[str, str]:
    """Give the rows that stand on the page, by tool."""
    return read_table(page, _NAME)


def write_rows(rows: Iterable[Row], page: Path = PAGE) -> None:
    """Put rows on the page; the others stay."""
    lines = {**read_rows(page), **{row.title: row.line for row in rows}}
    write_table(page, _NAME, _COLUMNS, lines.values())
