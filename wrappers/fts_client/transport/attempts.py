"""One request may take several attempts: what becomes of each, and when there is another one. No I/O."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import httpx

from fts_client.errors import FTSError, FTSResponseError
from fts_client.errors.redaction import chainable
from fts_client.exchanges import recorders
from fts_client.retry import SAFE_METHODS, is_repeatable, pause_before_repeat
from fts_client.transport.conversion import answer_of, exchange_of, question_of
from fts_client.transport.failures import Failed, failure_of, refusal_of

if TYPE_CHECKING:
    import httpcore

    from fts_client.retry import RetryPolicy
    from fts_client.transport.conversion import Answer
    from fts_client.transport.credential_source import CredentialSnapshot

__all__ = ["Attempt", "Repeats"]


class Attempt:
    """One attempt at a request.

    Args:
        request: What to ask; its body has been read.
        snapshot: As whom.

    Attributes:
        question: The request as httpcore takes it.
    """

    def __init__(self, request: httpx.Request, snapshot: CredentialSnapshot) -> None:
        self._request = request
        self._snapshot = snapshot
        # A program may ask a second server because the first one failed: that failure must not explain this one.
        self._handled = sys.exc_info()[1]
        self.question = question_of(request)
        self._started_s = time.monotonic()

    def failed(self, error: Exception) -> Failed:
        """Say what it means that no answer came.

        Args:
            error: One of `failures.NETWORK_ERRORS`.

        Returns:
            The failure, to be raised `from` the error.
        """
        if recorders.get():
            self._record(error=error)
        return failure_of(error, self._request, self._snapshot, handled=self._handled)

    def answered(self, raw: httpcore.Response, content: bytes) -> Answer:
        """Let through what generated code may see.

        Args:
            raw: Status and headers.
            content: The body as it came.

        Returns:
            The answer, with a status below 300; JSON in it has been parsed.

        Raises:
            Failed: It is an error, or cannot be read.
        """
        request = self._request
        try:
            answer = answer_of(request, raw, content)
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
        content_type = answer.headers.get("Content-Type", "")
        if answer.content and content_type.lower().startswith("application/json"):
            try:
                answer.parse()
            except FTSResponseError as error:
                raise Failed(error, "broken answer") from error.__cause__
        return answer

    def _record(self, *, answer: Answer | None = None, error: Exception | None = None) -> None:
        exchange = exchange_of(
            self._snapshot, self._request, self._started_s, answer=answer, error=error
        )
        for tell in recorders.get():
            tell(exchange)


class Repeats:
    """Decides after each failed attempt at one request whether there is another one.

    Args:
        policy: How often and how patiently.
        request: The request.
    """

    def __init__(self, policy: RetryPolicy, request: httpx.Request) -> None:
        self._policy = policy
        self._request = request
        self._last: FTSError | None = None
        self._doubtful = False
        self._failures = 0

    def pause_after(self, failure: Failed | FTSError) -> float:
        """Return the pause before the next attempt.

        Args:
            failure: What became of the last attempt, or why it could not be made.

        Returns:
            Seconds.

        Raises:
            FTSError: The error is final; `after_doubt` says whether an earlier attempt may have been carried out.
        """
        request = self._request
        failure.__cause__ = chainable(failure.__cause__)
        failure.__context__ = chainable(failure.__context__)
        if isinstance(failure, FTSError):
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
            repeatable=is_repeatable(request.method, request.url.path, request.content),
            retry_after_s=failure.retry_after_s,
        )
        if pause_s is None:
            raise error from failure.__cause__
        self._failures += 1
        return pause_s
