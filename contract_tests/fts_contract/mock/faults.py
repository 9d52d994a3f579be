"""Faults on demand: what networks and overloaded servers do to clients."""

from __future__ import annotations

import random
import re
import threading
from http import HTTPStatus
from typing import Final, Literal, get_args

import attrs

Kind = Literal[
    "delay",
    "reset",
    "reset-after",
    "truncated",
    "malformed",
    "slow",
    "status",
    "need-delegation",
    "expired-certificate",
]
KINDS: Final = get_args(Kind)
HANDSHAKE: Final = "handshake"
"""Stands for a connection in `Faults.hits`, where requests are `METHOD /path`."""


@attrs.frozen
class Fault:
    """A fault that waits for a request to hit.

    Attributes:
        kind: `delay` (answer later), `reset` (connection closed before the request is carried out),
            `reset-after` (carried out, connection closed instead of an answer), `truncated` (half of the body, then
            closed), `malformed` (200 with broken JSON), `slow` (the body comes in small pieces), `status` (the error answer that you choose), `need-delegation` (419 as for a missing delegation), `expired-certificate` (new connections
            are shown a host certificate that has expired).
        operation: Regular expression that `METHOD /path` has to match from its beginning. `expired-certificate` ignores it,
            since it hits connections.
        count: How many requests (or connections) it hits; None for all.
        delay_s: Real seconds, for `delay`.
        status: HTTP status, for `status`.
        retry_after: Value of a `Retry-After` header, for `status`.
        message: Text of the error answer, for `status`.
        bytes_per_s: Speed of the body, for `slow`.
        probability: Share of the matching requests that it hits; `count` counts only those that it hits.
        seed: Seed of the random numbers for `probability`: the same seed hits the same requests.

    Raises:
        ValueError: A value is out of range or unknown; the message says which.
    """

    kind: Kind
    operation: str = ".*"
    count: int | None = 1
    delay_s: float = 1.0
    status: int = 503
    retry_after: str | None = None
    message: str = "A fault that was asked for"
    bytes_per_s: float = 100.0
    probability: float = 1.0
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; expected one of {', '.join(KINDS)}")
        try:
            re.compile(self.operation)
        except re.error as error:
            raise ValueError(f"operation is not a regular expression: {error}") from error
        if self.count is not None and self.count < 1:
            raise ValueError(f"count must be 1 or more, or None for all, not {self.count}")
        if self.delay_s < 0:
            raise ValueError(f"delay_s must not be negative ({self.delay_s})")
        if self.kind == "status" and self.status not in (*HTTPStatus, 419):
            raise ValueError(f"expected an HTTP status, got {self.status}")
        if self.bytes_per_s <= 0:
            raise ValueError(f"bytes_per_s must be more than 0, not {self.bytes_per_s}")
        if not 0 < self.probability <= 1:
            raise ValueError(f"probability must be more than 0 and at most 1: {self.probability}")


@attrs.define
class _Armed:
    fault: Fault
    left: int | None
    chance: random.Random

    @classmethod
    def arm(cls, fault: Fault) -> _Armed:
        return cls(fault, fault.count, random.Random(fault.seed))  # noqa: S311 - no secret

    def fits(self, request: str) -> bool:
        """Say whether the fault is for a request; draws a random number if so."""
        if (self.fault.kind == "expired-certificate") != (request == HANDSHAKE):
            return False
        if request != HANDSHAKE and re.match(self.fault.operation, request) is None:
            return False
        return self.fault.probability == 1 or self.chance.random() < self.fault.probability


class Faults:
    """The faults of a mock. Use it from any thread.

    Attributes:
        hits: What was hit: `METHOD /path` (`HANDSHAKE` for a connection) and the fault, oldest first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self.hits: list[tuple[str, Fault]] = []

    def add(self, fault: Fault) -> None:
        """Arm a fault; several apply in the order in which they were added, one per request."""
        with self._lock:
            self._armed.append(_Armed.arm(fault))

    def clear(self) -> None:
        """Disarm everything and forget the hits."""
        with self._lock:
            self._armed.clear()
            self.hits.clear()

    def take(self, request: str) -> Fault | None:
        """Give the fault for a request, and count it.

        Args:
            request: `METHOD /path`, or `HANDSHAKE` for a new connection.
        """
        if not self._armed:
            return None
        with self._lock:
            for armed in self._armed:
                if armed.fits(request):
                    if armed.left is not None:
                        armed.left -= 1
                    if armed.left == 0:
                        self._armed.remove(armed)
                    self.hits.append((request, armed.fault))
                    return armed.fault
        return None
