"""Refusals that a request within the contract may meet, because they depend on what the server or a storage holds.

No JSON Schema can say that a host is unknown or that a storage is down. The document names such answers in
`x-fts-refusals`, for one operation or, at its top, for all; a refusal that is not named there is a failure.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Refusal", "read_refusals", "refuses", "request_text"]

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

    def explains(self, exchange: Exchange, message: str) -> bool:
        """Say whether an answer is this refusal."""
        if exchange.status not in self.statuses:
            return False
        if self.message is not None and not self.message.search(message):
            return False
        return self.request is None or bool(self.request.search(request_text(exchange)))


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


def refuses(refusals: tuple[Refusal, ...], exchange: Exchange, message: str) -> bool:
    """Say whether any of these refusals explains an answer."""
    return any(refusal.explains(exchange, message) for refusal in refusals)


def _pattern(text: Any) -> re.Pattern[str] | None:
    return None if text is None else re.compile(str(text))


def request_text(exchange: Exchange) -> str:
    """Give the characters that the server reads: escapes of URL and JSON undone."""
    body = exchange.request_json
    text = (
        (exchange.request_body or b"").decode("utf-8", errors="replace")
        if body is None
        else json.dumps(body, ensure_ascii=False)
    )
    return f"{unquote_plus(exchange.target)}\n{text}"
