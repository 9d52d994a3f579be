"""FTS times and aware datetimes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fts_client import UNSET
from fts_client.errors import FTSUsageError
from fts_client.timestamps import format_timestamp, parse_timestamp

AWARE = st.datetimes(
    min_value=datetime(1000, 1, 2),  # noqa: DTZ001 - hypothesis wants naive limits
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC) | st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m))),
)


@given(AWARE)
def test_format_timestamp_then_parse_gives_the_same_second(value: datetime) -> None:
    text = format_timestamp(value)
    assert len(text) == 19
    assert parse_timestamp(text) == value.astimezone(UTC).replace(microsecond=0)


@given(st.text(max_size=30))
def test_parse_timestamp_any_text_gives_aware_time_or_usage_error(text: str) -> None:
    # Any other exception fails the test.
    with suppress(FTSUsageError):
        value = parse_timestamp(text)
        assert value is not None
        assert value.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-01T10:00:00", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2026-11-23 06:14:50.250000", datetime(2026, 11, 23, 6, 14, 50, 250_000, tzinfo=UTC)),
        ("2024-01-01T10:00:00+02:00", datetime(2024, 1, 1, 8, tzinfo=UTC)),
        ("2024-01-01T10:00:00Z", datetime(2024, 1, 1, 10, tzinfo=UTC)),
    ],
)
def test_parse_timestamp_forms_of_the_server_are_utc(text: str, expected: datetime) -> None:
    assert parse_timestamp(text) == expected


def test_parse_timestamp_none_is_none() -> None:
    assert parse_timestamp(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-01-01",
        "2024-W01-1T10:00:00",
        "20240101T100000",
        "2024-13-01T00:00:00",
        "0001-01-01T00:00:00+10:00",
    ],
)
def test_parse_timestamp_other_forms_are_refused(text: str) -> None:
    with pytest.raises(FTSUsageError, match="not an FTS time"):
        parse_timestamp(text)


@pytest.mark.parametrize("value", [UNSET, 1704103200, b"2024-01-01T10:00:00"])
def test_parse_timestamp_of_another_type_is_refused(value: Any) -> None:
    with pytest.raises(FTSUsageError, match="not an FTS time"):
        parse_timestamp(value)


def test_format_timestamp_naive_is_refused() -> None:
    with pytest.raises(FTSUsageError, match="no time zone"):
        format_timestamp(datetime(2024, 1, 1))  # noqa: DTZ001 - the point
