"""The pages of the documentation, and the blocks of code on them.

What a comment before a block can say: `<!-- not run: why -->`, and `<!-- mock: clock.advance(60) -->`, which the tests call on their
mock before the block. `title="name"` after the language makes the block a file of this name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_TITLE = re.compile(r'title="([^"]+)"')
_DIRECTIVE = re.compile(r"<!--\s*(not run|mock):\s*(.+?)\s*-->", re.DOTALL)


@attrs.frozen(kw_only=True)
class Block:
    """A block of code.

    Attributes:
        page: The file that it stands in.
        line: Line of its first line, from 1.
        language: First word after the fence.
        title: File that it is to become; None when it is none.
        text: What it says.
        not_run: Why no test runs it; None when one does.
        before: What to call on the mock before it runs.
        output: What it prints, from a `text` block that follows immediately; None when there is none. What a session at a terminal
            (`console`) prints stands in the block itself.
    """

    page: Path
    line: int
    language: str
    title: str | None
    text: str
    not_run: str | None
    before: tuple[str, ...]
    output: str | None = None


def blocks_of(page: Path) -> list[Block]:
    """Read the blocks of a page, in their order.

    Args:
        page: A Markdown file.

    Returns:
        The blocks; a `text` block after a program is its output and no block of its own.
    """
    found: list[Block] = []
    for block, follows in _fences(page):
        if follows and block.language == "text" and found[-1].language in {"python", "sh"}:
            found[-1] = attrs.evolve(found[-1], output=block.text)
        else:
            found.append(block)
    return found


def _fences(page: Path) -> Iterator[tuple[Block, bool]]:
    """Yield each block, and whether nothing stands between it and the block before."""
    follows = False
    said: dict[str, list[str]] = {}
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "html_block" and (found := _DIRECTIVE.findall(token.content)):
            for name, value in found:
                said.setdefault(name, []).append(" ".join(value.split()))
        elif token.type == "fence":
            title = _TITLE.search(token.info)
            yield (
                Block(
                    page=page,
                    line=(token.map or [0])[0] + 2,
                    language=token.info.split()[0] if token.info.split() else "",
                    title=title[1] if title else None,
                    text=token.content,
                    not_run=" ".join(said["not run"]) if "not run" in said else None,
                    before=tuple(said.get("mock", ())),
                ),
                follows,
            )
            follows, said = True, {}
        else:
            follows = False
