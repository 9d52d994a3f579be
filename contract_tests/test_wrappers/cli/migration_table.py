"""Reads the tables of docs/command-line.md that translate the official scripts to `fts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Row", "Section", "read_sections"]

_CODE: Final = re.compile(r"`([^`]+)`")
_SCRIPT: Final = "fts-rest-"
COMMON: Final = "every script"


@attrs.frozen
class Row:
    """One row.

    Attributes:
        old: Options of the script.
        new: Options and commands of `fts` that replace them; empty when there are none.
        why: The text of the right column.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    why: str


@attrs.frozen
class Section:
    """The replacement of one script.

    Attributes:
        script: Its name, without `fts-rest-`; `COMMON` for the options of all scripts.
        commands: The commands that replace it, without `fts`.
        rows: The replacements of its options.
    """

    script: str
    commands: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sections(page: Path) -> list[Section]:
    """Read the tables.

    Args:
        page: docs/command-line.md.
    """
    text = page.read_text("utf-8").partition("\n### Every script\n")[2]
    parts = [("Every script", text.partition("\n### ")[0])]
    parts += [
        (part.partition("\n")[0], part.partition("\n")[2]) for part in text.split("\n### ")[1:]
    ]
    return [_section(heading, body) for heading, body in parts]


def _section(heading: str, body: str) -> Section:
    names = _CODE.findall(heading)
    scripts = [name.removeprefix(_SCRIPT) for name in names if name.startswith(_SCRIPT)]
    commands = tuple(name.removeprefix("fts ") for name in names if name.startswith("fts "))
    rows = []
    for line in body.splitlines():
        if line.startswith("| `"):
            old, new = line.strip("| ").split(" | ")
            wanted = () if new.startswith("-") else tuple(_CODE.findall(new))
            rows.append(Row(tuple(_CODE.findall(old)), wanted, new))
    return Section(scripts[0] if scripts else COMMON, commands, tuple(rows))
