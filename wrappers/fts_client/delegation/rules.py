"""The decisions of delegation: under which id, whether to renew, what to sign. No requests are made here."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from fts_client.credentials.x509 import X509Credential

__all__ = [
    "DEFAULT_LIFETIME",
    "DEFAULT_RENEW_BELOW",
    "SUBMISSION_NEEDS",
    "delegation_id",
    "renewal_due",
    "sign_request",
]

DEFAULT_LIFETIME = timedelta(hours=7)
"""Lifetime asked for, as the official client does."""

DEFAULT_RENEW_BELOW = timedelta(hours=2)
"""Renewed when less is left, as the official client does."""

SUBMISSION_NEEDS = timedelta(hours=1)
"""FTS refuses submissions when less is left of the delegation (419)."""

# A new delegation must last longer than the old one by this much to be worth its requests.
_WORTH_RENEWING = timedelta(minutes=5)


def delegation_id(user_dn: str, fqans: Iterable[str]) -> str:
    """Compute the id under which a server keeps the delegation of a user.

    Args:
        user_dn: DN of the user as `whoami` gives it.
        fqans: VOMS attributes in their order; other attributes are another delegation.

    Returns:
        16 hex digits.

    Source: observed on FTS 3.13.4 (recording whoami-alice): first 16 hex digits of SHA-1 over DN and FQANs without separator.
    """
    text = user_dn + "".join(fqans)
    return hashlib.sha1(text.encode("utf-8"), usedforsecurity=False).hexdigest()[:16]


def renewal_due(
    remaining: timedelta | None,
    *,
    threshold: timedelta = DEFAULT_RENEW_BELOW,
    credential_left: timedelta | None = None,
) -> bool:
    """Say whether a delegated credential must be renewed now.

    Args:
        remaining: Time until it ends; negative when it has ended, None when there is none.
        threshold: Renew when less than this is left.
        credential_left: Time until the credential that would sign ends: no delegation lasts longer. None when not known.

    Returns:
        True when a new delegation is needed and would last longer, by some minutes, than the present one.

    Source: observed on FTS 3.13.4: submissions are refused with 419 when less than one hour is left.
    """
    if remaining is None:
        return True
    if remaining >= threshold:
        return False
    if remaining <= timedelta(0) or credential_left is None:
        return True
    return credential_left - remaining > _WORTH_RENEWING


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

    Source: RFC 3820; observed on FTS 3.13.4.
    """
    # Not at the top: the default lifetimes are read where nothing is signed.
    from fts_client.credentials import proxy  # noqa: PLC0415

    return proxy.sign_request(
        csr,
        chain=credential.chain,
        key=credential.private_key,
        lifetime=lifetime,
        user_dn=user_dn or credential.user_dn,
        delegation_id=delegation_id,
        now=now,
    )
