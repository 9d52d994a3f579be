"""Bearer tokens (OAuth2, WLCG profile): where they come from and when they expire. They are never shown.

Source: observed on FTS 3.13.4 (recording tok-bad-expired): a server ignores a bad token and answers as to an anonymous caller, so expiry is checked here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from fts_client._fork import LockOwner
from fts_client.credentials.credential import GRACE, expired_error
from fts_client.credentials.secret_files import read_file
from fts_client.errors import CredentialError, CredentialFormatError, FTSUsageError
from fts_client.errors.chains import chainable
from fts_client.errors.logs import safe_logger
from fts_client.errors.redaction import InHand, in_hand
from fts_client.timestamps import utc_text

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

_log = safe_logger(__name__)

# RFC 6750 section 2.1: what may follow "Bearer". Other characters, a line end for instance, could add a header of their own.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_REFRESH_AHEAD = timedelta(seconds=60)
_GRACE_S = GRACE.total_seconds()
_JWT_PARTS = 3


def token_expiry(token: str) -> datetime | None:
    """Read when a token expires. Its signature is not verified: the server does that.

    Args:
        token: A JWT, or an opaque token.

    Returns:
        The claim `exp`, aware UTC; None for an opaque token, without the claim, or when the claim is not a time.

    Source: RFC 7519 section 4.1.4.
    """
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        expiry = claims["exp"]
        if isinstance(expiry, bool) or not isinstance(expiry, (int, float)):
            return None
        return datetime.fromtimestamp(expiry, UTC) if math.isfinite(expiry) else None
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


def _time_left(token: str | None) -> timedelta:
    """How long a token is valid; nothing for one that does not say."""
    expiry = token_expiry(token) if token else None
    return expiry - datetime.now(UTC) if expiry else timedelta(0)


class TokenCredential(LockOwner):
    """A bearer token: fixed, in a file, or from a function that refreshes it. All tokens of one source must be of one user and VO.

    Args:
        source: The token, or a function that returns one. A function is called again when less than a minute is left of the last
            token, or for every request when the token does not say when it expires. It may be called from any thread, but never by
            two at once. While it fails, the last token goes on to be used until it expires, for a minute at most.

    Raises:
        CredentialFormatError: A fixed token is empty or contains characters that are not allowed in a token.
        FTSUsageError: The source is neither a text nor a function.
    """

    def __init__(self, source: str | Callable[[], str]) -> None:
        self._own_lock()
        self._path: Path | None = None
        self._failing_since: float | None = None
        self._euid: int | None = None
        self._cached: str | None = None
        self._function: Callable[[], str] | None = None
        if callable(source):
            self._function = source
            self._origin = "token from a function"
        elif isinstance(source, str):
            self._origin = "token"
            self._cached = self._checked(source)
        else:
            raise FTSUsageError("A token must be a text or a function that returns one")

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, euid: int | None = None) -> Self:
        """Read the token from a file, again for every request, so that a renewed file is picked up.

        While the file is missing, empty, cut off or open to others, as it is for a moment when it is rewritten, the last token goes on to
        be used, for a minute at most.

        Args:
            path: The file; white space around the token is ignored.
            euid: Effective user id that the owner of the file is compared with; None for that of the process.

        Returns:
            The credential.

        Raises:
            CredentialNotFoundError: There is no such file.
            CredentialPermissionError: The file is open to others or belongs to another user.
            CredentialFormatError: The file does not hold a token.
        """
        self = cls.__new__(cls)
        self._own_lock()
        self._path = Path(path)
        self._failing_since = None
        self._euid = euid
        self._function = None
        self._cached = None
        self._origin = f"token file {self._path}"
        self._cached = self._in_file(self._path)
        return self

    def __repr__(self) -> str:
        return f"TokenCredential({self.describe()})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a TokenCredential is not pickled: the token would be written out")

    def _checked(self, token: str) -> str:
        token = token.strip()
        if not _TOKEN.fullmatch(token):
            what = "contains characters that no bearer token may contain" if token else "is empty"
            raise CredentialFormatError(
                f"The {self._origin} {what}", path=self._path, remedy="Get a new token."
            )
        return token

    def _current(self) -> str:
        """The newest token that the source gives; for a while the last one, when it gives none."""
        with self._lock:
            if self._function is None and self._path is None:
                return self._cached or ""
            if self._function is None or _time_left(self._cached) < _REFRESH_AHEAD:
                return self._renewed()
            return self._cached or ""

    def _renewed(self) -> str:
        before, now = self._cached or "", time.monotonic()
        lately = self._failing_since is None or now - self._failing_since < _GRACE_S
        try:
            token = self._called() if self._path is None else self._in_file(self._path)
            # A JWT that is only half written does not say any more when it ends.
            if self._path and lately and token_expiry(before) and not token_expiry(token):
                raise CredentialFormatError(
                    f"The {self._origin} does not say any more when it expires",
                    path=self._path,
                    remedy="Get a new token.",
                )
        except CredentialError as error:
            if self._failing_since is None:
                self._failing_since = now
                _log.warning("The renewed token cannot be used yet: %s", error)
            if lately and before and _time_left(before) >= timedelta(0):
                return before
            error.may_pass = lately
            raise
        self._failing_since, self._cached = None, token
        return token

    def _called(self) -> str:
        """The token that the function gives."""
        cause: Exception | None = None
        given: object = None
        try:
            given = self._function() if self._function else None
        except Exception as error:  # noqa: BLE001 - the function is not ours
            cause = error
        if isinstance(given, str):
            return self._checked(given)
        if cause is None:
            raise CredentialFormatError(f"The {self._origin} is not a text")
        # What it says is not repeated: it may quote a token.
        holding = in_hand.set(InHand(({"Authorization": f"Bearer {self._cached}"},)))
        harmless = chainable(cause)
        in_hand.reset(holding)
        raise CredentialError(
            f"The {self._origin} cannot be had: the function raised {type(cause).__name__}",
            remedy="Correct the function, or try again if its issuer was unavailable.",
        ) from harmless

    def _in_file(self, path: Path) -> str:
        data, _ = read_file(path, what="token file", secret=True, euid=self._euid)
        return self._checked(data.decode("ascii", "replace"))

    def bearer(self) -> str:
        """The token to send now.

        Returns:
            What goes after `Authorization: Bearer`.

        Raises:
            CredentialExpiredError: It has expired, even after a refresh.
            CredentialError: The function failed, or the file cannot be read, and the last token cannot stand in: it has expired, or
                this has lasted for a minute. `may_pass` says which.
        """
        return self._valid(datetime.now(UTC))

    def _valid(self, now: datetime) -> str:
        token = self._current()
        expiry = token_expiry(token)
        if expiry is not None and expiry <= now:
            raise expired_error(
                self._origin,
                expired_at=expiry,
                now=now,
                path=self._path,
                renewable=self._path is not None or self._function is not None,
                remedy="Get a new token, for instance with oidc-token or htgettoken.",
            )
        return token

    def describe(self) -> str:
        """One line for a person: where the token comes from and when it expires. Never the token."""
        expiry = token_expiry(self._cached) if self._cached else None
        return f"{self._origin} (expires {utc_text(expiry)})" if expiry else self._origin

    @property
    def expires_at(self) -> datetime | None:
        """End of the token, aware UTC; None when the token does not say.

        Raises:
            CredentialError: The source does not give a token.
        """
        return token_expiry(self._current())

    def fingerprint(self) -> str:
        """Short text that changes when the token does and reveals nothing of it.

        Raises:
            CredentialError: The source does not give a token.
        """
        return hashlib.sha256(self._current().encode("ascii")).hexdigest()[:32]

    def changed(self) -> bool:
        """Always False, because `bearer` returns the newest token anyway."""
        return False

    def reloaded(self) -> Self:
        """The credential itself, see `changed`."""
        return self

    def check(self, *, now: datetime | None = None) -> None:
        """Say whether the token can be used.

        Args:
            now: The time, aware; None for the clock.

        Raises:
            CredentialExpiredError: It has expired.
            CredentialError: The source does not give a token.
        """
        self._valid(now or datetime.now(UTC))
