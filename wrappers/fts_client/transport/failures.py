"""What an attempt that failed is turned into: one of our errors, and what asking again would mean.

No answer came (`failure_of`), or one that generated code may not see (`refusal_of`).
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from fts_client.delegation.rules import SUBMISSION_NEEDS
from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    NeedDelegationError,
    error_from_answer,
)

if TYPE_CHECKING:
    from fts_client.errors import FTSError, TimeoutPhase
    from fts_client.retry import FailureKind
    from fts_client.transport.conversion import Answer
    from fts_client.transport.credential_source import CredentialSnapshot

__all__ = ["NETWORK_ERRORS", "Failed", "failure_of", "refusal_of"]

NETWORK_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    # In TLS 1.3 a server refuses a certificate after the handshake, where httpcore expects no such error.
    ssl.SSLError,
)
"""What httpcore raises when there is no answer."""

_PHASES: Final[tuple[tuple[type[Exception], TimeoutPhase], ...]] = (
    (httpcore.ConnectTimeout, "connect"),
    (httpcore.PoolTimeout, "pool"),
    (httpcore.WriteTimeout, "write"),
)
_REFUSED_HERE: Final = (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError)
_NOT_SENT: Final = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    *_REFUSED_HERE,
)
_UNAVAILABLE: Final = frozenset({502, 503, 504})


class Failed(Exception):  # noqa: N818 - never leaves the transport
    """One attempt failed; the retry policy decides whether that is final."""

    def __init__(
        self, error: FTSError, kind: FailureKind, retry_after_s: float | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.kind: FailureKind = kind
        self.retry_after_s = retry_after_s


def failure_of(
    error: Exception,
    request: httpx.Request,
    snapshot: CredentialSnapshot,
    *,
    handled: BaseException | None,
) -> Failed:
    """Turn an error of httpcore into one of ours.

    Args:
        error: One of `NETWORK_ERRORS`.
        request: What was asked.
        snapshot: As whom.
        handled: What the caller was handling when the attempt began, see `tls_failures.causes`.

    Returns:
        The failure, to be raised `from` the error.
    """
    url = request.url
    where = f"{url.host}:{url.port or 443}"
    sent = not isinstance(error, _NOT_SENT)
    kind: FailureKind = "maybe sent" if sent else "not sent"
    if isinstance(error, httpcore.TimeoutException):
        phase: TimeoutPhase = next(
            (name for late, name in _PHASES if isinstance(error, late)), "read"
        )
        return Failed(
            FTSTimeoutError(
                f"No progress with {where} within the time limit (phase: {phase})",
                phase=phase,
                url=str(url),
                request_sent=sent,
                remedy="Raise the limit in Timeouts, or check the server and the network.",
            ),
            kind,
        )
    # Few programs need it.
    from fts_client.transport.tls_failures import causes, explain_tls_error  # noqa: PLC0415

    credential = snapshot.credential
    refused = explain_tls_error(
        error, url=str(url), credential=credential, request_sent=sent, handled=handled
    )
    if refused is not None:
        return Failed(refused, "refused")
    found = list(causes(error, handled=handled))
    who = f" as {credential.describe()}" if credential else ""
    message = f"Cannot talk to {where}{who}: {_reason(found[-1]) or type(error).__name__}"
    remedy = "Check that the server runs, and the endpoint, port and network."
    if credential and any(map(_is_hang_up, found)):
        # With TLS 1.3 a server judges our certificate after our side has finished, and some hang up without a word.
        remedy = (
            "If it happens every time, the server may refuse the client certificate without saying so: "
            "check it with fts doctor. Otherwise check the server and the network."
        )
    if isinstance(error, _REFUSED_HERE):
        kind = "refused"
    for cause in found:
        if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
            message, remedy = (
                f"The host of {where} is unknown: {cause.strerror}",
                "Check the endpoint.",
            )
            kind = "refused"
    broken = FTSConnectionError(message, url=str(url), request_sent=sent, remedy=remedy)
    return Failed(broken, kind)


def _reason(cause: BaseException) -> str:
    """Say what the network said; several addresses of a host may have failed."""
    several = cause.exceptions if isinstance(cause, BaseExceptionGroup) else (cause,)
    return "; ".join(map(str, several))


def _is_hang_up(cause: BaseException) -> bool:
    # httpcore has no class of its own for an end without any answer.
    return isinstance(cause, ConnectionResetError) or "disconnected without" in str(cause)


def refusal_of(answer: Answer, snapshot: CredentialSnapshot) -> Failed:
    """Turn an answer that generated code may not see into an error.

    Args:
        answer: The answer, from status 300 on.
        snapshot: Who asked, for the message.

    Returns:
        The failure.
    """
    request, status = answer.request, answer.status_code
    if status < httpx.codes.BAD_REQUEST:
        redirected = FTSResponseError(
            f"{request.url.host} redirects to {answer.headers.get('Location', 'nowhere')}, which FTS never does",
            status_code=status,
            method=request.method,
            url=str(request.url),
            body=answer.content,
            remedy="Check the endpoint: it must be the REST address, usually port 8446.",
        )
        return Failed(redirected, "refused")
    error = error_from_answer(
        status,
        method=request.method,
        url=str(request.url),
        body=answer.content,
        content_type=answer.headers.get("Content-Type"),
        credential=snapshot.describe(),
    )
    ends, now = snapshot.memory.credential_ends, snapshot.memory.clock.now()
    if isinstance(error, NeedDelegationError) and ends and ends - now < SUBMISSION_NEEDS:
        # Delegating again would not help: no delegation outlasts the credential.
        error.remedy = (
            "Your own credential has less than one hour left, and a delegation cannot last longer: "
            "create a new proxy (voms-proxy-init --voms VO), then repeat."
        )
    return Failed(
        error,
        "unavailable" if status in _UNAVAILABLE else "refused",
        _retry_after_s(answer.headers.get("Retry-After", "")),
    )


def _retry_after_s(text: str) -> float | None:
    """Read a Retry-After header; None without one, and for the form with a date: FTS and Apache send seconds."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() else None
