"""Read JSON text strictly: what Python's reader adds to JSON is refused, and nothing but ValueError escapes."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

__all__ = ["is_deep", "parse_json"]

_DEEPEST = 100
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def parse_json(text: str | bytes) -> Any:
    """Read one JSON document.

    Args:
        text: The complete text; bytes must be UTF-8.

    Returns:
        The value as plain Python data.

    Raises:
        ValueError: It is not JSON (RFC 8259): cut off, `NaN`, not UTF-8, or nested or long beyond reason.
    """
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_deep(text: bytes) -> bool:
    """Say whether JSON text is nested so deeply that readers that call themselves run out of stack.

    FTS nests five levels by itself, and what users put into metadata. Nothing is called for each level here.
    """
    brackets = _STRING.sub(b"", text).translate(None, _NO_BRACKETS)
    steps = (1 if bracket in b"[{" else -1 for bracket in brackets)
    return any(depth > _DEEPEST for depth in accumulate(steps))


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
