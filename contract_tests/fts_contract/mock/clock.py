"""The mock's clock: real time, faster or slower, or moved by hand."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_S: Final = 1e9
_FASTEST: Final = 1e6


class Clock:
    """Tells the mock what time it is.

    It starts at the real time and runs `scale` times as fast; with a scale of 0 it stands still until `advance`.
    Certificates are judged by real time (TLS does that), everything else by this clock.

    Args:
        scale: Seconds of the mock per real second; 0 for a clock moved by hand only.
        monotonic: Where real seconds come from.

    Raises:
        ValueError: The scale is negative, more than a million, or not a number.
    """

    def __init__(
        self, *, scale: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._first_scale = self._scale = _forward(scale, _FASTEST)
        self._lock = threading.Lock()
        self._at = time.time()
        self._real = monotonic()

    @property
    def scale(self) -> float:
        """Seconds of the mock per real second."""
        return self._scale

    def time(self) -> float:
        """The time in seconds since 1970, UTC."""
        return self._at + (self._monotonic() - self._real) * self._scale

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return datetime.fromtimestamp(self.time(), tz=UTC)

    def advance(self, seconds: float) -> None:
        """Let time pass at once; what falls due in between happens in its order.

        Args:
            seconds: How many.

        Raises:
            ValueError: Negative, or more than a thousand million: 30 years.
        """
        with self._lock:
            self._at += _forward(seconds)

    def reset(self) -> None:
        """Go back to the real time and to the speed of the start."""
        with self._lock:
            self._at, self._real, self._scale = time.time(), self._monotonic(), self._first_scale

    def run(self, *, scale: float) -> None:
        """Change the speed from now on.

        Args:
            scale: Seconds of the mock per real second; 0 stops the clock.

        Raises:
            ValueError: Negative, more than a million, or not a number.
        """
        scale = _forward(scale, _FASTEST)
        with self._lock:
            self._at, self._real, self._scale = self.time(), self._monotonic(), scale


def _forward(seconds: float, most: float = _MOST_S) -> float:
    # Comparisons with NaN are false.
    if not 0 <= seconds <= most:
        raise ValueError(
            f"time only moves forward, not backwards or out of the calendar: expected 0 to {most:,.0f}, got {seconds}"
        )
    return seconds


def wire_time(seconds: float) -> str:
    """Write a time as FTS does: `2026-11-23T04:40:47`, UTC, without zone or fraction.

    Source: observed on FTS 3.13.4 (every JSON time).
    """
    parts = time.gmtime(seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S", parts)
