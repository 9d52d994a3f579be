"""Ctrl-C while something is being submitted: the first one stops after what is under way, the second at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

from fts_client.cli.display.output import on_terminal
from fts_client.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

__all__ = ["Interruption"]


class Interruption:
    """A block in which Ctrl-C does not break off what has begun.

    Args:
        farewell: Says what is known of the submission when there is no time to wait for it.

    Attributes:
        requested: True after the first Ctrl-C.
    """

    def __init__(self, farewell: Callable[[], str]) -> None:
        self.requested = False
        self._farewell = farewell
        self._before: Any = None

    def __enter__(self) -> Self:
        # Only the main thread may, and only there Ctrl-C arrives.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if not self.requested:
            self.requested = True
            _tell("stopping after what is under way; Ctrl-C again to break off at once")
            return
        show_cursor = "\x1b[?25h" if on_terminal(sys.stderr) else ""
        _tell(self._farewell() + show_cursor)
        # Threads wait for answers of the server; nothing here waits for them.
        os._exit(INTERRUPTED)


def _tell(text: str) -> None:
    # The interrupted code may be in the middle of writing: buffered streams must not be entered again.
    os.write(2, f"\nfts: {text}\n".encode())
