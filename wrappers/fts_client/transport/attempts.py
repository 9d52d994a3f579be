"""The attempts at one request: which error the last one ends in, and the pause before each. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client.errors import FTSError
from fts_client.retry import SAFE_METHODS, is_repeatable, plan_retries

if TYPE_CHECKING:
    from collections.abc import Generator

    from fts_client.retry import FailureKind, RetryPolicy

__all__ = ["Failed", "attempts", "read_retry_after"]


class Failed(Exception):  # noqa: N818 - never leaves the transport
    """One attempt failed; whether that is final is for the plan to say."""

    def __init__(
        self, error: FTSError, kind: FailureKind, retry_after_s: float | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.kind: FailureKind = kind
        self.retry_after_s = retry_after_s


def attempts(
    policy: RetryPolicy, *, method: str, path: str, body: bytes
) -> Generator[float, Failed]:
    """Yield the pause before each attempt; receive what failed; raise it when it is final.

    Args:
        policy: How often and how patiently.
        method: HTTP method.
        path: Path of the request.
        body: Body of the request.

    Yields:
        Seconds to wait before the next attempt; an error of ours that keeps it from being made is to be thrown in.

    Raises:
        FTSError: The error of the last attempt; `after_doubt` says whether an earlier one may have been carried out.
    """
    plan = plan_retries(policy)
    next(plan)
    failed = yield 0.0
    doubtful = False
    while True:
        failed.error.after_doubt = doubtful
        doubtful = doubtful or failed.kind not in {"refused", "not sent"}
        repeatable = is_repeatable(method, path, body)
        try:
            wait_s = plan.send((failed.kind, repeatable, failed.retry_after_s))
        except StopIteration:
            raise failed.error from failed.__cause__
        try:
            failed = yield wait_s
        except FTSError as error:
            # No further attempt can be made: the client was closed, the credential has ended. Of a submission it matters
            # more that it may have arrived.
            if doubtful and method not in SAFE_METHODS:
                raise failed.error from error
            raise


def read_retry_after(text: str | None) -> float | None:
    """Read a Retry-After header.

    Args:
        text: Its value; None without one.

    Returns:
        Seconds; None for no header and for the form with a date (FTS and Apache send seconds).
    """
    text = (text or "").strip()
    return float(text) if text.isascii() and text.isdigit() else None
