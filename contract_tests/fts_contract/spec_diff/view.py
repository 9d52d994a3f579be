"""Show changes: to people in lines, to programs as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fts_contract.spec_diff.change import Change

__all__ = ["as_data", "as_lines"]

_NAMED = 3


def as_lines(
    old: Mapping[str, Any], new: Mapping[str, Any], changes: Sequence[Change]
) -> Iterator[str]:
    """Give one line for each change, and the counts at the end."""
    yield f"{_version(old)} -> {_version(new)}"
    for change in changes:
        mark = "BREAKING" if change.breaking else "other"
        yield f"{mark:<8}  {change.place}: {change.message}{_where(change)}"
    breaking = sum(change.breaking for change in changes)
    yield f"{breaking} breaking, {len(changes) - breaking} other"


def as_data(
    old: Mapping[str, Any], new: Mapping[str, Any], changes: Sequence[Change]
) -> dict[str, Any]:
    """Give the changes as plain data."""
    return {
        "old": _version(old),
        "new": _version(new),
        "breaking": sum(change.breaking for change in changes),
        "changes": [attrs.asdict(change) | {"side": change.side or None} for change in changes],
    }


def _version(document: Mapping[str, Any]) -> str:
    return str(document.get("info", {}).get("version", "(no version)"))


def _where(change: Change) -> str:
    """Name the operations, unless the place does."""
    if " /" in change.place:
        return ""
    named = ", ".join(change.operations[:_NAMED])
    more = len(change.operations) - _NAMED
    return f" ({change.side} of {named}{f' and {more} more' if more > 0 else ''})"
