"""How much of the machine other programs used, which the report of a benchmark states."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["OtherPrograms"]

_BUSY: Final = (0, 1, 2, 5, 6)  # user, nice, system, irq, softirq in /proc/stat
_IDLE: Final = (3, 4)  # idle, iowait


class OtherPrograms:
    """Measures the use of the processors by other programs, from its creation on.

    Args:
        pids: Returns the ids of our processes.
    """

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._busy, self._all = _machine()
        self._ours = self._own()

    def share(self) -> float:
        """Get the share of all processors that other programs used; 0 where the system does not report it."""
        busy, everything = _machine()
        elapsed = everything - self._all
        if elapsed <= 0:
            return 0.0
        others = (busy - self._busy) - (self._own() - self._ours)
        return min(max(others / elapsed, 0.0), 1.0)

    def _own(self) -> int:
        return sum(_ticks(pid) for pid in (os.getpid(), *self._pids()))


def _machine() -> tuple[int, int]:
    """Get the ticks of all processors: busy ones, and all."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return 0, 0
    ticks = [int(word) for word in line.split()[1:]]
    busy = sum(ticks[n] for n in _BUSY)
    return busy, busy + sum(ticks[n] for n in _IDLE)


def _ticks(pid: int) -> int:
    """Get the ticks of a process and of its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    # The name of the program, in parentheses, may contain spaces.
    fields = text.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])
