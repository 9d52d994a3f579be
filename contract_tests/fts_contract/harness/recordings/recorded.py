"""Read one recorded exchange as what was on the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus, urlencode

from fts_contract.harness.contract.leniency import FORM
from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.sending.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["exchange_of", "query_of", "text_headers", "wire_text"]

_SOMEWHERE = "https://fts.invalid"


def exchange_of(recording: Mapping[str, Any]) -> Exchange:
    """Give a recording as an exchange; what recordings leave out (host, time taken) is made up."""
    request, response = recording["request"], recording["response"]
    path, _, _ = request["path"].partition("#")
    if query := request.get("query"):
        path += ("&" if "?" in path else "?") + urlencode(query, doseq=True)
    headers = {str(name): str(value) for name, value in (request.get("headers") or {}).items()}
    body = request.get("body")
    types = [value for name, value in headers.items() if name.lower() == "content-type"]
    if isinstance(body, dict) and types in ([], [FORM]):
        # The tool that recorded a form wrote its content type by itself.
        headers |= {} if types else {"Content-Type": FORM}
        body = urlencode(body)
    elif body is not None and not isinstance(body, str):
        body = json.dumps(body)
    return Exchange(
        method=request["method"].upper(),
        url=_SOMEWHERE + quote(path, safe="/?&=%:,;@!$'()*+~"),
        request_headers=headers,
        request_body=None if body is None else body.encode("utf-8", errors="surrogatepass"),
        status=response["status"],
        headers=text_headers(response),
        body=wire_text(response).encode("utf-8", errors="surrogatepass"),
        elapsed_s=0.0,
    )


def wire_text(response: Mapping[str, Any]) -> str:
    """Write a recorded body as it was on the wire, as far as that matters: JSON as text, no body as empty text."""
    body = response.get("body")
    content_type = MediaType.parse(text_headers(response).get("content-type", ""))
    if content_type.is_json:
        return json.dumps(body)
    if body is None or isinstance(body, str):
        return body or ""
    return json.dumps(body)


def text_headers(response: Mapping[str, Any]) -> dict[str, str]:
    """Give the headers with names in lower case and values as text."""
    headers = response.get("headers") or {}
    return {str(name).lower(): str(value) for name, value in headers.items()}


def query_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Collect the query, which recordings keep apart or inside the path; of repeated names the first counts."""
    inside = request["path"].partition("?")[2].partition("#")[0]
    pairs = [part.partition("=") for part in inside.split("&") if part]
    return {
        **{unquote_plus(name): unquote_plus(value) for name, _, value in reversed(pairs)},
        **{
            str(name): str(value[0] if isinstance(value, list) else value)
            for name, value in (request.get("query") or {}).items()
            if value != []
        },
    }
