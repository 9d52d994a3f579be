"""Print the outcomes for recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from fts_contract.harness.recordings.check import Report

__all__ = ["as_data", "show_recordings"]

_SHOWN_PROBLEMS = 3


def show_recordings(report: Report, console: Console) -> None:
    """Print a table by file, the skips by rule, the failures, and at the end `conform: A of B`."""
    table = Table("file", "recordings", "checked", "conform", "failed", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for file in dict.fromkeys(row.file for row in report.rows):
        rows = [row for row in report.rows if row.file == file]
        checked = [row for row in rows if row.skipped is None]
        failed = sum(bool(row.problems) for row in checked)
        table.add_row(
            escape(file), *map(str, (len(rows), len(checked), len(checked) - failed, failed))
        )
    console.print(table)
    for rule, count in sorted(report.skipped.items()):
        console.print(f"skipped: {count} by rule {rule}")
    for entry, count in sorted(report.deviations.items()):
        console.print(f"known deviation {entry}: {count}")
    for row in report.failures:
        console.print(
            f"[red bold]FAILED[/]  {escape(row.file)} [bold]{escape(row.id)}[/]"
            f"   {escape(f'{row.method} {row.path}')} → {row.status}"
        )
        for problem in row.problems[:_SHOWN_PROBLEMS]:
            console.print(f"        {escape(str(problem))}")
        if len(row.problems) > _SHOWN_PROBLEMS:
            console.print(f"        and {len(row.problems) - _SHOWN_PROBLEMS} more")
    console.print(report.summary)


def as_data(report: Report) -> dict[str, Any]:
    """Give the data that `--json` prints: the counts, and every failed recording with its problems."""
    return {
        "checked": len(report.checked),
        "conform": len(report.checked) - len(report.failures),
        "skipped": dict(report.skipped),
        "deviations": dict(report.deviations),
        "failures": [
            {name: getattr(row, name) for name in ("file", "id", "method", "path", "status")}
            | {"problems": [str(problem) for problem in row.problems]}
            for row in report.failures
        ],
    }
