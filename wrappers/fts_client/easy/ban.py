"""Ban storage and users; needs the right to configure."""

# ruff: noqa: FBT001, FBT002
# These are the official signatures.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_client.easy.classes import Ban

if TYPE_CHECKING:
    from fts_client.easy.context import Context

__all__ = ["ban_dn", "ban_se", "unban_dn", "unban_se"]


def ban_se(
    context: Context,
    storage: str,
    status: str = "cancel",
    timeout: int = 0,
    allow_submit: bool = False,
) -> Any:
    """Ban a storage element.

    Args:
        context: Where to.
        storage: `scheme://host`.
        status: "cancel" or "wait".
        timeout: Ignored by servers of today.
        allow_submit: Accept new jobs meanwhile; with "wait" only.

    Returns:
        Ids of the jobs affected.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Ban(context).ban_se(storage, status, timeout, allow_submit)


def ban_dn(context: Context, dn: str) -> Any:
    """Ban a user.

    Args:
        context: Where to.
        dn: DN of the user.

    Returns:
        Ids of the jobs affected.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Ban(context).ban_dn(dn)


def unban_se(context: Context, storage: str) -> Any:
    """Lift the ban of a storage element.

    Args:
        context: Where to.
        storage: `scheme://host`.

    Returns:
        None.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Ban(context).unban_se(storage)


def unban_dn(context: Context, dn: str) -> None:
    """Lift the ban of a user.

    Args:
        context: Where to.
        dn: DN of the user.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    Ban(context).unban_dn(dn)
