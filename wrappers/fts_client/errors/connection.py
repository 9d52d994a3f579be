"""Errors of connections, and of answers that FTS does not give."""

from __future__ import annotations

from typing import Literal

from fts_client.errors.base import FTSError
from fts_client.errors.redaction import redact_answer

__all__ = ["FTSConnectionError", "FTSResponseError", "FTSTimeoutError", "TimeoutPhase"]

TimeoutPhase = Literal["connect", "read", "write", "pool", "total", "wait"]


class FTSConnectionError(FTSError, ConnectionError):
    """The server could not be reached, or the connection broke.

    Attributes:
        url: What was asked for; None when no request was made.
        job_id: A job that may exist on the server although no answer came; None when there is none.
        request_sent: Whether the request may have reached the server.
    """

    default_remedy = "Check that the server runs, and the endpoint, port and network."

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        job_id: str | None = None,
        request_sent: bool = False,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.url = url
        self.job_id = job_id
        self.request_sent = request_sent


class FTSTimeoutError(FTSConnectionError, TimeoutError):
    """Something took longer than allowed.

    Attributes:
        phase: What was waited for: `connect`, `write`, `read` (the answer), `pool` (a free connection),
            `total` (all of the exchange), `wait` (a job).
    """

    def __init__(
        self,
        message: str,
        *,
        phase: TimeoutPhase,
        request_sent: bool = False,
        url: str | None = None,
        job_id: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, url=url, job_id=job_id, request_sent=request_sent, remedy=remedy)
        self.phase: TimeoutPhase = phase


class FTSResponseError(FTSError):
    """An answer outside the contract: not JSON, cut off, or of an unknown shape.

    Attributes:
        status_code: HTTP status of the answer; None when there was none.
        method: HTTP method of the request; None when not known.
        url: Address of the request; None when not known.
        body: The body as text, without secrets, limited in size.
        job_id: The job that may exist on the server; None when not known.
    """

    default_remedy = "Check that the endpoint is an FTS REST server of a supported version."

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        method: str | None = None,
        url: str | None = None,
        body: bytes | str = b"",
        job_id: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        raw = body.encode("utf-8", "backslashreplace") if isinstance(body, str) else body
        self.status_code = status_code
        self.method = method
        self.url = url
        self.body = redact_answer(raw)
        self.job_id = job_id
