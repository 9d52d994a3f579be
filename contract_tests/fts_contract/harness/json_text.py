"""Read JSON text strictly: what Python's reader adds to JSON is refused, and nothing but ValueError escapes."""

from __future__ import annotations

import json
from typing import Any, NoReturn

__all__ = ["parse_json"]


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


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
