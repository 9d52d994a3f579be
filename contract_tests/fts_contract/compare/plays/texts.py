"""Values that break careless servers: texts with characters of other languages, and values of wrong types."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["FLAGS", "NUMBERS", "ODD_VALUES", "TEXTS"]

TEXTS: Final = (
    "it's",
    'say "so"',
    "100%",
    "%41%2541",
    "%2F",
    "a b+c",
    "Zürich é",
    "Zu\u0308rich \ufb01\uff21",
    "\u00bd\u00aa\u00b2\u00df\u00b5",
    "\u0085",
    "日本 😀",
    "<b>&amp;</b>",
    "back\\slash",
    "semi;colon,comma",
    "' OR '1'='1",
    '"; DROP TABLE t_job; --',
    "line\nbreak\ttab",
    " blanks   inside ",
    "UPPER lower",
    "under_score-dash.dot~",
    "{brace} $dollar `tick`",
    "null",
    "*",
)
"""Texts that a careful server stores and returns unchanged."""

NUMBERS: Final = (
    0,
    1,
    2,
    -1,
    -50,
    2**31 - 1,
    2**31,
    2**63,
    1.5,
    1e30,
    "7",
    " 7 ",
    "x",
    True,
    None,
)
FLAGS: Final[tuple[Any, ...]] = (True, False, None, 0, 1, "true", "false", "y", "N", "", [], {})
ODD_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 2.7, 2**31, 2**63, "", " ", "7", "abc", "true"),
    *([], {}, ["a"], [None], {"a": 1}, "x" * 300, "é", "日本"),
)
"""Values of every JSON type, and numbers and texts at the limits of database columns."""
