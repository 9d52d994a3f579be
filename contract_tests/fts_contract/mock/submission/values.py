"""How FTS reads numbers, flags and metadata.

The reference server is a Python program, and its messages hold the words of Python's own conversion errors. So the
conversions here are Python's as well, and `reading` turns their errors into the same answers.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterator

_INT32: Final = 2**31
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HOUR_S: Final = 3600


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Answer 400, in the words of FTS, to what cannot be read.

    Raises:
        APIError: Instead of ValueError, TypeError, KeyError; also where the reference answers 500.
    """
    try:
        yield
    except KeyError as error:
        raise bad_request(f"Missing parameter: {error}") from error
    except ValueError as error:
        raise bad_request(f"Invalid value within the request: {error}") from error
    except (TypeError, AttributeError, OverflowError) as error:
        raise bad_request(f"Malformed request: {error}") from error


def fit(value: int, *, name: str) -> int:
    """Refuse a number that does not fit a 32-bit column (the reference answers 500).

    Raises:
        ValueError: Out of range.
    """
    if not -_INT32 <= value < _INT32:
        raise ValueError(f"{name} is out of range: {value}")
    return value


def number(value: Any, *, name: str) -> int:
    """Read an integer, a float (cut), a numeric string or a boolean.

    Raises:
        ValueError: No number, or beyond 32 bits.
        TypeError: Another type.
    """
    return fit(int(value), name=name)


def soft_number(value: Any, *, name: str) -> int:
    """Read a number as `number` does; anything else is -1.

    Raises:
        ValueError: Beyond 32 bits.
    """
    try:
        read = int(value)
    except (ValueError, TypeError, OverflowError):
        return -1
    return fit(read, name=name)


def yes(value: Any) -> bool:
    """Read a flag of which strings are true when they begin with y or Y."""
    if isinstance(value, str):
        return value[:1] in ("y", "Y")
    return bool(value)


def text(value: Any, *, name: str, longest: int) -> str | None:
    """Read text for a column. FTS stores other types as text: a flag as 0 or 1, a list of one item as that item; `[null]` as null.

    Raises:
        ValueError: Too long (the reference answers 500).
    """
    if value == [None]:
        return None
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str | int | float):
        (value,) = value
    read = (
        value if isinstance(value, str) else str(int(value) if isinstance(value, bool) else value)
    )
    if len(read) > longest:
        raise ValueError(f"{name} is longer than {longest} characters")
    return read


def queue_limit(value: Any, *, now: float) -> int | None:
    """Read `max_time_in_queue`.

    Args:
        value: Hours as an integer, or text such as `10m`, `2h`, `36000s`, `1d`.
        now: Seconds since 1970.

    Returns:
        The end in seconds since 1970; None for no limit, also when it cannot be read.

    Raises:
        ValueError: Beyond 32 bits.
    """
    seconds: int | None = None
    if isinstance(value, int):
        seconds = int(value) * _HOUR_S or None
    elif isinstance(value, str) and value[-1:].lower() in _SECONDS:
        # Unlike the number 0, the text "0s" is a limit: the job expires at once.
        with contextlib.suppress(ValueError):
            seconds = int(value[:-1]) * _SECONDS[value[-1].lower()]
    return None if seconds is None else fit(int(now) + seconds, name="max_time_in_queue")


def metadata(value: Any, *, limit: int, strings: str | None = None) -> Any:
    """Read metadata.

    Args:
        value: An object, a string or None.
        limit: Characters of JSON text that are accepted; 0 for no limit.
        strings: The message that refuses strings; None when strings are accepted.

    Returns:
        The object; a string becomes `{"label": string}`.

    Raises:
        ValueError: Another type, or too long.
    """
    if value is None:
        return None
    # FTS measures before it looks at the type.
    if limit and len(json.dumps(value)) > limit:
        raise ValueError(f"Job Submission Refused, metadata exceeds size limit of {limit}")
    if not isinstance(value, str | dict):
        raise ValueError("Metadata neither JSON nor String")  # noqa: TRY004 - answered as such
    if strings is not None and isinstance(value, str):
        raise ValueError(strings)
    return {"label": value} if isinstance(value, str) else value
