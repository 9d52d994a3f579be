"""What a complete answer is turned into: the response that generated code may see, or one of our errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import httpx

from fts_client.errors import FTSResponseError, error_from_answer
from fts_client.transport.attempts import Failed, read_retry_after

if TYPE_CHECKING:
    from fts_client.transport.target import Wire

__all__ = ["Answer", "read_answer"]

_UNAVAILABLE: Final = frozenset({502, 503, 504})


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
            raise FTSResponseError(
                f"The answer of {self.url.host} is not JSON: {error}",
                status_code=self.status_code,
                method=self.request.method,
                url=str(self.url),
                body=self.content,
                remedy="Check that the endpoint is an FTS REST server; if it is, it broke off in the middle.",
            ) from error
        self._parsed = True

    def json(self, **_options: Any) -> Any:
        """Return the parsed body."""
        if not self._parsed:
            self.parse()
        return self._value


def read_answer(request: httpx.Request, answer: Answer, wire: Wire) -> Answer:
    """Let through what generated code may see.

    Args:
        request: The request.
        answer: The answer, which has been read.
        wire: Who asked, for messages.

    Returns:
        The answer, below 300; JSON in it has been parsed.

    Raises:
        Failed: It is an error, or cannot be read.
    """
    content_type = answer.headers.get("Content-Type")
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        credential = wire.credential()
        error = error_from_answer(
            answer.status_code,
            method=request.method,
            url=str(request.url),
            body=answer.content,
            content_type=content_type,
            credential=credential.describe() if credential else None,
        )
        unavailable = answer.status_code in _UNAVAILABLE
        raise Failed(
            error,
            "unavailable" if unavailable else "refused",
            read_retry_after(answer.headers.get("Retry-After")),
        )
    if answer.status_code >= httpx.codes.MULTIPLE_CHOICES:
        raise Failed(_redirected(request, answer), "refused")
    if answer.content and (content_type or "").lower().startswith("application/json"):
        try:
            answer.parse()
        except FTSResponseError as error:
            raise Failed(error, "broken answer") from error.__cause__
    return answer


def _redirected(request: httpx.Request, raw: httpx.Response) -> FTSResponseError:
    return FTSResponseError(
        f"{request.url.host} redirects to {raw.headers.get('Location', 'nowhere')}, which FTS never does",
        status_code=raw.status_code,
        method=request.method,
        url=str(request.url),
        body=raw.content,
        remedy="Check the endpoint: it must be the REST address, usually port 8446.",
    )
