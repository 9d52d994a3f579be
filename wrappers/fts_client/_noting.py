"""What recordings of exchanges are told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fts_client import exchanges

if TYPE_CHECKING:
    import httpx

    from fts_client._wire import Wire

__all__ = ["note", "seen"]


def note(
    wire: Wire,
    request: httpx.Request,
    started_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> None:
    """Tell those who record what was sent and what came back."""
    elapsed_s = time.monotonic() - started_s
    exchanges.note(**seen(wire, request, elapsed_s, raw=raw, error=error))


def seen(
    wire: Wire,
    request: httpx.Request,
    elapsed_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> dict[str, Any]:
    """Collect the fields of an `Exchange`."""
    return {
        "method": request.method,
        "url": str(request.url),
        "status_code": raw.status_code if raw is not None else None,
        "headers": dict(raw.headers) if raw is not None else {},
        "content": raw.content if raw is not None else b"",
        "elapsed_s": elapsed_s,
        "error": error,
        "request_headers": dict(request.headers),
        "request_body": request.content,
        "curl_options": wire.curl_options(),
    }
