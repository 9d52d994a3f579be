"""Read the message out of an error answer: the two JSON shapes of FTS and the HTML of servers in front of it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import attrs

from fts_client.errors.redaction import READ_LIMIT, redact, redact_answer

_MESSAGE_LIMIT = 2_000
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
# Each takes linear time: what has no end swallows the rest.
_INVISIBLE = re.compile(r"(?is)<!--(?:.*?-->|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)")
# A text and the tag that ends it; the last text ends with the page.
_TAG = re.compile(r"([^<]*+)(?:<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>?|<|\Z)")
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


def _text_of_html(page: str) -> str:
    """Give the paragraphs of a page, else its heading, else its title, in one line; empty when it has none of them."""
    found: dict[str, list[str]] = {"p": [], "h1": [], "title": []}
    inside = ""
    for text, end, name in _TAG.findall(_INVISIBLE.sub("", page)):
        if inside:
            found[inside].append(text)
        tag = name.lower()
        if not end and tag in found:
            inside = tag
        elif tag in {inside, "body", "html", "head"}:
            inside = ""
    texts = (" ".join(_unescaped("".join(parts)).split()) for parts in found.values())
    return next(filter(None, texts), "")


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # a reference to a character with thousands of digits
        return text


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
    """Read what an error answer says, whatever shape it has; an unreadable body gives an empty message.

    Args:
        body: The body as received.
        content_type: Value of the header; None when there was none. JSON is recognised without it.
        url: The address asked, which names the job when the body does not.

    Source: observed on FTS 3.13.4: `status` + `message` inside a route, `http_status` + `http_message` for one
        job, HTML for what is refused before routing (recordings submit-bearer-garbage, index-foreign-origin).
    """
    try:
        message, job_id = _from_json(json.loads(body))
    except (ValueError, RecursionError):
        text = body[:READ_LIMIT].decode("utf-8", errors="replace")
        message, job_id = "", None
        kind = (content_type or "").lower()
        if "html" in kind or text.lstrip()[:1] == "<":
            message = _text_of_html(text)
        elif "\x00" not in text:
            message = text.strip()
    if job_id is None:
        named = _JOB_IN_URL.search(url)
        job_id = named.group(1) if named else None
    # Redact before cutting: half a secret would not be recognised.
    message = redact(message[:READ_LIMIT])
    if len(message) > _MESSAGE_LIMIT:
        message = message[:_MESSAGE_LIMIT] + "..."
    return ErrorBody(message=message, job_id=job_id, text=redact_answer(body))
