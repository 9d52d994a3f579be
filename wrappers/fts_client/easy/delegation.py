"""Delegate the credential of a context."""

# ruff: noqa: FBT001, FBT002
# These are the official signatures.
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fts_client.easy.classes import Delegator

if TYPE_CHECKING:
    from fts_client.easy.context import Context

__all__ = ["delegate"]


def delegate(
    context: Context,
    lifetime: timedelta = timedelta(hours=7),
    force: bool = False,
    delegate_when_lifetime_lt: timedelta = timedelta(hours=2),
    legacy_mode: bool = False,
) -> str:
    """Delegate the credential of a context when too little is left at the server.

    Args:
        context: Where to.
        lifetime: How long a new delegation shall last.
        force: Delegate even if enough is left.
        delegate_when_lifetime_lt: Delegate when less than this is left.
        legacy_mode: Accepted and ignored: proxies are always RFC 3820.

    Returns:
        The delegation id; "" for a context without certificate, which has nothing to delegate.

    Raises:
        ClientError: Whatever went wrong.
    """
    if context.access_method != "X509":
        return ""
    return Delegator(context).delegate(lifetime, force, delegate_when_lifetime_lt, legacy_mode)
