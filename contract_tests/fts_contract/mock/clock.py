"""The mock's clock: real time, faster or slower, or moved by hand."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Tells the mock what time it is.

    It starts at the real time and runs `scale` times as fast; with a scale of 0 it stands still until `advance`.
    Certificates are judged by real time (TLS does that), everything else by this clock.

    Args:
        scale: Seconds of the mock per real second; 0 for a clock moved by hand only.
        monotonic: Where real seconds come from.

    Raises:
        ValueError: The scale is negative.
    """

    def __init__(
        self, *, scale: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._first_scale = self._scale = _forward(scale)
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
            ValueError: Negative: time only moves forward.
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
            ValueError: Negative.
        """
        scale = _forward(scale)
        with self._lock:
            self._at, self._real, self._scale = self.time(), self._monotonic(), scale


def _forward(seconds: float) -> float:
    if seconds < 0:
        raise ValueError(
            f"time only moves forward, not backwards: expected 0 or more, got {seconds}"
        )
    return seconds


def wire_time(seconds: float) -> str:
    """Write a time as FTS does: `2026-11-23T04:40:47`, UTC, without zone or fraction.

    Source: observed on FTS 3.13.4 (every JSON time).
    """
    parts = time.gmtime(seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S", parts)
