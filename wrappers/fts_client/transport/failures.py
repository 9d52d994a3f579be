"""What an attempt that got no answer is turned into: one of our errors, and whether the request may have arrived."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
)
from fts_client.recorders import note
from fts_client.transport.attempts import Failed

if TYPE_CHECKING:
    from fts_client.transport.target import Wire

__all__ = ["Failures"]

_TIMEOUT_PHASES: Final = (
    (httpx.ConnectTimeout, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.WriteTimeout, "write"),
)


class Failures:
    """Context manager that turns every error of the HTTP library into one of ours."""

    def __init__(self, request: httpx.Request, wire: Wire) -> None:
        self._request = request
        self._wire = wire
        self._credential = wire.credential()
        # Somebody may ask a second server because the first one failed: that failure must not explain this one.
        self._handled = sys.exc_info()[1]
        self.started_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, httpx.HTTPError):
            note(self._wire, self._request, self.started_s, error=error)
        if isinstance(error, httpx.DecodingError):
            broken = FTSResponseError(
                f"The answer of {self._request.url.host} cannot be decoded: {error}",
                method=self._request.method,
                url=str(self._request.url),
            )
            raise Failed(broken, "broken answer") from error
        if isinstance(error, httpx.TransportError):
            raise self._connection_failed(error) from error
        if isinstance(error, (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)):
            raise FTSUsageError(f"Cannot send {self._request.url}: {error}") from error

    def _connection_failed(self, error: httpx.TransportError) -> Failed:
        url = self._request.url
        where = f"{url.host}:{url.port or 443}"
        sent = not isinstance(
            error,
            (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.PoolTimeout,
                httpx.ProxyError,
                httpx.UnsupportedProtocol,
                httpx.LocalProtocolError,
            ),
        )
        if isinstance(error, httpx.TimeoutException):
            phase: Any = next(
                (name for kind, name in _TIMEOUT_PHASES if isinstance(error, kind)), "read"
            )
            late = FTSTimeoutError(
                f"No progress with {where} within the time limit (phase: {phase})",
                phase=phase,
                url=str(url),
                request_sent=sent,
                remedy="Raise the limit in Timeouts, or check the server and the network.",
            )
            return Failed(late, "maybe sent" if sent else "not sent")
        # Few programs meet these.
        from fts_client.transport.tls_failures import explain_tls_error  # noqa: PLC0415
        from fts_client.transport.unreachable import explain  # noqa: PLC0415

        refused = explain_tls_error(
            error,
            url=str(url),
            credential=self._credential,
            request_sent=sent,
            handled=self._handled,
        )
        if refused is not None:
            return Failed(refused, "refused")
        why = explain(error, where=where, credential=self._credential, handled=self._handled)
        broken = FTSConnectionError(
            why.message, url=str(url), request_sent=sent, remedy=why.remedy
        )
        hopeless = why.hopeless or isinstance(
            error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
        )
        if hopeless:
            return Failed(broken, "refused")
        return Failed(broken, "maybe sent" if sent else "not sent")
