"""What an attempt that failed is turned into: one of our errors, and what asking again would mean.

No answer came (`failure_of`), or one that generated code may not see (`refusal_of`).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx

from fts_client.delegation.rules import SUBMISSION_NEEDS
from fts_client.errors import (
    FTSConnectionError,
    FTSResponseError,
    FTSTimeoutError,
    NeedDelegationError,
    error_from_answer,
)
from fts_client.retry import UNAVAILABLE, Failed, retry_after_s
from fts_client.transport.connection import TooLarge
from fts_client.transport.route import NoAnswer

if TYPE_CHECKING:
    from fts_client.retry import FailureKind
    from fts_client.transport.credential_source import CredentialSnapshot


def failure_of(
    error: Exception,
    request: httpx.Request,
    snapshot: CredentialSnapshot,
    *,
    handled: BaseException | None,
) -> Failed:
    """Turn what was raised in place of an answer into one of our errors.

    Args:
        error: What was raised; anything but `NoAnswer` and `TooLarge` is a defect, here or in a library.
        request: What was asked.
        snapshot: As whom.
        handled: What the caller was handling when the attempt began, see `tls_failures.causes`.

    Returns:
        The failure, to be raised `from` the error.
    """
    url = request.url
    where = f"{url.host}:{url.port or 443}"
    if isinstance(error, TooLarge):
        large = FTSResponseError(
            f"The answer of {where} is larger than allowed",
            method=request.method,
            url=str(url),
            remedy="Ask for less, or raise max_answer_bytes of the client.",
        )
        return Failed(large, "refused")
    if not isinstance(error, NoAnswer):
        unexpected = NoAnswer(f"unexpected {type(error).__name__}", sent=True)
        unexpected.__cause__ = error
        error = unexpected
    kind: FailureKind = "maybe sent" if error.sent else "not sent"
    if error.late:
        late = FTSTimeoutError(
            f"The exchange with {where} took longer than allowed in all"
            if error.late == "total"
            else f"No progress with {where} within the time limit (phase: {error.late})",
            phase=error.late,
            url=str(url),
            request_sent=error.sent,
            remedy="Raise the limit in Timeouts, or check the server and the network.",
        )
        return Failed(late, kind)
    # Few programs need it.
    from fts_client.transport.tls_failures import causes, explain_tls_error  # noqa: PLC0415

    credential = snapshot.credential
    refused = explain_tls_error(
        error, url=str(url), credential=credential, request_sent=error.sent, handled=handled
    )
    if refused is not None and error.http_proxy is None:
        return Failed(refused, "refused")
    who = f" as {credential.describe()}" if credential else ""
    message = f"Cannot talk to {where}{who}: {error}"
    remedy = _remedy(error, presented=credential is not None)
    if error.final:
        kind = "refused"
    for cause in causes(error, handled=handled):
        if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
            unknown = error.http_proxy or where
            message, kind = f"The host of {unknown} is unknown: {cause.strerror}", "refused"
            remedy = remedy if error.http_proxy else "Check the endpoint."
    broken = FTSConnectionError(message, url=str(url), request_sent=error.sent, remedy=remedy)
    return Failed(broken, kind)


def _remedy(error: NoAnswer, *, presented: bool) -> str:
    if error.http_proxy:
        return "Check HTTPS_PROXY and NO_PROXY; proxy=False goes without an HTTP proxy."
    if error.hung_up and error.kept:
        return (
            "The server closed a connection that it had kept open until then. Repeat the request; "
            "if it was to change something, look first whether it did."
        )
    if error.hung_up and presented:
        # With TLS 1.3 a server judges our certificate after our side has finished, and some hang up without a word.
        return (
            "If it happens every time, the server may refuse the client certificate without saying so: "
            "check it with fts doctor. Otherwise check the server and the network."
        )
    return "Check that the server runs, and the endpoint, port and network."


def refusal_of(answer: httpx.Response, snapshot: CredentialSnapshot) -> Failed:
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
    kind: FailureKind = "unavailable" if status in UNAVAILABLE else "refused"
    return Failed(error, kind, retry_after_s(answer.headers))
