"""When a request is repeated, and after how long: data and pure decisions, no I/O.

| failure | GET, HEAD, OPTIONS | submit with `id_generator="deterministic"` and `sid` | everything else |
|---|---|---|---|
| no connection was made (refused, connect time-out, no free connection) | repeated | repeated | repeated |
| host name unknown, TLS refused | raised | raised | raised |
| connection broken or time-out after that | repeated | repeated | raised |
| 502, 503, 504 | repeated | repeated | raised |
| a success whose body is cut off or not JSON | repeated | repeated | raised |
| any other answer from 400 on | raised | raised | raised |

419 is not decided here: `FTSClient` delegates and repeats the submission once.
"""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from fts_client.errors import FTSError, FTSUsageError
from fts_client.errors.chains import chainable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "SAFE_METHODS",
    "UNAVAILABLE",
    "Failed",
    "FailureKind",
    "Repeats",
    "RetryPolicy",
    "is_repeatable",
    "is_submission",
    "pause_before_repeat",
    "retry_after_s",
]

FailureKind = Literal["refused", "not sent", "maybe sent", "unavailable", "broken answer"]
"""What went wrong with one attempt.

"refused": the server or a rule said no, asking again cannot help. "not sent": the server cannot have seen the request.
"maybe sent": the connection failed after the request was (perhaps partly) sent. "unavailable": 502, 503 or 504. "broken
answer": a success that could not be read.
"""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that only read, a few exceptions aside, see `is_repeatable`."""

UNAVAILABLE: Final = frozenset({502, 503, 504})
"""Statuses that mean that the server, or what is in front of it, cannot answer now."""

# More would not fit into a float.
_DOUBLINGS: Final = 100
_LONGEST_S: Final = 1_000_000


def _count(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    del instance
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FTSUsageError(f"{attribute.name} must be a whole number from 0 on, got {value!r}")


def _seconds(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    del instance
    if not isinstance(value, int | float) or not 0 <= value <= _LONGEST_S:
        raise FTSUsageError(
            f"{attribute.name} must be a number from 0 to {_LONGEST_S:,}, got {value!r}"
        )


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often and how patiently a request is repeated.

    Attributes:
        max_retries: Repeats after the first attempt; 0 switches repeating off.
        first_sleep_s: Seconds before the first repeat; doubled for each further one, then drawn at random between
            half and all of it.
        max_sleep_s: Upper limit of one pause, seconds. A server that asks for more by `Retry-After` is not waited for:
            its error is raised at once.

    Raises:
        FTSUsageError: A value is negative, not a number, or a time of more than a million seconds.
    """

    max_retries: int = attrs.field(default=3, validator=_count)
    first_sleep_s: float = attrs.field(default=0.25, validator=_seconds)
    max_sleep_s: float = attrs.field(default=10.0, validator=_seconds)


def is_submission(method: str, path: str) -> bool:
    """Say whether a request submits a job."""
    return method in {"POST", "PUT"} and path.rstrip("/").rpartition("/")[2] == "jobs"


def is_repeatable(method: str, path: str, body: bytes) -> bool:
    """Say whether repeating a request that the server may have executed does no harm.

    Args:
        method: HTTP method.
        path: Path of the request, for instance "/jobs".
        body: Body of the request.

    Returns:
        True for requests that only read, and for a submission that fixes its own job id: the server executes it once
        however often it arrives.

    Source: recording submit-deterministic-again (FTS 3.13.4): 409, no second job.
    """
    if method in SAFE_METHODS:
        # These GETs exchange one-time tokens with the cloud storage.
        return "/cs/access_" not in path
    # Looking for the word is cheaper than parsing a large body.
    if not is_submission(method, path) or b"deterministic" not in body:
        return False
    try:
        params = json.loads(body)["params"]
        return params["id_generator"] == "deterministic" and isinstance(params["sid"], str)
    except (ValueError, KeyError, TypeError):
        return False


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read the header Retry-After; None without one, and for the form with a date: FTS and Apache send seconds."""
    text = headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def pause_before_repeat(
    policy: RetryPolicy,
    repeats: int,
    kind: FailureKind,
    *,
    repeatable: bool,
    retry_after_s: float | None = None,
    jitter: Callable[[], float] = random.random,
) -> float | None:
    """Decide after a failed attempt whether there is another one.

    Args:
        policy: The limits.
        repeats: How many repeats there were before this failure.
        kind: What went wrong.
        repeatable: Whether repeating does no harm, see `is_repeatable`.
        retry_after_s: How many seconds the server asked to wait; None when it did not.
        jitter: Returns a number from 0 to 1.

    Returns:
        Seconds to wait before the next attempt; None when the error is final.
    """
    if kind == "refused" or (kind != "not sent" and not repeatable):
        return None
    if repeats >= policy.max_retries:
        return None
    if retry_after_s is not None:
        return retry_after_s if retry_after_s <= policy.max_sleep_s else None
    backoff_s = min(policy.first_sleep_s * 2.0 ** min(repeats, _DOUBLINGS), policy.max_sleep_s)
    return backoff_s * (0.5 + 0.5 * jitter())


class Failed(Exception):  # noqa: N818 - never leaves the transport
    """One attempt failed; the retry policy decides whether that is final."""

    def __init__(
        self, error: FTSError, kind: FailureKind, retry_after_s: float | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.kind: FailureKind = kind
        self.retry_after_s = retry_after_s


class Repeats:
    """Decides after each failed attempt at one request whether there is another one.

    Args:
        policy: How often and how patiently.
        method: HTTP method of the request.
        path: Its path.
        body: Its body.
        deadline_s: When the last attempt must begin, by the monotonic clock; None: there is no such limit.

    Attributes:
        repeatable: Whether the request can be repeated when it may have been carried out.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        method: str,
        path: str,
        body: bytes,
        deadline_s: float | None = None,
    ) -> None:
        self._policy = policy
        self._only_reads = method in SAFE_METHODS
        self._deadline_s = deadline_s
        self._last: FTSError | None = None
        self._doubtful = False
        self._failures = 0
        self.repeatable = is_repeatable(method, path, body)

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
        failure.__cause__ = chainable(failure.__cause__)
        failure.__context__ = chainable(failure.__context__)
        if not isinstance(failure, Failed):
            # No further attempt can be made: the client was closed, or the credential has ended. If an earlier attempt may
            # have submitted a job, that is the more important news.
            if self._doubtful and self._last and not self._only_reads:
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
        late = self._deadline_s and time.monotonic() + (pause_s or 0) >= self._deadline_s
        if pause_s is None or late:
            raise error from failure.__cause__
        self._failures += 1
        return pause_s
