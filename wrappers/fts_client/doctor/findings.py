"""What the examination says: one line for each thing that was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from fts_client.errors import FTSError

__all__ = ["Finding", "Level", "fail", "finding", "from_error", "ok", "warn"]

Level = Literal["ok", "warn", "fail"]


@attrs.frozen(kw_only=True)
class Finding:
    """One line of the report.

    Attributes:
        level: `fail`: transfers will not work; `warn`: they may not, or not for long.
        topic: What was looked at.
        text: What was found.
        remedy: What to do; None when all is well.
    """

    level: Level
    topic: str
    text: str
    remedy: str | None = None


def ok(topic: str, text: str) -> Finding:
    """All is well."""
    return Finding(level="ok", topic=topic, text=text)


def warn(topic: str, text: str, remedy: str) -> Finding:
    """Transfers may not work, or not for long."""
    return Finding(level="warn", topic=topic, text=text, remedy=remedy)


def fail(topic: str, text: str, remedy: str) -> Finding:
    """Transfers will not work."""
    return Finding(level="fail", topic=topic, text=text, remedy=remedy)


def finding(level: Level, topic: str, text: str, remedy: str) -> Finding:
    """Say something of a level that was computed; the remedy goes only with those that need one."""
    return Finding(level=level, topic=topic, text=text, remedy=None if level == "ok" else remedy)


def from_error(topic: str, error: FTSError) -> Finding:
    """Say what an error says."""
    remedy = error.remedy or "correct the option or the variable that names it"
    return fail(topic, str(error.args[0]), remedy)
