"""Delegation decided: what the server's answer means, whether to renew, what to sign. Requests are made elsewhere."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from fts_client import proxy
from fts_client.errors import DelegationError, FTSUsageError
from fts_client.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_client.credentials import X509Credential

__all__ = [
    "DEFAULT_LIFETIME",
    "DEFAULT_RENEW_BELOW",
    "DelegationState",
    "delegation_id",
    "parse_delegation",
    "renewal_due",
    "sign_request",
]

DEFAULT_LIFETIME = timedelta(hours=7)
"""Lifetime asked for, as the official client does."""

DEFAULT_RENEW_BELOW = timedelta(hours=2)
"""Renewed when less is left, as the official client does; FTS refuses submissions below one hour."""


def delegation_id(user_dn: str, fqans: Iterable[str]) -> str:
    """Compute the id under which a server keeps the delegation of a user.

    Args:
        user_dn: DN of the user as `whoami` gives it.
        fqans: VOMS attributes in their order; other attributes are another delegation.

    Returns:
        16 hex digits.

    Source: facts "FTS 3.13.4", whoami: first 16 hex digits of SHA-1 over DN and FQANs without separator.
    """
    text = user_dn + "".join(fqans)
    return hashlib.sha1(text.encode("utf-8"), usedforsecurity=False).hexdigest()[:16]


@attrs.frozen(kw_only=True)
class DelegationState:
    """What a server holds for a delegation id.

    Attributes:
        ends_at: End of the delegated credential, aware UTC; None when there is none.
        fqans: VOMS attributes it was delegated with.
    """

    ends_at: datetime | None = None
    fqans: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the server holds a credential, which may have ended."""
        return self.ends_at is not None

    def remaining(self, *, now: datetime | None = None) -> timedelta | None:
        """Time until it ends.

        Args:
            now: The time, aware; None for the clock.

        Returns:
            Negative when it has ended; None when there is none.
        """
        return None if self.ends_at is None else self.ends_at - (now or datetime.now(UTC))

    def describe(self, *, now: datetime | None = None) -> str:
        """One line for a person, in local time.

        Args:
            now: The time, aware; None for the clock.
        """
        left = self.remaining(now=now)
        if self.ends_at is None or left is None:
            return "no delegated credential"
        when = f"{self.ends_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
        minutes = abs(left) // timedelta(minutes=1)
        span = f"{minutes // 60} h {minutes % 60:02} m"
        return (
            f"until {when} ({span} left)" if left > timedelta(0) else f"ended {when} ({span} ago)"
        )


def parse_delegation(answer: Any, *, delegation_id: str | None = None) -> DelegationState:
    """Read the answer to `GET /delegation/{id}`.

    Args:
        answer: The JSON value.
        delegation_id: For the message of an error; None when not known.

    Returns:
        The state; `null` and `[]` both mean that there is no credential.

    Raises:
        DelegationError: Something else.

    Source: facts "FTS 3.13.4", delegation: `null`, or `[]` for some User-Agents; `voms_attrs` is a list of one text with blanks.
    """
    if answer is None or answer == []:
        return DelegationState()
    try:
        ends_at = parse_timestamp(answer["termination_time"])
        attributes = answer.get("voms_attrs") or []
        fqans = tuple(word for text in attributes for word in text.split())
    except (FTSUsageError, KeyError, TypeError, AttributeError) as error:
        raise DelegationError(
            "the server's answer about the delegated credential cannot be read",
            step="look up",
            delegation_id=delegation_id,
            remedy="Check that the endpoint is the REST interface of an FTS.",
        ) from error
    return DelegationState(ends_at=ends_at, fqans=fqans)


def renewal_due(
    remaining: timedelta | None, *, threshold: timedelta = DEFAULT_RENEW_BELOW
) -> bool:
    """Say whether a delegated credential must be renewed now.

    Args:
        remaining: Time until it ends; negative when it has ended, None when there is none.
        threshold: Renew when less than this is left.

    Returns:
        True when a new delegation is needed.

    Source: facts "FTS 3.13.4": submissions are refused with 419 when less than one hour is left.
    """
    return remaining is None or remaining < threshold


def sign_request(
    csr: bytes,
    *,
    credential: X509Credential,
    lifetime: timedelta = DEFAULT_LIFETIME,
    user_dn: str | None = None,
    delegation_id: str | None = None,
    now: datetime | None = None,
) -> bytes:
    """Sign the server's certificate request with a credential, see `proxy.sign_request`.

    Args:
        csr: PEM of the request.
        credential: Who delegates.
        lifetime: Wanted lifetime; never beyond the end of the credential.
        user_dn: For the message of an error; None: the DN of the credential.
        delegation_id: For the message of an error; None when not known.
        now: The time, aware; None for the clock.

    Returns:
        PEM of the proxy and the whole chain.

    Raises:
        DelegationError: The request may not be signed.
        CredentialError: The credential cannot sign.
        FTSUsageError: The lifetime is not positive.

    Source: RFC 3820; facts "FTS 3.13.4", delegation.
    """
    return proxy.sign_request(
        csr,
        chain=credential.chain,
        key=credential.private_key,
        lifetime=lifetime,
        user_dn=user_dn or credential.user_dn,
        delegation_id=delegation_id,
        now=now,
    )
