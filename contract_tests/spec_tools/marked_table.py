"""Tables of results on pages of the documentation, between two comments that name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["read_table", "write_table"]


def read_table(page: Path, name: str) -> dict[str, str]:
    """Give the rows of a table, as they stand on the page, by their first cell.

    Raises:
        ValueError: The page has no such table.
    """
    _, table, _ = _split(page, name)
    rows = [line for line in table.splitlines() if line][2:]
    return {line.split("|")[1].strip(): line for line in rows}


def write_table(page: Path, name: str, columns: Iterable[str], rows: Iterable[str]) -> None:
    """Put rows in the place of those of a table.

    Raises:
        ValueError: The page has no such table.
    """
    before, _, after = _split(page, name)
    head = f"| {' | '.join(columns)} |"
    lines = ["", head, re.sub(r"[^|]+", "---", head), *rows, "", ""]
    page.write_text(before + "\n".join(lines) + after, "utf-8")


def _split(page: Path, name: str) -> tuple[str, str, str]:
    """Give the text up to a table, the table, and the rest."""
    found = re.fullmatch(
        rf"(.*<!-- {name}: begin -->\n)(.*)(<!-- {name}: end -->.*)",
        page.read_text("utf-8"),
        re.DOTALL,
    )
    if found is None:
        raise ValueError(f"{page} has no place for the {name}")
    return found[1], found[2], found[3]
