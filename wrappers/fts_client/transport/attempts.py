"""One request may take several attempts: what becomes of each, and when there is another one. No I/O."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING, Final

import httpx

from fts_client.errors import FTSError, FTSResponseError
from fts_client.errors.logs import safe_logger
from fts_client.errors.redaction import chainable
from fts_client.exchanges import recorders
from fts_client.retry import (
    SAFE_METHODS,
    is_repeatable,
    is_submission,
    pause_before_repeat,
)
from fts_client.transport.conversion import answer_of, exchange_of
from fts_client.transport.failures import Failed, failure_of, refusal_of

if TYPE_CHECKING:
    from fts_client.retry import RetryPolicy
    from fts_client.transport.conversion import Answer
    from fts_client.transport.credential_source import CredentialSnapshot
    from fts_client.transport.http1 import RawAnswer

__all__ = ["Attempt", "Repeats"]

_log = safe_logger(__name__)

_NOT_JSON: Final = re.compile(
    r"/(?:request|certificate|delegation)/?$|/(?:api-docs|cs|oauth2|css|js)(?:/|$)"
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
        if _must_be_json(answer):
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
    """Say whether an answer that is not JSON is a broken one, or that of something else than FTS, such as a page of a front.

    Source: openapi/fts-rest.yaml: the operations whose 200 is of another type.
    """
    request = answer.request
    if not answer.content:
        return answer.status_code == httpx.codes.OK and is_submission(
            request.method, request.url.path
        )
    return answer.headers.get("Content-Type", "").lower().startswith("application/json") or (
        answer.status_code == httpx.codes.OK
        and "json" in request.headers.get("Accept", "")
        and not _NOT_JSON.search(request.url.path)
    )


class Repeats:
    """Decides after each failed attempt at one request whether there is another one.

    Args:
        policy: How often and how patiently.
        request: The request.

    Attributes:
        repeatable: Whether the request can be repeated when it may have been carried out.
    """

    def __init__(self, policy: RetryPolicy, request: httpx.Request) -> None:
        self._policy = policy
        self._request = request
        self._last: FTSError | None = None
        self._doubtful = False
        self._failures = 0
        self.repeatable = is_repeatable(request.method, request.url.path, request.content)

    def pause_after(self, failure: Exception) -> float:
        """Return the pause before the next attempt.

        Args:
            failure: What became of the last attempt, or why it could not be made.

        Returns:
            Seconds.

        Raises:
            FTSError: The error is final; `after_doubt` says whether an earlier attempt may have been carried out.
            Exception: The first attempt could not be made.
        """
        request = self._request
        failure.__cause__ = chainable(failure.__cause__)
        failure.__context__ = chainable(failure.__context__)
        if not isinstance(failure, Failed):
            # No further attempt can be made: the client was closed, or the credential has ended. If an earlier attempt may
            # have submitted a job, that is the more important news.
            if self._doubtful and self._last and request.method not in SAFE_METHODS:
                raise self._last from failure
            raise failure
        error = self._last = failure.error
        error.after_doubt = self._doubtful
        self._doubtful = self._doubtful or failure.kind not in {"refused", "not sent"}
        pause_s = pause_before_repeat(
            self._policy,
            self._failures,
            failure.kind,
            repeatable=self.repeatable,
            retry_after_s=failure.retry_after_s,
        )
        deadline_s = request.extensions.get("deadline")
        if pause_s is None or (deadline_s and time.monotonic() + pause_s >= deadline_s):
            raise error from failure.__cause__
        self._failures += 1
        return pause_s
