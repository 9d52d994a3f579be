"""What commands print: JSON and plain lines for programs; for people at a terminal the same lines, coloured and wrapped."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
import textwrap
from contextlib import suppress
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, Final

import attrs
import typer

from fts_client.errors import FTSUsageError
from fts_client.errors.redaction import redact
from fts_client.timestamps import parse_timestamp, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_COLUMNS: Final = 100
_PIECES: Final = 10_000
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
"""Colours of states and levels."""
# Coloured only where it fills a column: two spaces or the end of the line on both sides.
_STANDING: Final = re.compile(rf"(?:^|(?<=  ))(?:{'|'.join(COLOURS)})(?=  |$)")


@attrs.frozen
class Output:
    """Where results go.

    Attributes:
        as_json: Print JSON on standard output, and nothing else there.
    """

    as_json: bool

    def show(self, value: Any, lines: Iterable[str], *, indent: int | None = 2) -> None:
        """Print a result: `value` as one JSON document, or `lines` for people."""
        if self.as_json:
            # ASCII can be written in every locale, and reads the same everywhere. In parts, as 100,000 jobs take 100 MB.
            pieces = chain(json.JSONEncoder(indent=indent).iterencode(value), "\n")
            _write_out(iter(lambda: "".join(islice(pieces, _PIECES)), ""))
        elif shown := [_coloured(printable(line)) for line in lines]:
            write("\n".join(shown))

    def event(self, value: Mapping[str, Any], line: str) -> None:
        """Print one of several results as soon as it is known: `value` as one line of JSON, or `line` for people."""
        self.show(value, [line], indent=None)


class OutputError(Exception):
    """A result cannot be written: the disk is full, or standard output is closed. `__cause__` says why."""


def write(text: str) -> None:
    """Write a line on standard output and flush.

    Raises:
        OutputError: It cannot be written.
    """
    _write_out([f"{text}\n"])


def _write_out(pieces: Iterable[str]) -> None:
    try:
        _write(pieces, sys.stdout)
    except (OSError, ValueError) as error:
        raise OutputError(f"Cannot write the result: {error}") from error


def tell(text: str) -> None:
    """Write a line on standard error. If nobody can read it, the work goes on."""
    with suppress(OSError, ValueError):
        _write([f"{text}\n"], sys.stderr)


def _write(pieces: Iterable[str], stream: IO[str]) -> None:
    stream.writelines(pieces)
    stream.flush()


def printable(text: str) -> str:
    """Replace control characters, so that text from a server cannot control the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)


def on_terminal(stream: IO[str] | None = None) -> bool:
    """Say whether a stream (None: standard output) is a terminal with cursor control."""
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def is_pipe(stream: IO[str]) -> bool:
    """Say whether another program reads a stream."""
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def complain(text: str) -> None:
    """Print an error on standard error, as one line."""
    line = fitted(printable(redact(text).replace("\n", " ")), 5, sys.stderr)
    tell(f"{_styled('fts:', 'red', sys.stderr)} {line}")


def note(*lines: str) -> None:
    """Print remarks that are not part of the result, on standard error."""
    for line in lines:
        # An indented line may be a command to copy, so it is not wrapped.
        text = printable(line)
        tell(text if line.startswith(" ") else fitted(text, 0, sys.stderr))


def counted(count: int, noun: str) -> str:
    """Write a number with its noun: "1 file", "2 files"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def fts_time(text: object) -> str:
    """Write a time of an answer for people; as it is if it cannot be read."""
    try:
        value = parse_timestamp(str(text))
    except FTSUsageError:
        return str(text)
    return str(text) if value is None else utc_text(value)


def fitted(text: str, indent: int, stream: IO[str] | None = None) -> str:
    """Wrap a line to the width of the terminal; in a file or a pipe it stays one line.

    Args:
        text: The line.
        indent: Columns in front of its first line; the others are indented by as many.
        stream: Where it will be written; None: standard output.
    """
    if not on_terminal(stream):
        return text
    blank = " " * indent
    return textwrap.fill(
        text,
        min(shutil.get_terminal_size().columns, _MAX_COLUMNS),
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
