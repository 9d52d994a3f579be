"""Explain why there is no talking to a server, from what the network said."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.credentials import TokenCredential, X509Credential

__all__ = ["Explanation", "causes", "explain"]


@attrs.frozen
class Explanation:
    """Why a connection failed.

    Attributes:
        message: What happened, where, as whom.
        remedy: What to do.
        hopeless: True when trying again is pointless.
    """

    message: str
    remedy: str
    hopeless: bool = False


def explain(
    error: Exception,
    *,
    where: str,
    credential: X509Credential | TokenCredential | None,
    handled: BaseException | None = None,
) -> Explanation:
    """Explain a connection that failed.

    Args:
        error: What the HTTP library raised.
        where: Host and port.
        credential: As whom; None for an anonymous client.
        handled: What the caller was handling when the attempt began, see `causes`.

    Returns:
        The explanation.
    """
    found = list(causes(error, handled=handled))
    for cause in found:
        if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
            return Explanation(
                f"The host of {where} is unknown: {cause.strerror}",
                "Check the endpoint.",
                hopeless=True,
            )
    remedy = "Check that the server runs, and the endpoint, port and network."
    if credential and any(map(_is_hang_up, found)):
        # With TLS 1.3 a server judges our certificate after our side has finished, and some hang up without a word.
        remedy = (
            "If it happens every time, the server may refuse the client certificate without saying so: "
            "check it with fts doctor. Otherwise check the server and the network."
        )
    who = f" as {credential.describe()}" if credential else ""
    return Explanation(
        f"Cannot talk to {where}{who}: {str(error) or type(error).__name__}", remedy
    )


def _is_hang_up(cause: BaseException) -> bool:
    # The HTTP library has no class of its own for an end without any answer.
    return isinstance(cause, ConnectionResetError) or "disconnected without" in str(cause)


def causes(error: BaseException, *, handled: BaseException | None) -> Iterator[BaseException]:
    """Walk from an exception of an HTTP library down to what the network said.

    Args:
        error: Where to start.
        handled: What the caller was handling when the attempt began: Python hangs it below every exception of the
            attempt, but it is the trouble of another request. The walk ends before it; None: nothing was handled.

    Yields:
        The exception, then each one below.
    """
    seen = {id(handled)}
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
