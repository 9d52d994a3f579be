"""Lengths of time as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["clock_form", "in_words"]


def in_words(length: timedelta) -> str:
    """Write a length of time: "11 h 42 m", "3 d 2 h", "40 s"; a negative one with "ago" behind it.

    Args:
        length: The time; fractions of a second are left out.

    Returns:
        At most two units.
    """
    seconds = int(abs(length.total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        text = f"{days} d {hours} h"
    elif hours:
        text = f"{hours} h {minutes} m"
    elif minutes:
        text = f"{minutes} m"
    else:
        text = f"{seconds} s"
    return f"{text} ago" if length.total_seconds() <= -1 else text


def clock_form(length: timedelta) -> str:
    """Write a length of time as grid tools do: hours, minutes, seconds; what is over is 0:00:00.

    Args:
        length: The time.

    Returns:
        "11:42:05".

    Source: `voms-proxy-info` 2.1.
    """
    seconds = max(0, int(length.total_seconds()))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
