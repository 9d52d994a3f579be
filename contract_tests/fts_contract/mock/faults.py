"""Faults on demand: what networks and overloaded servers do to clients."""

from __future__ import annotations

import re
import threading
from typing import Final, Literal, get_args

import attrs

Kind = Literal[
    "delay", "reset", "reset-after", "truncated", "malformed", "status", "need-delegation"
]
KINDS: Final = get_args(Kind)


@attrs.frozen
class Fault:
    """A fault, waiting for its request.

    Attributes:
        kind: `delay` (answer later), `reset` (connection closed before the request is carried out),
            `reset-after` (carried out, connection closed instead of an answer), `truncated` (half of the body, then
            closed), `malformed` (200 with broken JSON), `status` (an error answer of your choice),
            `need-delegation` (419 as for a missing delegation).
        operation: Regular expression that `METHOD /path` has to match from its beginning.
        count: How many requests it hits; None for all.
        delay_s: Real seconds, for `delay`.
        status: HTTP status, for `status`.
        retry_after: Value of a `Retry-After` header, for `status`.
        message: Text of the error answer, for `status`.
    """

    kind: Kind
    operation: str = ".*"
    count: int | None = 1
    delay_s: float = 1.0
    status: int = 503
    retry_after: str | None = None
    message: str = "A fault that was asked for"

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        re.compile(self.operation)


class Faults:
    """The faults of a mock. Use it from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[tuple[Fault, int | None]] = []
        self.hits: list[tuple[str, Fault]] = []

    def add(self, fault: Fault) -> None:
        """Arm a fault; several apply in the order in which they were added, one per request."""
        with self._lock:
            self._armed.append((fault, fault.count))

    def clear(self) -> None:
        """Disarm everything and forget the hits."""
        with self._lock:
            self._armed.clear()
            self.hits.clear()

    def take(self, request: str) -> Fault | None:
        """Give the fault for a request, and count it.

        Args:
            request: `METHOD /path`.
        """
        if not self._armed:
            return None
        with self._lock:
            for position, (fault, left) in enumerate(self._armed):
                if re.match(fault.operation, request):
                    if left == 1:
                        del self._armed[position]
                    elif left is not None:
                        self._armed[position] = (fault, left - 1)
                    self.hits.append((request, fault))
                    return fault
        return None
