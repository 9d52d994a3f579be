"""Turn a recording into the exchange that was on the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fts_contract.harness.contract.leniency import FORM
from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.sending.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["exchange_of"]

_SOMEWHERE = "https://fts.invalid"


def exchange_of(recording: Mapping[str, Any]) -> Exchange:
    """Turn a recording into an exchange, with a made-up host and no time taken."""
    request, response = recording["request"], recording["response"]
    path, _, _ = request["path"].partition("#")
    if query := request.get("query"):
        path += ("&" if "?" in path else "?") + urlencode(query, doseq=True)
    headers = {str(name): str(value) for name, value in (request.get("headers") or {}).items()}
    answered = {
        str(name).lower(): str(value) for name, value in (response.get("headers") or {}).items()
    }
    body = request.get("body")
    types = [value for name, value in headers.items() if name.lower() == "content-type"]
    if isinstance(body, dict) and types in ([], [FORM]):
        # The tool that sent recorded forms added their content type itself.
        headers |= {} if types else {"Content-Type": FORM}
        body = urlencode(body)
    elif body is not None and not isinstance(body, str):
        body = json.dumps(body)
    return Exchange(
        method=request["method"].upper(),
        url=_SOMEWHERE + quote(path, safe="/?&=%:,;@!$'()*+~"),
        request_headers=headers,
        request_body=None if body is None else body.encode(errors="surrogatepass"),
        status=response["status"],
        headers=answered,
        body=_wire_text(response, answered.get("content-type", "")).encode(errors="surrogatepass"),
        elapsed_s=0.0,
    )


def _wire_text(response: Mapping[str, Any], content_type: str) -> str:
    """Write a recorded body as text: JSON encoded, no body as an empty text."""
    body = response.get("body")
    if MediaType.parse(content_type).is_json or not (body is None or isinstance(body, str)):
        return json.dumps(body)
    return body or ""
