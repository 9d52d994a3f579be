"""Break text into lines with markup, as wide as a terminal."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["command_lines", "counted", "joined_lines", "marked_lines"]

_LINE = 80
_INDENT = " " * 8
_LONGEST_TEXT = 240
_LONGEST_COMMAND = 600
_SHELL_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+""")


def command_lines(text: str) -> Iterator[str]:
    """Break a command so that a shell still accepts it; a very long one is cut, so that it hides nothing."""
    if len(text) > _LONGEST_COMMAND:
        yield f"{_INDENT}{escape(_cut(text))}"
        return
    lines = [""]
    for word in _SHELL_WORD.findall(text):
        if lines[-1] and len(_INDENT) + len(lines[-1]) + len(word) > _LINE - len("  \\"):
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    for number, line in enumerate(lines, 1):
        end = " \\" if number < len(lines) else ""
        yield f"{_INDENT}{'  ' if number > 1 else ''}{escape(line)}{end}"


def marked_lines(colour: str, mark: str, text: str) -> Iterator[str]:
    """Put a coloured mark before the first line of a text, and indent the others."""
    lines = textwrap.wrap(_cut(text), _LINE - len(_INDENT), break_on_hyphens=False)
    for number, line in enumerate(lines):
        start = f"[{colour}]{mark}[/]{_INDENT[len(mark) :]}" if mark and not number else _INDENT
        yield f"{start}{escape(line)}"


def joined_lines(*parts: str) -> list[str]:
    """Join parts with dots, in as few lines as possible."""
    lines = [""]
    for part in parts:
        if lines[-1] and len(f"{lines[-1]} · {part}") > _LINE:
            lines.append("")
        lines[-1] += f" · {part}" if lines[-1] else part
    return [escape(line) for line in lines]


def _cut(text: str) -> str:
    """Shorten a text to what is readable on a terminal; the report has it all."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}… (whole in the report)"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun, in the plural when needed."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
