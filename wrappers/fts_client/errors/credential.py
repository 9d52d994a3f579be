"""Errors of credentials, found on this machine."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import attrs

from fts_client.errors.base import FTSError
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "CredentialError",
    "CredentialExpiredError",
    "CredentialFormatError",
    "CredentialNotFoundError",
    "CredentialPermissionError",
    "SearchedPlace",
]


class CredentialError(FTSError):
    """A credential cannot be used.

    Attributes:
        path: File of the credential; None when it did not come from a file.
        may_pass: Whether its source, a file or a function, has failed or expired less than a minute ago: what waits for a job
            asks again.
    """

    may_pass: bool = False
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
        place: What was searched, for instance "X509_USER_PROXY" or a path.
        reason: Why it did not serve.
    """

    place: str = attrs.field(converter=redact)
    reason: str = attrs.field(converter=redact)


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
        self.errno, self.filename = errno.ENOENT, str(path) if path else None


class CredentialPermissionError(CredentialError, PermissionError):
    """A file with a secret is open to others, belongs to another user, or may not be read by us.

    Attributes:
        mode_found: Permission bits of the file; None when they could not be read or are not the reason.
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
        self.errno, self.filename = errno.EACCES, str(path) if path else None


class CredentialExpiredError(CredentialError):
    """A certificate of the chain, or a token, has expired.

    Attributes:
        subject: Subject of the certificate that has expired, in slash form; for a token, where it came from.
        expired_at: When it expired, aware UTC.
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
    """The content is not a credential: garbage, empty, key missing or of another certificate, wrong passphrase."""
