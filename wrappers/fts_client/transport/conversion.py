"""Answers as httpx shows them to users, and exchanges as recordings keep them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from fts_client.errors import FTSResponseError
from fts_client.exchanges import Exchange
from fts_client.transport.http1 import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.transport.credential_source import CredentialSnapshot
    from fts_client.transport.http1 import RawAnswer

__all__ = ["Answer", "answer_of", "exchange_of"]

# 4 KiB become 4 MiB at most.
_PIECE: Final = 4096
_ENCODING: Final = b"content-encoding"
_ENCODINGS: Final = frozenset({b"gzip", b"deflate", b"identity"})


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


class _Compressed(Answer):
    """An answer that is decompressed piece by piece, so that none becomes very large."""

    max_bytes: int

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Decompress the body piece by piece.

        Raises:
            TooLarge: It is larger than allowed.
        """
        size = 0
        for piece in super().iter_bytes(chunk_size):
            size += len(piece)
            if size > self.max_bytes:
                raise TooLarge
            yield piece


class _Pieces(httpx.ByteStream):
    """A body in pieces."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), _PIECE):
            yield self._content[start : start + _PIECE]


def answer_of(request: httpx.Request, raw: RawAnswer, *, max_bytes: int) -> Answer:
    """Write an answer as users see it.

    Args:
        request: The request.
        raw: The answer as it came, perhaps compressed.
        max_bytes: Size of the largest body that is decompressed.

    Returns:
        The complete answer.

    Raises:
        httpx.DecodingError: The body is not compressed as its headers say.
        TooLarge: It is larger than allowed.
    """
    encodings = [value.strip().lower() for name, value in raw.headers if name.lower() == _ENCODING]
    # Several, one in the other, could grow without end.
    if encodings and (len(encodings) > 1 or encodings[0] not in _ENCODINGS):
        raise httpx.DecodingError("it has an encoding that was not asked for")
    kind, stream = (_Compressed, _Pieces) if encodings else (Answer, httpx.ByteStream)
    answer = kind(raw.status, headers=raw.headers, stream=stream(raw.content), request=request)
    if isinstance(answer, _Compressed):
        answer.max_bytes = max_bytes
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
