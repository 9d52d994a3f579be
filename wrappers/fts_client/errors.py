"""Every error that `fts_client` raises.

The message of an error says what happened, where, with which credential, and what to do about it. No private key and no token ever stands
in a message or an attribute.
"""

from __future__ import annotations

import errno
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs

from fts_client._error_body import read_error_body
from fts_client._redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "STATUS_ERRORS",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "CredentialError",
    "CredentialExpiredError",
    "CredentialFormatError",
    "CredentialNotFoundError",
    "CredentialPermissionError",
    "DelegationError",
    "DelegationStep",
    "FTSAPIError",
    "FTSConnectionError",
    "FTSError",
    "FTSResponseError",
    "FTSTimeoutError",
    "FTSUsageError",
    "FailedDependencyError",
    "MethodNotAllowedError",
    "NeedDelegationError",
    "NotFoundError",
    "PartialFailureError",
    "PermissionDeniedError",
    "SearchedPlace",
    "ServerError",
    "ServiceUnavailableError",
    "TimeoutPhase",
    "error_from_answer",
]

TimeoutPhase = Literal["connect", "read", "write", "pool", "wait"]
DelegationStep = Literal["whoami", "look up", "request", "check request", "sign", "send", "verify"]


def _rebuild(cls: type[FTSError], args: tuple[Any, ...], state: dict[str, Any]) -> FTSError:
    error = cls.__new__(cls, *args)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)
    return error


class FTSError(Exception):
    """Base of every error of this package.

    Attributes:
        message: What happened, where, with which credential; `str()` adds the remedy.
        remedy: What to do about it; None when the message says it.
        after_doubt: Whether the request was the repeat of one that got no answer and may have been carried out.
    """

    default_remedy: ClassVar[str | None] = None
    after_doubt: bool = False

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        remedy = remedy or self.default_remedy
        self.message = redact(message)
        self.remedy = redact(remedy) if remedy else None
        super().__init__(self.message)

    def __str__(self) -> str:
        text = str(self.args[0])
        if not self.remedy:
            return text
        stop = "" if text.endswith((".", "!", "?")) else "."
        return f"{text}{stop} {self.remedy}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # OSError and keyword-only arguments both defeat the inherited way; errors cross processes in pools.
        state = dict(self.__dict__)
        if isinstance(self, OSError):
            state |= {"errno": self.errno, "filename": self.filename}
        return _rebuild, (type(self), self.args, state)


class FTSUsageError(FTSError, ValueError):
    """Wrong arguments, found before anything was sent."""


# --- credentials ---------------------------------------------------------------------------------


