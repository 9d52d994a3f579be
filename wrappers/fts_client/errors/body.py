"""Read the message out of an error answer: the two JSON shapes of FTS and the HTML of what stands before it."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs

from fts_client.errors.redaction import redact

__all__ = ["BODY_LIMIT", "ErrorBody", "read_error_body"]

BODY_LIMIT = 16_384
"""Characters of a body that an error keeps."""

_MESSAGE_LIMIT = 2_000
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_JOB_IN_URL = re.compile(rf"/jobs/({_UUID})(?:[/?#]|$)")


@attrs.frozen(kw_only=True)
class ErrorBody:
    """What an error answer says.

    Attributes:
        message: The server's own words; empty when the body says nothing.
        job_id: The job that the answer is about, or None.
        text: The body as text, without secrets, cut at `BODY_LIMIT` characters.
    """

    message: str
    job_id: str | None
    text: str


def _from_json(value: Any) -> tuple[str, str | None]:
    """Message and job id of either FTS shape; of a list (bulk answers) all messages, no single job."""
    if isinstance(value, list):
        messages = [_from_json(item)[0] for item in value if isinstance(item, dict)]
        return "; ".join(dict.fromkeys(message for message in messages if message)), None
    if not isinstance(value, dict):
        return (value if isinstance(value, str) else ""), None
    for key in ("message", "http_message", "status", "http_status"):
        message = value.get(key)
        if isinstance(message, str) and message.strip():
            break
    else:
        message = ""
    job_id = value.get("job_id")
    return message, job_id if isinstance(job_id, str) else None


def read_error_body(body: bytes, *, content_type: str | None, url: str) -> ErrorBody:
    """Read what an error answer says, whatever shape it has.

    Args:
        body: The body as received.
        content_type: Value of the header; None when there was none. JSON is recognised without it.
        url: The address asked, which names the job when the body does not.

    Returns:
        The message, the job and the text. Never raises: an unreadable body gives an empty message.

    Source: observed on FTS 3.13.4: `status` + `message` inside a route, `http_status` + `http_message` for one
    job, HTML for what is refused before routing (recordings submit-bearer-garbage, index-foreign-origin).
    """
    text = body.decode("utf-8", errors="replace")
    message, job_id = "", None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        kind = (content_type or "").lower()
        if "html" in kind or text.lstrip()[:1] == "<":
            # Few answers are HTML, and what reads it takes long to load.
            from fts_client.errors.html_text import text_of_html  # noqa: PLC0415

            message = text_of_html(text)
        elif "\x00" not in text:
            message = text.strip()
    else:
        message, job_id = _from_json(value)
    if job_id is None:
        named = _JOB_IN_URL.search(url)
        job_id = named.group(1) if named else None
    # Redaction comes before the cut, or half a key block would lose the line by which it is known.
    message = redact(message)
    if len(message) > _MESSAGE_LIMIT:
        message = message[:_MESSAGE_LIMIT] + "..."
    return ErrorBody(message=message, job_id=job_id, text=redact(text)[:BODY_LIMIT])
