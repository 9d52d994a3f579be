"""Who records exchanges, and what they are told; `exchanges` is what users see of it."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_client.exchanges import Exchange
    from fts_client.transport.target import Wire

__all__ = ["exchange_of", "note", "recorders", "rehearsal"]

recorders: ContextVar[tuple[Callable[[Exchange], object], ...]] = ContextVar(
    "recorders", default=()
)
"""Those who are told of every exchange in this context."""

rehearsal: ContextVar[bool] = ContextVar("rehearsal", default=False)
"""Whether requests are shown in place of being sent."""


def note(
    wire: Wire,
    request: httpx.Request,
    started_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> None:
    """Tell those who record what was sent and what came back; costs nothing when there are none."""
    if told := recorders.get():
        elapsed_s = time.monotonic() - started_s
        exchange = exchange_of(wire, request, elapsed_s, raw=raw, error=error)
        for tell in told:
            tell(exchange)


def exchange_of(
    wire: Wire,
    request: httpx.Request,
    elapsed_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> Exchange:
    """Make the record of a request and its answer."""
    # Few programs record.
    from fts_client.exchanges import Exchange  # noqa: PLC0415

    return Exchange(
        method=request.method,
        url=str(request.url),
        status_code=raw.status_code if raw is not None else None,
        headers=dict(raw.headers) if raw is not None else {},
        content=raw.content if raw is not None else b"",
        elapsed_s=elapsed_s,
        error=error,
        request_headers=dict(request.headers),
        request_body=request.content,
        curl_options=wire.curl_options(),
    )
