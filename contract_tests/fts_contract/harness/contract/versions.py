"""Compare versions of FTS: `3.13.4` against the families and bounds that the document names."""

from __future__ import annotations

import re

__all__ = ["covers", "served"]


def covers(family: str, version: str) -> bool:
    """Say whether a version belongs to a family: `3.13` covers `3.13` and `3.13.4`, not `3.1` or `3.130`."""
    wanted = _numbers(family)
    return _numbers(version)[: len(wanted)] == wanted


def served(version: str | None, *, since: str | None, until: str | None) -> bool:
    """Say whether something marked `x-fts-since` / `x-fts-until` exists in a version.

    Args:
        version: Version of the server; None when it is unknown: then everything is taken to exist.
        since: First version that has it; None for every earlier one.
        until: Last version that has it, a family counting as a whole (`3.12` includes 3.12.9); None for every later one.
    """
    if version is None:
        return True
    numbers = _numbers(version)
    if since is not None and numbers < _numbers(since):
        return False
    return until is None or numbers[: len(_numbers(until))] <= _numbers(until)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
