"""Requests, answers and errors between the two layers of the HTTP library: httpx, which users see, and httpcore."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Self

import httpcore
import httpx

from fts_client.transport.reading import Answer

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Mapped", "answer_of", "pool_timeout_s", "question_of"]


def question_of(request: httpx.Request) -> httpcore.Request:
    """Write a request as connections take it; its body has been read."""
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.url.raw_path,
    )
    return httpcore.Request(
        method=request.method,
        url=url,
        headers=request.headers.raw,
        content=request.content,
        extensions=request.extensions,
    )


def answer_of(request: httpx.Request, answer: httpcore.Response, content: bytes) -> Answer:
    """Write the answer of a connection as users see it; its body may be compressed."""
    return Answer(
        answer.status,
        headers=answer.headers,
        stream=httpx.ByteStream(content),
        request=request,
        extensions={"http_version": answer.extensions["http_version"]},
    )


def pool_timeout_s(request: httpx.Request) -> float | None:
    """Read how many seconds a request may wait for a connection; None for any number."""
    limit: float | None = request.extensions.get("timeout", {}).get("pool")
    return limit


class Mapped:
    """Context manager that raises the errors of a connection as those that users of the HTTP library know."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: object, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(
            error,
            (
                httpcore.TimeoutException,
                httpcore.NetworkError,
                httpcore.ProtocolError,
                httpcore.UnsupportedProtocol,
            ),
        ):
            # The two layers have classes of the same names.
            raise getattr(httpx, type(error).__name__)(_reason(error)) from error
        if isinstance(error, ssl.SSLError):
            # In TLS 1.3 a server refuses a certificate after the handshake, where the HTTP library expects no such error.
            raise httpx.ReadError(str(error)) from error


def _reason(error: Exception) -> str:
    """Say what the network said: the HTTP library says nothing, or "All connection attempts failed"."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    causes = cause.exceptions if isinstance(cause, BaseExceptionGroup) else (cause,)
    return "; ".join(str(one) for one in causes)
