"""What an answer that is not a success is turned into: one of our errors, and whether asking again can help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from fts_client.errors import FTSResponseError, error_from_answer
from fts_client.transport.failures import Failed

if TYPE_CHECKING:
    from fts_client.transport.conversion import Answer
    from fts_client.transport.credential_source import CredentialSnapshot

__all__ = ["refusal_of"]

_UNAVAILABLE: Final = frozenset({502, 503, 504})


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
    return Failed(
        error,
        "unavailable" if status in _UNAVAILABLE else "refused",
        _retry_after_s(answer.headers.get("Retry-After", "")),
    )


def _retry_after_s(text: str) -> float | None:
    """Read a Retry-After header; None without one, and for the form with a date: FTS and Apache send seconds."""
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() else None
