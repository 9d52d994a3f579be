"""What every kind of credential can say about itself, and the error that says that one has expired."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, Self

from fts_client.errors import CredentialExpiredError
from fts_client.timestamps import utc_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

GRACE: Final = timedelta(minutes=1)
"""How long a renewal may be late, or fail, until it ends what waits for a job."""


class Credential(Protocol):
    """What every kind of credential can say about itself."""

    @property
    def expires_at(self) -> datetime | None:
        """When it expires, aware UTC; None when not known."""

    def describe(self) -> str:
        """One line for a person, without any secret."""

    def fingerprint(self) -> str:
        """Text that differs between credentials and reveals nothing of them."""

    def changed(self) -> bool:
        """Whether the source holds something newer than this snapshot; cheap enough for every request."""

    def reloaded(self) -> Self:
        """A new snapshot of the same source."""

    def check(self, *, now: datetime | None = None) -> None:
        """Raise CredentialExpiredError or another CredentialError when it cannot be used now."""


def expired_error(
    origin: str,
    *,
    subject: str | None = None,
    expired_at: datetime,
    now: datetime,
    path: Path | None = None,
    renewable: bool,
    remedy: str,
) -> CredentialExpiredError:
    """Make the error of a credential that has expired.

    `origin` says what cannot be used ("credential file /tmp/x509up_u1000"), `subject` which certificate of its chain has expired, in
    slash form; None for a token. `renewable` says whether its source can give a newer one.
    """
    what = f"The {origin} cannot be used: {subject}" if subject else f"The {origin}"
    error = CredentialExpiredError(
        f"{what} expired at {utc_text(expired_at)} (now {utc_text(now)})",
        subject=subject or origin,
        expired_at=expired_at,
        now=now,
        path=path,
        remedy=remedy,
    )
    error.may_pass = renewable and now - expired_at < GRACE
    return error
