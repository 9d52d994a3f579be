"""FTS times on the wire (UTC without an offset) and aware datetimes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fts_client.errors import FTSUsageError

__all__ = ["format_timestamp", "parse_timestamp"]

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
