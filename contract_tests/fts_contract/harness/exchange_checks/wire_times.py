"""Times as the server writes them.

Source: `YYYY-MM-DDTHH:MM:SS`, UTC, no zone, no fraction, as observed on FTS 3.13.4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["date_of", "parse_time"]

_FORMAT = "%Y-%m-%dT%H:%M:%S"


def parse_time(value: Any) -> datetime | None:
    """Read a time; None when the value is not a time in the wire format."""
    try:
        return datetime.strptime(value, _FORMAT).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def date_of(exchange: Exchange) -> datetime | None:
    """Read the clock of the server from its header `Date`; None when it is missing or unreadable."""
    try:
        date = parsedate_to_datetime(exchange.headers["date"])
    except (KeyError, TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
