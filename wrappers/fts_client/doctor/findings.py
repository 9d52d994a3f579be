"""The findings of an examination: one line for each thing examined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from fts_client.errors import FTSError

Level = Literal["ok", "warn", "fail"]


@attrs.frozen(kw_only=True)
class Finding:
    """One line of the report.

    Attributes:
        level: `fail`: transfers will not work; `warn`: they may not work, or not for long.
        topic: What was examined.
        text: What was found.
        remedy: What to do; None when nothing needs to be done.
    """

    level: Level
    topic: str
    text: str
    remedy: str | None = None


def finding(level: Level, topic: str, text: str, remedy: str | None = None) -> Finding:
    """Make a finding whose level may have been computed: the remedy is dropped when all is well."""
    return Finding(level=level, topic=topic, text=text, remedy=None if level == "ok" else remedy)


def from_error(topic: str, error: FTSError) -> Finding:
    """Make a failure that says what an error says."""
    remedy = error.remedy or "correct the option or the variable that names it"
    return finding("fail", topic, error.message, remedy)
