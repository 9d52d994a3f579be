"""Refusals of valid requests that are allowed, because they depend on the state of the server or of a storage.

A JSON Schema cannot say that a host is unknown or that a storage is down. The document names such answers in
`x-fts-refusals`, for one operation or, at its top, for all; any other refusal of a valid request is a failure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Refusal", "read_refusals"]

_KEY = "x-fts-refusals"


@attrs.frozen(kw_only=True)
class Refusal:
    """One entry of `x-fts-refusals`.

    Attributes:
        statuses: Statuses of the answer.
        message: Regular expression searched in the message of the answer; None for any message.
        request: Regular expression searched in the decoded request target and body; None for any request.
    """

    statuses: frozenset[int]
    message: re.Pattern[str] | None
    request: re.Pattern[str] | None

    def explains(self, *, status: int, message: str, request: str) -> bool:
        """Say whether an answer, given by status and message, to a request, given as decoded text, is this refusal."""
        searched = ((self.message, message), (self.request, request))
        return status in self.statuses and all(
            pattern is None or pattern.search(text) for pattern, text in searched
        )


def read_refusals(owner: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Read the entries of an operation object or of a document.

    Raises:
        TypeError: An entry is not a mapping.
        KeyError: An entry has no statuses.
    """
    return tuple(
        Refusal(
            statuses=frozenset(entry["status"]),
            message=_pattern(entry.get("message")),
            request=_pattern(entry.get("request")),
        )
        for entry in owner.get(_KEY, ())
    )


def _pattern(text: Any) -> re.Pattern[str] | None:
    return None if text is None else re.compile(str(text))
