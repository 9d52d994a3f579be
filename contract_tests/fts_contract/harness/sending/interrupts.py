"""Ctrl-C and SIGTERM while a change is under way."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["answered_first"]


@contextmanager
def answered_first() -> Iterator[None]:
    """Let a first signal wait for the end of the block, and a second one end it at once.

    A server carries out a request whose client has gone. If it does so after the state has been put back and compared,
    nobody notices.

    Raises:
        KeyboardInterrupt: At the end of the block, if Ctrl-C was pressed meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = {number: handler for number, handler in found.items() if callable(handler)}
    came: list[int] = []

    def wait(number: int, frame: object) -> None:
        came.append(number)
        if len(came) > 1:
            handlers[signal.Signals(number)](number, frame)  # type: ignore[arg-type]

    for number in handlers:
        signal.signal(number, wait)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if len(came) == 1:
            handlers[signal.Signals(came[0])](came[0], None)
