"""The table of tools and results on the page of the documentation about other languages and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec_tools.environment import ROOT
from spec_tools.marked_table import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from spec_tools.result import Result

__all__ = ["PAGE", "TOOLS", "read_rows", "write_rows"]

PAGE = ROOT / "docs" / "other-languages.md"
TOOLS = (
    "openapi-spec-validator",
    "Redocly CLI",
    "Spectral",
    "openapi-generator",
    "openapi-generator, `python`",
    "openapi-generator, `typescript-axios`",
    "openapi-generator, `go`",
    "openapi-generator, `java`",
    "datamodel-code-generator",
    "Prism",
    "schemathesis",
)
"""The tools, in the order of the table."""

_NAME = "table of tools"
_COLUMNS = ("Tool", "Version", "What is tested", "Result")


def read_rows(page: Path = PAGE) -> dict[str, str]:
    """Give the rows that stand on the page, by tool."""
    return read_table(page, _NAME)


def write_rows(results: Iterable[Result], page: Path = PAGE) -> None:
    """Put results on the page; what was skipped on this machine keeps the row that it has."""
    rows = read_rows(page)
    for result in results:
        if result.kind != "skipped" or result.tool not in rows:
            rows[result.tool] = row(result)
    write_table(page, _NAME, _COLUMNS, (rows[tool] for tool in TOOLS if tool in rows))


def row(result: Result) -> str:
    """Write one row."""
    return f"| {result.tool} | {result.version} | {result.does} | {result.outcome} |"


def unnamed(results: Sequence[Result]) -> set[str]:
    """Give the tools that ran without standing in the table, or stand there without having run."""
    return {result.tool for result in results} ^ set(TOOLS)