class CredentialError(FTSError):
    """A credential cannot be used.

    Attributes:
        path: File of the credential; None when it did not come from a file.
    """

    default_remedy = (
        "Create a new credential, for instance with voms-proxy-init or fts proxy init."
    )

    def __init__(
        self, message: str, *, path: Path | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.path = path


@attrs.frozen(kw_only=True)
class SearchedPlace:
    """One place where a credential was looked for.

    Attributes:
        place: What was looked at, for instance "X509_USER_PROXY" or a path.
        reason: Why it did not serve.
    """

    place: str
    reason: str


class CredentialNotFoundError(CredentialError, FileNotFoundError):
    """No credential was found, or the file named does not exist.

    Attributes:
        searched: Every place that was searched, in order, and why it did not serve.
    """

    def __init__(
        self,
        message: str,
        *,
        searched: tuple[SearchedPlace, ...] = (),
        path: Path | None = None,
        remedy: str | None = None,
    ) -> None:
        if searched:
            places = "; ".join(f"{item.place}: {item.reason}" for item in searched)
            message = f"{message}; searched {places}"
        super().__init__(message, path=path, remedy=remedy)
        self.searched = searched
        self.errno = errno.ENOENT
        self.filename = str(path) if path else None


class CredentialPermissionError(CredentialError, PermissionError):
    """A file with a secret is open to others, belongs to somebody else, or may not be read by us.

    Attributes:
        mode_found: Permission bits of the file; None when they could not be read or are not the matter.
        mode_wanted: Permission bits that would be accepted.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | None = None,
        mode_found: int | None = None,
        mode_wanted: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, path=path, remedy=remedy)
        self.mode_found = mode_found
        self.mode_wanted = mode_wanted
        self.errno = errno.EACCES
        self.filename = str(path) if path else None


class CredentialExpiredError(CredentialError):
    """A certificate of the chain, or a token, has ended.

    Attributes:
        subject: Subject of the certificate that has ended, in slash form; what is known of a token.
        expired_at: When it ended, aware UTC.
        now: The time it was compared with, aware UTC.
    """

    def __init__(
        self,
        message: str,
        *,
        subject: str,
        expired_at: datetime,
        now: datetime,
        path: Path | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, path=path, remedy=remedy)
        self.subject = subject
        self.expired_at = expired_at
        self.now = now


class CredentialFormatError(CredentialError, ValueError):
    """The content is no credential: garbage, empty, key missing or of another certificate, wrong passphrase."""


# --- delegation, connection, answers -------------------------------------------------------------


class DelegationError(FTSError):
    """Delegating a credential to the server failed.

    Attributes:
        step: The step that failed.
        user_dn: DN of the user; None when it was not known yet.
        delegation_id: Id of the delegation; None when it was not known yet.
    """

    default_remedy = "Examine credential and server with fts doctor."

    def __init__(
        self,
        message: str,
        *,
        step: DelegationStep,
        user_dn: str | None = None,
        delegation_id: str | None = None,
        remedy: str | None = None,
    ) -> None:
        who = f" of {user_dn}" if user_dn else ""
        where = f" (delegation id {delegation_id})" if delegation_id else ""
        super().__init__(
            f"Delegation{who}{where} failed at step '{step}': {message}", remedy=remedy
        )
        self.step: DelegationStep = step
        self.user_dn = user_dn
        self.delegation_id = delegation_id


class FTSConnectionError(FTSError, ConnectionError):
    """The server could not be reached, or the connection broke.

    Attributes:
        url: What was asked for; None when no request was made.
        job_id: A job that may exist on the server although no answer came; None otherwise.
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
        self.url = redact(url) if url else None
        self.job_id = job_id
        self.request_sent = request_sent


class FTSTimeoutError(FTSConnectionError, TimeoutError):
    """Something took longer than allowed.

    Attributes:
        phase: What was waited for: `connect`, `write`, `read` (the answer), `pool` (a free connection), `wait` (a job).
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
    """An answer outside the contract: no JSON, cut off, of an unknown shape.

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
        raw = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
        self.status_code = status_code
        self.method = method
        self.url = redact(url) if url else None
        self.body = read_error_body(raw, content_type=None, url="").text
        self.job_id = job_id


class PartialFailureError(FTSError):
    """Some jobs of a bulk answer failed; raised only by `BulkResult.raise_for_failures()`.

    Attributes:
        failures: The server's words for each job that failed, by job id.
    """

    default_remedy = "Look at `failures`, which says what the server said of each job."

    def __init__(
        self, message: str, *, failures: Mapping[str, str], remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.failures = {job_id: redact(reason) for job_id, reason in failures.items()}


# --- error answers of the server -----------------------------------------------------------------


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
        said = redact(message)
        self.status_code = status_code
        self.method = method
        self.url = redact(url)
        self.job_id = job_id
        self.body = body
        self.credential = redact(credential) if credential else None
        as_whom = f" (as {self.credential})" if self.credential else ""
        super().__init__(
            f"{method} {self.url}{as_whom}: {status_code} {_phrase(status_code)}: "
            f"{said or 'no message'}",
            remedy=remedy,
        )
        self.message = said


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

    default_remedy = (
        "Look at the job that has this id or destination; another sid makes another job."
    )


class NeedDelegationError(FTSAPIError):
    """419: no delegated credential, or too little is left of it (one hour for submissions)."""

    default_remedy = "Delegate a credential with delegate() and repeat."


class FailedDependencyError(FTSAPIError):
    """424: something that the server depends on failed, for instance the VOMS server."""

    default_remedy = "Try again later; if it stays so, tell the operators of the server."


class ServerError(FTSAPIError):
    """5xx: the server failed; real servers also answer 500 to some malformed requests."""

    default_remedy = "Check the request, then try again later; if it stays so, tell the operators of the server."


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
    )
