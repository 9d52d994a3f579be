"""Ban storages and users, and set the limits of storages: for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from fts_client.errors import FTSUsageError
from fts_client.procedures.driver import Body, Call, Flow

if TYPE_CHECKING:
    from fts_client.answers import BannedDn, BannedSe, SeEntry

__all__ = [
    "ban_dn",
    "ban_se",
    "get_se_config",
    "list_banned_dn",
    "list_banned_se",
    "set_se_config",
    "unban_dn",
    "unban_se",
]

_STATUSES = frozenset({"cancel", "wait"})


def ban_se(storage: str, *, status: str, allow_submit: bool, message: str) -> Flow[list[str]]:
    """Ban a storage."""
    if status not in _STATUSES:
        raise FTSUsageError(f'The status of a ban is "cancel" or "wait", got {status!r}')
    if allow_submit and status == "cancel":
        raise FTSUsageError('allow_submit goes with the status "wait" only')
    body: dict[str, Any] = {"storage": _named(storage, "storage"), "status": status}
    if message:
        body["message"] = message
    if allow_submit:
        # Any text would count as true, also "false".
        body["allow_submit"] = True
    return cast("list[str]", (yield Call("banning.ban_se", {"body": Body(body)})).parsed)


def unban_se(storage: str) -> Flow[None]:
    """End the ban of a storage."""
    yield Call("banning.unban_se", {"storage": _named(storage, "storage")})


def list_banned_se() -> Flow[list[BannedSe]]:
    """List the bans of storages."""
    return cast("list[BannedSe]", (yield Call("banning.list_banned_se")).parsed)


def ban_dn(user_dn: str, *, message: str) -> Flow[list[str]]:
    """Ban a user."""
    body = {"user_dn": _named(user_dn, "DN")}
    if message:
        body["message"] = message
    return cast("list[str]", (yield Call("banning.ban_dn", {"body": Body(body)})).parsed)


def unban_dn(user_dn: str) -> Flow[None]:
    """End the ban of a user."""
    yield Call("banning.unban_dn", {"user_dn": _named(user_dn, "DN")})


def list_banned_dn() -> Flow[list[BannedDn]]:
    """List the bans of users."""
    return cast("list[BannedDn]", (yield Call("banning.list_banned_dn")).parsed)


def get_se_config(storage: str | None) -> Flow[dict[str, SeEntry]]:
    """Ask for the limits of storages."""
    arguments = {} if storage is None else {"se": _named(storage, "storage")}
    answer = yield Call("config.get_se_config", arguments)
    return dict(answer.parsed.additional_properties)


def set_se_config(config: Mapping[str, SeEntry | Mapping[str, Any]]) -> Flow[None]:
    """Set the limits of storages."""
    body = {
        _named(storage, "storage"): dict(entry) if isinstance(entry, Mapping) else entry.to_dict()
        for storage, entry in config.items()
    }
    if not body:
        raise FTSUsageError("There is no storage in the configuration")
    yield Call("config.set_se_config", {"body": Body(body)})


def _named(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FTSUsageError(f"The {what} must be a text that is not empty, got {value!r}")
    return value
