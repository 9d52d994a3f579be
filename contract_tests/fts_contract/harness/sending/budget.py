"""The limits of a run: its time, its requests per second, and its patience with a server that does not answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Budget", "OverError"]

_PATIENCE = 5


class OverError(requests.ConnectionError):
    """The run is over: nothing more is sent.

    It is an error of `requests`, so that schemathesis treats it as a failed request and comes to its end.
    """


@attrs.define(kw_only=True)
class Budget:
    """Asked before each request.

    Attributes:
        max_time_s: Seconds after which no further request is sent; None for no limit.
        rate_limit: Most requests per second; None for no limit.
        patience: The run ends after this many requests in a row without an answer.
        clock: A monotonic clock, in seconds.
        sleep: Waits, in seconds.
        over: Why nothing more is sent, for people; None while the run goes on.
    """

    max_time_s: float | None = None
    rate_limit: float | None = None
    patience: int = _PATIENCE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    over: str | None = attrs.field(default=None, init=False)
    _started: float = attrs.field(init=False)
    _next: float = attrs.field(default=0.0, init=False)
    _unanswered: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._started = self.clock()

    def before(self, timeout_s: float) -> float:
        """Wait until the next request may be sent, and shorten the limit for its answer to the time that is left.

        Raises:
            OverError: It must not be sent.
        """
        if self.rate_limit is not None and self.over is None:
            wait = self._next - self.clock()
            if wait > 0:
                self.sleep(wait)
            self._next = max(self._next, self.clock()) + 1 / self.rate_limit
        if self.max_time_s is not None and self.over is None:
            left = self._started + self.max_time_s - self.clock()
            if left <= 0:
                self.over = _out_of_time(self.max_time_s)
            timeout_s = min(timeout_s, max(left, 0.001))
        if self.over is not None:
            raise OverError(self.over)
        return timeout_s

    def answered(self) -> None:
        """Note that an answer came."""
        self._unanswered = 0

    def unanswered(self) -> bool:
        """Note that no answer came; True when the time of the run was over, which says nothing about the server."""
        ends = None if self.max_time_s is None else self._started + self.max_time_s
        if self.over is None and ends is not None and self.clock() >= ends:
            self.over = _out_of_time(ends - self._started)
            return True
        self._unanswered += 1
        if self._unanswered >= self.patience and self.over is None:
            self.over = f"gave up after {self._unanswered} requests in a row without an answer; what came later is not judged"
        return False


def _out_of_time(max_time_s: float) -> str:
    return f"stopped after {max_time_s:g} s (--max-time); what came later is not judged"
