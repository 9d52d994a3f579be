"""Refusals that a request within the contract may meet, because they depend on what the server or a storage holds.

No JSON Schema can say that a host is unknown or that a storage is down. The document names such answers in
`x-fts-refusals`, for one operation or, at its top, for all; a refusal that is not named there is a failure.
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
        description: When it happens, for people.
    """

    statuses: frozenset[int]
    message: re.Pattern[str] | None
    request: re.Pattern[str] | None
    description: str

    def explains(self, *, status: int, message: str, request: str) -> bool:
        """Say whether an answer is this refusal.

        Args:
            status: Status of the answer.
            message: Message of the answer.
            request: Target and body of the request, decoded.
        """
        if status not in self.statuses:
            return False
        if self.message is not None and not self.message.search(message):
            return False
        return self.request is None or bool(self.request.search(request))


def read_refusals(owner: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Read the entries of an operation object or of a document.

    Raises:
        TypeError: An entry is no mapping.
        KeyError: An entry lacks its statuses.
    """
    return tuple(
        Refusal(
            statuses=frozenset(entry["status"]),
            message=_pattern(entry.get("message")),
            request=_pattern(entry.get("request")),
            description=str(entry.get("description", "")),
        )
        for entry in owner.get(_KEY, ())
    )


def _pattern(text: Any) -> re.Pattern[str] | None:
    return None if text is None else re.compile(str(text))
