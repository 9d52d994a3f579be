"""The few operations that answer browsers with a page."""

from __future__ import annotations

import html
import json
from typing import Any, Final

import attrs

from fts_contract.mock.exchange import HTML, Call, Reply, json_reply

_JSON_TYPE: Final = ("application", "json")
_HTML_TYPE: Final = ("text", "html")


def page(title: str, body: str) -> str:
    """Write a page.

    Args:
        title: Its title.
        body: HTML.
    """
    shown = html.escape(title)
    return (
        f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<title> {shown}</title>\n'
        f'<meta charset="utf-8">\n</head>\n<body>\n<h1>{shown}</h1>\n{body}\n</body>\n</html>\n'
    )


def table_page(title: str, value: Any) -> str:
    """Write a page that shows what the JSON answer would hold."""
    rows = value if isinstance(value, list) else list(value.items())
    if not rows:
        return page(title, "<p>There is nothing here.</p>")
    cells = "\n".join(f"<tr><td>{html.escape(json.dumps(row))}</td></tr>" for row in rows)
    return page(title, f"<table>\n{cells}\n</table>")


def negotiated(call: Call, value: Any, *, title: str) -> Reply:
    """Answer JSON to programs and a page to browsers.

    Args:
        call: The request; its `Accept` decides, HTML wins a tie, JSON is the fallback.
        value: The JSON value.
        title: Title of the page.
    """
    if wants_html(call):
        body = table_page(title, value).encode()
        return Reply(status=200, body=body, content_type=HTML)
    # Unlike other lists, these are sent with their length.
    return attrs.evolve(json_reply(value), streamed=False)


def wants_html(call: Call) -> bool:
    """Say whether a client prefers a page.

    Source: observed on FTS 3.13.4 (recordings index-any-accept, index-json-and-html, index-image).
    """
    accepted = _read_accept(call.headers.get("accept", ""))
    as_html = _best(accepted, _HTML_TYPE)
    return as_html[0] > 0 and as_html >= _best(accepted, _JSON_TYPE)


def _read_accept(text: str) -> list[tuple[str, str, float]]:
    found = []
    for part in text.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        kind, _, subtype = media.lower().partition("/")
        quality, plain = 1.0, True
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() != "q":
                plain = False
                continue
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
        # FTS sends no type with parameters, so one that is asked for with `charset` or `level` is not what it sends.
        if subtype and plain:
            found.append((kind, subtype, quality))
    return found


def _best(accepted: list[tuple[str, str, float]], wanted: tuple[str, str]) -> tuple[float, int]:
    """Quality of a type, and how exactly it was named."""
    return max(
        (
            (quality, (kind != "*") + (subtype != "*"))
            for kind, subtype, quality in accepted
            if kind in (wanted[0], "*") and subtype in (wanted[1], "*")
        ),
        default=(0.0, 0),
    )
