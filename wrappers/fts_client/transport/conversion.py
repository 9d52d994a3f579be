"""Requests and answers as httpx shows them to users, as httpcore sends them, and as recordings keep them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from fts_client.errors import FTSResponseError
from fts_client.exchanges import Exchange

if TYPE_CHECKING:
    from fts_client.transport.credential_source import CredentialSnapshot

__all__ = ["Answer", "answer_of", "exchange_of", "question_of"]


class Answer(httpx.Response):
    """An answer whose JSON is parsed at most once."""

    _value: Any = None
    _parsed: bool = False

    def parse(self) -> None:
        """Parse the body.

        Raises:
            FTSResponseError: It is not JSON.
        """
        try:
            self._value = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            why = str(error)
        else:
            self._parsed = True
            return
        # Not while the other error is handled: it holds the whole answer.
        raise FTSResponseError(
            f"The answer of {self.url.host} is not JSON: {why}",
            status_code=self.status_code,
            method=self.request.method,
            url=str(self.url),
            body=self.content,
            remedy="Check that the endpoint is an FTS REST server; if it is, it broke off in the middle.",
        )

    def json(self, **_options: Any) -> Any:
        """Return the parsed body."""
        if not self._parsed:
            self.parse()
        return self._value


def question_of(request: httpx.Request) -> httpcore.Request:
    """Write a request as httpcore takes it; its body has been read."""
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.content,
        extensions=request.extensions,
    )


def answer_of(request: httpx.Request, raw: httpcore.Response, content: bytes) -> Answer:
    """Write an answer of httpcore as users see it.

    Args:
        request: The request.
        raw: Status and headers.
        content: The body as it came, perhaps compressed.

    Returns:
        The complete answer.

    Raises:
        httpx.DecodingError: The body is not compressed as its headers say.
    """
    answer = Answer(
        raw.status,
        headers=raw.headers,
        stream=httpx.ByteStream(content),
        request=request,
        extensions={"http_version": raw.extensions["http_version"]},
    )
    answer.read()
    return answer


def exchange_of(
    snapshot: CredentialSnapshot,
    request: httpx.Request,
    started_s: float,
    *,
    answer: Answer | None = None,
    error: Exception | None = None,
) -> Exchange:
    """Make the record of a request and its answer, for those who record exchanges."""
    return Exchange(
        method=request.method,
        url=str(request.url),
        status_code=answer.status_code if answer is not None else None,
        headers=dict(answer.headers) if answer is not None else {},
        content=answer.content if answer is not None else b"",
        elapsed_s=time.monotonic() - started_s,
        error=error,
        request_headers=dict(request.headers),
        request_body=request.content,
        curl_options=snapshot.curl_options(),
    )
