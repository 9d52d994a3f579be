"""The table of tools and results on the page of the documentation about other languages and tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec_tools.environment import ROOT

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

_BEGIN, _END = "<!-- table of tools: begin -->", "<!-- table of tools: end -->"
_HEAD = ("| Tool | Version | What is tested | Result |", "|---|---|---|---|")


def read_rows(page: Path = PAGE) -> dict[str, str]:
    """Give the rows that stand on the page, by tool."""
    found = re.search(f"{_BEGIN}\n(.*){_END}", page.read_text("utf-8"), re.DOTALL)
    if found is None:
        raise ValueError(f"{page} has no place for the table")
    lines = [line for line in found[1].splitlines() if line.strip()][len(_HEAD) :]
    return {line.split("|")[1].strip(): line for line in lines}


def write_rows(results: Iterable[Result], page: Path = PAGE) -> None:
    """Put results on the page; what was skipped on this machine keeps the row that it has."""
    rows = read_rows(page)
    for result in results:
        if result.kind != "skipped" or result.tool not in rows:
            rows[result.tool] = row(result)
    lines = [*_HEAD, *(rows[tool] for tool in TOOLS if tool in rows)]
    text = page.read_text("utf-8")
    page.write_text(
        text[: text.index(_BEGIN)]
        + "\n".join([_BEGIN, "", *lines, "", ""])
        + text[text.index(_END) :],
        "utf-8",
    )


def row(result: Result) -> str:
    """Write one row."""
    return f"| {result.tool} | {result.version} | {result.does} | {result.outcome} |"


def unnamed(results: Sequence[Result]) -> set[str]:
    """Give the tools that ran without standing in the table, or stand there without having run."""
    return {result.tool for result in results} ^ set(TOOLS)
