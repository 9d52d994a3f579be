"""The error answers of a server: one class for each status that FTS uses."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fts_client.errors.base import FTSError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "STATUS_ERRORS",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "FTSAPIError",
    "FailedDependencyError",
    "MethodNotAllowedError",
    "NeedDelegationError",
    "NotFoundError",
    "PermissionDeniedError",
    "ServerError",
    "ServiceUnavailableError",
    "error_from_answer",
]


class FTSAPIError(FTSError):
    """The server answered with an error status.

    Attributes:
        status_code: HTTP status.
        message: The server's own words; empty when it gave none. `str()` adds what was asked, by whom, and the remedy.
        method: HTTP method of the request.
        url: Address of the request.
        job_id: The job that the request was about; None when there was none or several.
        body: The body as text, without secrets, limited in size.
        credential: Description of the credential used; None when the request was anonymous.
    """

    default_remedy = "Look at `body`, which holds what the server answered."

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        method: str,
        url: str,
        job_id: str | None = None,
        body: str = "",
        credential: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.status_code = status_code
        self.method = method
        self.url = url
        self.job_id = job_id
        self.body = body
        self.credential = credential
        as_whom = f" (as {credential})" if credential else ""
        super().__init__(
            f"{method} {self.url}{as_whom}: {status_code} {_phrase(status_code)}: "
            f"{message or 'no message'}",
            remedy=remedy,
        )
        self.message = message


class BadRequestError(FTSAPIError):
    """400: the server does not understand or does not accept the request."""

    default_remedy = "Correct what the server does not accept."


class AuthenticationError(FTSAPIError):
    """401: the server does not know who is asking."""

    default_remedy = (
        "Check the credential with whoami(): a proxy must be valid and trusted by the server."
    )


class PermissionDeniedError(FTSAPIError):
    """403: the caller may not do this; also the answer to a missing certificate and to an ignored token."""

    default_remedy = (
        "Check with whoami() who the server takes you for: user_dn 'anon' means that no credential or an expired "
        "token arrived; otherwise VO, role or ownership do not allow this."
    )


class NotFoundError(FTSAPIError):
    """404: no such job, file, delegation or path."""

    default_remedy = "Check the id; jobs that ended about a week ago are in the archive."


class MethodNotAllowedError(FTSAPIError):
    """405: the path does not take this method; FTS says so also for unknown paths."""

    default_remedy = "Check the endpoint: it is the REST address alone, without a path."


class ConflictError(FTSAPIError):
    """409: the job id or the destination is in use already."""

    default_remedy = "Look at what exists already."


class NeedDelegationError(FTSAPIError):
    """419: no delegated credential, or too little is left of it (one hour for submissions)."""

    default_remedy = "Delegate a credential with delegate() and repeat."


class FailedDependencyError(FTSAPIError):
    """424: something that the server depends on failed, for instance the VOMS server."""

    default_remedy = "Try again later; if it keeps failing, tell the operators of the server."


class ServerError(FTSAPIError):
    """5xx: the server failed; real servers also answer 500 to some malformed requests."""

    default_remedy = "Check the request, then try again later; if it keeps failing, tell the operators of the server."


class ServiceUnavailableError(ServerError):
    """503: the server is overloaded or in maintenance."""

    default_remedy = "Try again later."


STATUS_ERRORS: Mapping[int, type[FTSAPIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    419: NeedDelegationError,
    424: FailedDependencyError,
    503: ServiceUnavailableError,
}
"""The class for each status; other 5xx are `ServerError`, everything else `FTSAPIError`."""


_ENDPOINT: Final = (
    "Check the endpoint: it is the REST address alone, such as https://fts3-public.cern.ch:8446."
)
_CERTIFICATE: Final = "The web server in front of FTS wants a certificate that it trusts: use a proxy or a certificate."
_REMEDIES: Final[tuple[tuple[int, str, str, str], ...]] = (
    (400, "", "method=OAuth2", "This server takes no tokens: use a proxy."),
    *(
        (status, "", said, _CERTIFICATE)
        for status, said in ((400, "SSL certificate"), (495, ""), (496, ""))
    ),
    (
        403,
        "",
        r"(?i)(?<!\S)user\b.*\bbanned\b",
        "Ask the administrators of the server why you are banned; another proxy does not help.",
    ),
    (
        403,
        "(POST|PUT) .*/jobs",
        "is banned$",
        "Use another storage, or submit again when the ban of this one is lifted.",
    ),
    (404, "GET .*/(whoami)?", "", _ENDPOINT),
    (404, "", "requested URL was not found", _ENDPOINT),
    (404, ".*/archive/.*", "", "Check the id; the archive holds jobs that ended long ago."),
    (404, r".*/(?!(?:jobs|files)\b)\w+/.*", "", "Check the name: the server does not know it."),
    (
        405,
        "(POST|PUT) .*/jobs",
        "[Dd]eletion",
        "Delete files with the tools of the storage: FTS no longer does.",
    ),
    (
        409,
        "(POST|PUT) .*/jobs",
        "^The sid provided",
        "A job with this sid exists: look at that one. Another sid makes another job.",
    ),
    (
        409,
        "(POST|PUT) .*/jobs",
        "",
        "Look at the unfinished job with the same destination; give tokens only when you authenticate with a token.",
    ),
    (409, "POST .*/ban/dn", "", "Nobody can ban themselves: give the DN of another user."),
    (408, "", "", "Try again; if it happens again, check the network."),
    (413, "", "", "Send less at a time."),
    (414, "", "", "Ask for fewer jobs at a time."),
    (429, "", "", "Send fewer requests, and try again later."),
)
"""Status; method and path; what the server says (regular expressions, "" for anything); what to do. The first that fits counts,
else the remedy of the class."""


def _remedy(status_code: int, method: str, url: str, message: str) -> str | None:
    asked = f"{method} {urlsplit(url).path}"
    return next(
        (
            remedy
            for status, operation, said, remedy in _REMEDIES
            if status == status_code
            and (not operation or re.fullmatch(operation, asked))
            and re.search(said, message)
        ),
        None,
    )


def _phrase(status_code: int) -> str:
    if status_code == 419:  # noqa: PLR2004 - not a registered status, so HTTPStatus does not know it
        return "Authentication Timeout"
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return "unregistered status"


def error_from_answer(
    status_code: int,
    *,
    method: str,
    url: str,
    body: bytes,
    content_type: str | None,
    credential: str | None = None,
) -> FTSAPIError:
    """Make the error that belongs to an answer of the server.

    Args:
        status_code: HTTP status of the answer, 400 or more.
        method: HTTP method of the request.
        url: Address of the request.
        body: Body of the answer, as received.
        content_type: Header of the answer; None when it has none.
        credential: `Credential.describe()` of what was presented; None for an anonymous request.

    Returns:
        The error, to be raised by the caller.

    Source: observed on FTS 3.13.4: both JSON shapes, HTML before routing, 419 for delegation.
    """
    from fts_client.errors.body import read_error_body  # noqa: PLC0415 - few programs need it

    said = read_error_body(body, content_type=content_type, url=url)
    default = ServerError if 500 <= status_code <= 599 else FTSAPIError  # noqa: PLR2004 - the class 5xx
    kind = STATUS_ERRORS.get(status_code, default)
    return kind(
        said.message,
        status_code=status_code,
        method=method,
        url=url,
        job_id=said.job_id,
        body=said.text,
        credential=credential,
        remedy=_remedy(status_code, method, url, said.message),
    )
