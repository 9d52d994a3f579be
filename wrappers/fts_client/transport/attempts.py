"""What becomes of one attempt at a request: an answer as httpx shows it to users, or a failure. No I/O."""

from __future__ import annotations

import json
import re
import sys
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import httpx

from fts_client.errors import FTSResponseError
from fts_client.errors.logs import safe_logger
from fts_client.exchanges import Exchange, recorders
from fts_client.retry import Failed, is_submission
from fts_client.transport.connection import TooLarge
from fts_client.transport.failures import failure_of, refusal_of

if TYPE_CHECKING:
    from fts_client.transport.connection import RawAnswer
    from fts_client.transport.credential_source import CredentialSnapshot

_log = safe_logger(__name__)

_ENCODING: Final = b"content-encoding"
# `wbits` of zlib to try for each; some servers send "deflate" without the zlib header.
_GZIP: Final = 31
_WINDOW_BITS: Final = {b"gzip": (_GZIP,), b"deflate": (15, -15), b"identity": ()}
# How each member of a gzip body begins. The smallest hold nothing, so that no limit of size ends them.
_MEMBER: Final = b"\x1f\x8b"
_MAX_MEMBERS: Final = 10_000
_PIECE: Final = 65_536
_NOT_JSON: Final = re.compile(
    r"/(?:request|certificate|delegation)/?$|/(?:api-docs|cs|oauth2|css|js)(?:/|$)"
)


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
    encodings = []
    for name, value in raw.headers:
        if name.lower() == _ENCODING:
            encodings.append(value.strip().lower())
    # Several, one in the other, could grow without end.
    if len(encodings) > 1 or not _WINDOW_BITS.keys() >= {*encodings}:
        raise httpx.DecodingError("it has an encoding that was not asked for")
    content = raw.content
    if content and encodings and (ways := _WINDOW_BITS[encodings[0]]):
        content = _decompressed(content, ways, max_bytes)
    answer = Answer(raw.status, stream=httpx.ByteStream(content), request=request)
    answer.read()
    # Set afterwards, or httpx would decompress it again.
    answer.headers = httpx.Headers(raw.headers)
    return answer


def _decompressed(content: bytes, ways: tuple[int, ...], max_bytes: int) -> bytes:
    for bits in ways:
        with suppress(zlib.error):
            return _inflated(content, bits, max_bytes)
    raise httpx.DecodingError("it is not compressed as its headers say")


def _inflated(content: bytes, bits: int, max_bytes: int) -> bytes:
    """Decompress a body, of gzip all members; as urllib3 and gzip do, what follows and is not a member is left out.

    Raises:
        zlib.error: It is not compressed in this way.

    Source: RFC 1952 section 2.2.
    """
    found: list[bytes] = []
    place, size_left = 0, max_bytes
    for _ in range(_MAX_MEMBERS):
        reader = zlib.decompressobj(bits)
        while not reader.eof:
            # At its end, a member copies what is left of a piece: in small pieces, that is little.
            piece = content[place : place + _PIECE]
            if not piece:
                raise httpx.DecodingError("its compressed data are cut off")
            found.append(reader.decompress(piece, min(size_left + 1, sys.maxsize)))
            place += len(piece) - len(reader.unused_data)
            size_left -= len(found[-1])
            if size_left < 0:
                raise TooLarge
        if not (bits == _GZIP and content.startswith(_MEMBER, place)):
            return b"".join(found)
    raise httpx.DecodingError(f"it has more than {_MAX_MEMBERS} members")


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


class Attempt:
    """One attempt at a request.

    Args:
        request: What to ask; its body has been read.
        snapshot: As whom.
        max_bytes: Size of the largest body that is decompressed.
    """

    def __init__(
        self, request: httpx.Request, snapshot: CredentialSnapshot, *, max_bytes: int
    ) -> None:
        self._request = request
        self._snapshot = snapshot
        # A program may ask a second server because the first one failed: that failure must not explain this one.
        self._handled = sys.exc_info()[1]
        self._max_bytes = max_bytes
        self._started_s = time.monotonic()

    def failed(self, error: Exception) -> Failed:
        """Say what it means that no answer came.

        Args:
            error: What was raised in its place.

        Returns:
            The failure, to be raised `from` the error.
        """
        if recorders.get():
            self._record(error=error)
        return failure_of(error, self._request, self._snapshot, handled=self._handled)

    def answered(self, raw: RawAnswer) -> Answer:
        """Let through what generated code may see.

        Args:
            raw: The answer as it came.

        Returns:
            The answer, with a status below 300; JSON in it has been parsed.

        Raises:
            Failed: It is an error, or cannot be read.
        """
        request = self._request
        try:
            answer = answer_of(request, raw, max_bytes=self._max_bytes)
        except httpx.DecodingError as error:
            if recorders.get():
                self._record(error=error)
            broken = FTSResponseError(
                f"The answer of {request.url.host} cannot be decoded: {error}",
                method=request.method,
                url=str(request.url),
            )
            raise Failed(broken, "broken answer") from error
        if recorders.get():
            self._record(answer=answer)
        if answer.status_code >= httpx.codes.MULTIPLE_CHOICES:
            raise refusal_of(answer, self._snapshot)
        json_said = answer.headers.get("Content-Type", "").lower().startswith("application/json")
        if (answer.content and json_said) or _must_be_json(answer):
            try:
                answer.parse()
            except FTSResponseError as error:
                raise Failed(error, "broken answer") from None
        return answer

    def _record(self, *, answer: Answer | None = None, error: Exception | None = None) -> None:
        exchange = exchange_of(
            self._snapshot, self._request, self._started_s, answer=answer, error=error
        )
        for tell in recorders.get():
            try:
                tell(exchange)
            except Exception as trouble:  # noqa: BLE001 - the request was sent: what came of it is the more important news
                _log.warning("An exchange was not recorded: %s", type(trouble).__name__)


def _must_be_json(answer: Answer) -> bool:
    """Say whether an answer that is not labelled as JSON must be it: else it is broken, or that of something else than FTS, such as a page of a front.

    Source: openapi/fts-rest.yaml: the operations whose 200 is of another type.
    """
    request = answer.request
    if not answer.content:
        return answer.status_code == httpx.codes.OK and is_submission(
            request.method, request.url.path
        )
    return (
        answer.status_code == httpx.codes.OK
        and "json" in request.headers.get("Accept", "")
        and not _NOT_JSON.search(request.url.path)
    )
