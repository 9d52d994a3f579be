"""Sums up a profile by the parts of a request."""

from __future__ import annotations

import pstats
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import cProfile

__all__ = ["part_of", "shares"]

# The first pattern that matches the file and the name of the function counts.
_PARTS: Final = (
    ("waiting for the server", ("'read' of '_ssl", "recv", "select.epoll", "'poll' of 'select")),
    ("TLS and sockets", ("_ssl", "/ssl.py", "_socket", "/socket.py", "sslproto", "/select")),
    ("JSON", ("/json/", "_json")),
    ("HTTP library", ("/httpx/", "/httpcore/", "/h11/", "urllib")),
    ("models", ("/fts_api/",)),
    ("fts_client", ("/fts_client/",)),
)


def part_of(file: str, function: str) -> str:
    """Say to which part of a request a function belongs.

    Args:
        file: Where it is defined; "~" for built-in functions.
        function: Its name.

    Returns:
        The part.
    """
    place = f"{file} {function}"
    return next((part for part, marks in _PARTS if any(m in place for m in marks)), "Python")


def shares(profiler: cProfile.Profile) -> dict[str, float]:
    """Sum up a profile.

    Args:
        profiler: A profile that was taken.

    Returns:
        Part to its share of the time, 0 to 1, the greatest first. The profiler slows Python code down and C code not,
        so the shares of Python code are upper limits.
    """
    stats = pstats.Stats(profiler)
    sums: dict[str, float] = {}
    for (file, _line, function), entry in stats.stats.items():  # type: ignore[attr-defined]
        if "gc.collect" in function:
            continue  # between the measurements, not in them
        part = part_of(file, function)
        sums[part] = sums.get(part, 0.0) + entry[2]
    total = sum(sums.values()) or 1.0
    return {part: s / total for part, s in sorted(sums.items(), key=lambda item: -item[1])}
