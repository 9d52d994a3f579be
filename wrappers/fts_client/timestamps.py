"""Times as text: FTS times on the wire (UTC without an offset), and dates and lengths of time for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fts_client.errors import FTSUsageError

__all__ = [
    "clock_form",
    "format_timestamp",
    "in_words",
    "parse_timestamp",
    "time_left_in_words",
    "utc_text",
]

# Checked first, as fromisoformat() also reads dates alone, week dates and times without separators.
_FTS_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"


def parse_timestamp(text: str | None) -> datetime | None:
    """Read a time of an answer.

    Args:
        text: `2024-01-01T10:00:00`, with or without a fraction; a space may stand for the `T`. None stays None.

    Returns:
        The time, aware, in UTC; None for None.

    Raises:
        FTSUsageError: The text does not have this form, or is not a valid time.

    Source: observed on FTS 3.13.4: times are UTC without offset or fraction; `POST .../voms` answers with a space and
        microseconds (recording voms-valid). An offset, should a server send one, is honoured.
    """
    if text is None:
        return None
    try:
        if not re.fullmatch(_FTS_TIME, text):
            raise ValueError("another form")  # noqa: TRY301 - one place that says what was expected
        value = datetime.fromisoformat(text)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError, TypeError) as error:
        raise FTSUsageError(
            f"{str(text)[:80]!r} is not an FTS time (expected YYYY-MM-DDTHH:MM:SS)"
        ) from error


def format_timestamp(value: datetime) -> str:
    """Write a time as FTS does, for comparisons and requests.

    Args:
        value: An aware datetime, in any zone.

    Returns:
        `2024-01-01T10:00:00`, in UTC; fractions of a second are cut off.

    Raises:
        FTSUsageError: The datetime is naive, so it could mean UTC or local time.

    Source: observed on FTS 3.13.4: JSON times.
    """
    if value.tzinfo is None or value.utcoffset() is None:
        raise FTSUsageError(
            f"{value.isoformat()} has no time zone",
            remedy="Use datetime.now(UTC) or .astimezone().",
        )
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def utc_text(value: datetime) -> str:
    """Write a time for people.

    Args:
        value: An aware datetime, in any zone.

    Returns:
        `2024-01-01 10:00:00 UTC`; fractions of a second are cut off.
    """
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def in_words(length: timedelta) -> str:
    """Write a length of time: "11 h 42 m", "3 d 2 h", "40 s"; a negative one with "ago" behind it.

    Args:
        length: The time; fractions of a second are cut off.

    Returns:
        At most two units.
    """
    seconds = int(abs(length.total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        text = f"{days} d {hours} h"
    elif hours:
        text = f"{hours} h {minutes} m"
    elif minutes:
        text = f"{minutes} m"
    else:
        text = f"{seconds} s"
    return f"{text} ago" if length.total_seconds() <= -1 else text


def time_left_in_words(left: timedelta) -> str:
    """Say how long something is still valid, or how long ago it expired.

    Args:
        left: Time until it ends; zero or negative when it has ended.

    Returns:
        "11 h 42 m left" or "expired 5 m ago".
    """
    if left > timedelta(0):
        return f"{in_words(left)} left"
    return f"expired {in_words(min(left, timedelta(seconds=-1)))}"


def clock_form(length: timedelta) -> str:
    """Write a length of time as grid tools do: hours, minutes, seconds; 0:00:00 for a negative one.

    Args:
        length: The time.

    Returns:
        "11:42:05".

    Source: `voms-proxy-info` 2.1.
    """
    seconds = max(0, int(length.total_seconds()))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
