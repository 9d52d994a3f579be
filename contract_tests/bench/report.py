"""The table for people and bench.json for programs."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.figures import Result

__all__ = ["as_json", "line", "misses"]

_NOTEWORTHY: Final = 0.05
_BUSY: Final = 0.15


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def line(result: Result) -> str:
    """Write one result: value, target, limit, where the time goes.

    Args:
        result: The result.

    Returns:
        A few lines.
    """
    row, figure = result.row, result.figure
    verdict = "ok  " if result.met else "MISS"
    if row.target is None:
        verdict, target = "    ", ""
    else:
        target = f"{row.sense} {_number(row.target)}{row.unit}"
    text = f"{verdict} {row.title:<58} {_number(figure.value) + row.unit:>10}  {target:<12} {figure.detail}"
    text += f"\n       limit: {row.limit}"
    if figure.parts:
        parts = [f"{part} {n:.0%}" for part, n in figure.parts.items() if n >= _NOTEWORTHY]
        text += f"\n       time:  {', '.join(parts)}"
    if result.attempts > 1 or result.others > _BUSY:
        text += f"\n       note:  measured {result.attempts} times; other programs used {result.others:.0%} of the processors"
    return text


def misses(results: Iterable[Result]) -> list[str]:
    """Describe the rows that miss their target.

    Args:
        results: All results.

    Returns:
        A sentence for each.
    """
    return [
        f"{r.row.name}: {_number(r.figure.value)}{r.row.unit}, expected {r.row.sense} {_number(r.row.target)}{r.row.unit}"
        for r in results
        if not r.met and r.row.target is not None
    ]


def as_json(results: Iterable[Result]) -> dict[str, Any]:
    """Make the content of bench.json.

    Args:
        results: All results.

    Returns:
        JSON value.
    """
    return {
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "httpx": version("httpx"),
        },
        "rows": [
            {
                "name": r.row.name,
                "title": r.row.title,
                "value": r.figure.value,
                "unit": r.row.unit.strip(),
                "sense": r.row.sense,
                "target": r.row.target,
                "met": r.met,
                "limit": r.row.limit,
                "detail": r.figure.detail,
                "time": None if r.figure.parts is None else dict(r.figure.parts),
                "other_programs": r.others,
                "attempts": r.attempts,
            }
            for r in results
        ],
    }
