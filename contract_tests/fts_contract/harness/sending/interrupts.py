"""Ctrl-C and SIGTERM while a change is under way."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["answered_first"]


@contextmanager
def answered_first() -> Iterator[None]:
    """Let a first signal wait for the end of the block, and a second one end it at once.

    A server carries out a request even when its client has gone. If it does so after the state has been put back and
    compared, nobody notices.

    Raises:
        KeyboardInterrupt: At the end of the block, if Ctrl-C was pressed meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
    for name in (signal.SIGINT, signal.SIGTERM):
        found = signal.getsignal(name)
        if callable(found):
            handlers[name] = found
    came: list[int] = []

    def wait(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1:
            handlers[number](number, frame)

    try:
        for number in handlers:
            signal.signal(number, wait)
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if len(came) == 1:
            handlers[came[0]](came[0], None)
