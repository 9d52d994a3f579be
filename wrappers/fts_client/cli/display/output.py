"""What commands print: for programs JSON and plain lines, for people at a terminal the same with colours, fitted to its width."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from typing import IO, TYPE_CHECKING, Any, Final

import attrs
import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "COLOURS",
    "Output",
    "complain",
    "counted",
    "fitted",
    "note",
    "on_terminal",
    "printable",
    "write",
]

_MOST_COLUMNS: Final = 100
COLOURS: Final = {
    "ACTIVE": "cyan",
    "CANCELED": "yellow",
    "FAILED": "red",
    "FINISHED": "green",
    "FINISHEDDIRTY": "yellow",
    "fail": "red",
    "ok": "green",
    "warn": "yellow",
}
"""Colours of the words that say how something stands."""
# Such a word stands alone in its column.
_STANDING: Final = re.compile(rf"(?:^|(?<=  ))(?:{'|'.join(COLOURS)})(?=  |$)")


@attrs.frozen
class Output:
    """Where results go.

    Attributes:
        as_json: True: JSON on standard output, nothing else.
    """

    as_json: bool

    def show(self, value: Any, lines: Iterable[str]) -> None:
        """Print a result.

        Args:
            value: What `--json` prints: one document.
            lines: What people read otherwise.
        """
        if self.as_json:
            write(json.dumps(value, indent=2, ensure_ascii=False))
        else:
            for line in lines:
                write(_coloured(printable(line)))

    def event(self, value: Mapping[str, Any], line: str) -> None:
        """Print one of several results, as soon as it is there.

        Args:
            value: What `--json` prints, in one line.
            line: What people read otherwise.
        """
        if self.as_json:
            write(json.dumps(value, ensure_ascii=False))
        else:
            write(_coloured(printable(line)))


def write(text: str, stream: IO[str] | None = None) -> None:
    """Write a line as it is.

    Args:
        text: The line.
        stream: None: standard output, which may be redirected by a progress display just now.
    """
    stream = stream or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()


def printable(text: str) -> str:
    """Replace control characters: text of a server must not steer a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)


def on_terminal(stream: IO[str] | None = None) -> bool:
    """Say whether a person looks at a stream.

    Args:
        stream: None: standard output.
    """
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def complain(text: str) -> None:
    """Tell on standard error what is wrong, in one line."""
    line = fitted(printable(text.replace("\n", " ")), 5, sys.stderr)
    write(f"{_styled('fts:', 'red', sys.stderr)} {line}", sys.stderr)


def note(*lines: str) -> None:
    """Tell something beside the result, on standard error."""
    for line in lines:
        # What is indented may be a command to copy.
        text = printable(line)
        write(text if line.startswith(" ") else fitted(text, 0, sys.stderr), sys.stderr)


def counted(count: int, what: str) -> str:
    """Write a number with the noun that it counts."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def fitted(text: str, indent: int, stream: IO[str] | None = None) -> str:
    """Break a line between words to fit a terminal; for a file or a pipe it stays one line.

    Args:
        text: The line.
        indent: Columns that stand before its first line, and go before the others.
        stream: Where it will go; None: standard output.
    """
    if not on_terminal(stream):
        return text
    blank = " " * indent
    return textwrap.fill(
        text,
        min(shutil.get_terminal_size().columns, _MOST_COLUMNS),
        initial_indent=blank,
        subsequent_indent=blank,
        break_long_words=False,
        break_on_hyphens=False,
    )[indent:]


def _coloured(line: str) -> str:
    return _STANDING.sub(lambda word: _styled(word[0], COLOURS[word[0]], sys.stdout), line)


def _styled(text: str, colour: str, stream: IO[str]) -> str:
    if not on_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return typer.style(text, fg=colour)
