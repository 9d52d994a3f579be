"""Time, as far as this package depends on it: one object, so that tests can put another one in its place."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_now = partial(datetime.now, UTC)


async def _sleep(seconds: float) -> None:
    # Not at the top: a synchronous program starts faster without it.
    import asyncio  # noqa: PLC0415

    await asyncio.sleep(seconds)


@attrs.define(eq=False, repr=False, kw_only=True)
class Clock:
    """Where time comes from and how it is waited for.

    Attributes:
        now: The time of day, aware UTC.
        monotonic: Seconds since an arbitrary moment, never going back.
        sleep: Waits for a number of seconds.
        async_sleep: The same, letting other tasks run.
    """

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    async_sleep: Callable[[float], Awaitable[None]] = _sleep
