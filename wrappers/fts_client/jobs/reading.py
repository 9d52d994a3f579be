"""Read what users hand over: files, pipes and standard input, each once, as UTF-8 text, and JSON in it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from fts_client.errors import FTSUsageError
from fts_client.errors.chains import chainable


def read_text(path: str | Path) -> str:
    """Read a file or a pipe to its end; `-` stands for standard input.

    Args:
        path: It is opened once, because what comes from a pipe can be read only once.

    Returns:
        The text, without the byte order mark that some programs write in front.

    Raises:
        FTSUsageError: It cannot be read, or is not UTF-8.
    """
    try:
        if str(path) == "-":
            # From a pipe that does not block, only what has arrived by now would be read.
            with suppress(OSError, ValueError):
                os.set_blocking(sys.stdin.fileno(), True)
            content = sys.stdin.buffer.read()
        else:
            content = Path(path).read_bytes()
    except OSError as error:
        raise FTSUsageError(f"{path}: {error.strerror}") from chainable(error)
    return decoded(content, path)


def decoded(content: bytes, path: str | Path) -> str:
    """Decode the content of a file as UTF-8, without a byte order mark.

    Args:
        content: The content.
        path: Where it comes from, for the message.

    Raises:
        FTSUsageError: It is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Not chained: the error holds the whole text, in which there may be tokens.
        raise FTSUsageError(f"{path} is not UTF-8 text", remedy="Save it as UTF-8.") from None


def read_json(text: str, where: str) -> Any:
    """Read a JSON text, and refuse what would not arrive as it is written.

    Args:
        text: The text.
        where: Where it stands, for messages.

    Raises:
        FTSUsageError: It is not JSON, gives a name twice, holds NaN or Infinity, or is nested too deeply.
    """
    try:
        value = json.loads(text, object_pairs_hook=_object)
        json.dumps(value, allow_nan=False)
    except RecursionError:
        raise FTSUsageError(f"{where}: invalid JSON: nested too deeply") from None
    except ValueError as error:
        # Not chained, as above.
        raise FTSUsageError(f"{where}: invalid JSON: {error}") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is given twice in an object")
    return value
