"""Whether a description tells what a number counts."""

from __future__ import annotations

import re

__all__ = ["names_unit"]

_UNITS = (
    r"microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|unix time",
    r"[kmgt]i?b|bytes?|bits?",
    r"percent|%|ratio|factor",
    r"count|counts|number of|how many|index|position|ordinal|rank",
    r"ids?|identifier|process id|port",
    r"version|status|errno|error code|mode|bit mask",
    r"priority|level|weight|share|flag",
)
_UNIT = re.compile(rf"(?<![\w-])(?:{'|'.join(_UNITS)})(?![\w-])", re.IGNORECASE)


def names_unit(description: str) -> bool:
    """Say whether a description names a unit, or says that the number counts or identifies something."""
    return bool(_UNIT.search(description))
