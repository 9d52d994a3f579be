"""`error-shape`: errors have the form of the layer that sends them.

The application sends JSON: with the job id where jobs are named by id, otherwise with `status` and `message`.
The web server sends HTML, and so does the code that checks a request before its path.

Source: "Errors, methods, paths" as observed on FTS 3.13.4.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.exchange_checks.job_rows import STARTED_BY_IDS
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ERROR_SHAPE"]

_INSIDE = frozenset({404, 405, 409, 419, 424})
"""Only the application answers these to a request with an ordinary path."""
_ODD_TARGET = re.compile(r"%2f|%5c|%00|\.\.", re.IGNORECASE)
_LONG_TARGET = 3000
"""Characters; longer ids may exceed the limit of file names in the web server, which then answers itself."""
_OWN_REASONS = {419: "Authentication Timeout"}
"""Reasons of statuses that are not registered with IANA."""


def _judge(context: Context) -> Iterator[Flaw]:
    if context.status < HTTPStatus.BAD_REQUEST:
        for row in context.rows if context.name in STARTED_BY_IDS else ():
            yield from _reason(row.get("http_status"), "http_status")
        return
    content_type = MediaType.parse(context.exchange.headers.get("content-type", ""))
    if not content_type.is_json:
        if _is_from_inside(context):
            yield Flaw(f"status {context.status} came as {content_type.name}, expected JSON", "")
    elif isinstance(context.body, dict):
        yield from _form(context, context.body)


def _is_from_inside(context: Context) -> bool:
    """Say whether only the application gives such an answer to such a request."""
    if context.status not in _INSIDE:
        # A bad `Origin` or token is refused before routing, in HTML.
        names = {name.lower() for name in context.exchange.request_headers}
        if context.status != HTTPStatus.BAD_REQUEST or {"authorization", "origin"} & names:
            return False
    target = context.exchange.target
    return len(target) < _LONG_TARGET and not _ODD_TARGET.search(target)


def _form(context: Context, body: dict[str, Any]) -> Iterator[Flaw]:
    """Judge what the schemas do not state, so that nothing is reported twice."""
    if context.name in STARTED_BY_IDS and context.status == HTTPStatus.FORBIDDEN:
        # Without any right on jobs, a request is refused before the jobs are looked at.
        if context.caller.transfer_level is not None and "job_id" not in body:
            yield Flaw("the error does not name the job", "job_id")
    elif context.name not in STARTED_BY_IDS and {"http_status", "http_message"} & set(body):
        yield Flaw(
            "the error has http_status and http_message, expected status and message",
            "http_status",
        )
    for key in ("status", "http_status"):
        yield from _reason(body.get(key), key)


def _reason(text: Any, where: str) -> Iterator[Flaw]:
    """A status in the body must be written as its number and reason."""
    found = re.match(r"([1-5][0-9][0-9]) (.*)", text) if isinstance(text, str) else None
    if found is None:
        return
    code = int(found[1])
    try:
        reason = _OWN_REASONS.get(code) or HTTPStatus(code).phrase
    except ValueError:
        return
    if found[2].lower() != reason.lower():
        yield Flaw(f"{where} is {text!r}, expected '{code} {reason}'", where)


ERROR_SHAPE = Check("error-shape", "an error has not the form of the layer it comes from", _judge)
