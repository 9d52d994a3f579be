"""Ban storages and users, and set the limits of storages: for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fts_client.errors import FTSResponseError, FTSUsageError
from fts_client.procedures.driver import Body, Flow
from fts_client.procedures.jobs import ask

if TYPE_CHECKING:
    from fts_client.models import SeEntry


def ban_se(storage: str, *, status: str, allow_submit: bool, message: str) -> Flow[list[str]]:
    """Ban a storage."""
    if status not in {"cancel", "wait"}:
        raise FTSUsageError(f'The status of a ban is "cancel" or "wait", got {status!r}')
    if allow_submit and status == "cancel":
        raise FTSUsageError('allow_submit needs the status "wait"')
    body = {"storage": _named(storage, "storage"), "status": status}
    # Sent only when it is true: the server takes any text for true, also "false".
    return _ban("se", body | ({"allow_submit": True} if allow_submit else {}), message)


def ban_dn(user_dn: str, *, message: str) -> Flow[list[str]]:
    """Ban a user."""
    return _ban("dn", {"user_dn": _named(user_dn, "DN")}, message)


def _ban(what: str, body: Mapping[str, Any], message: str) -> Flow[list[str]]:
    reason = {"message": message} if message else {}
    jobs: Any = yield from ask(f"banning.ban_{what}", body=Body({**body, **reason}))
    if not isinstance(jobs, list) or not all(isinstance(job_id, str) for job_id in jobs):
        raise FTSResponseError("The server did not answer with the ids of the jobs affected")
    return jobs


def unban_se(storage: str) -> Flow[None]:
    """End the ban of a storage."""
    return ask("banning.unban_se", storage=_named(storage, "storage"))


def unban_dn(user_dn: str) -> Flow[None]:
    """End the ban of a user."""
    return ask("banning.unban_dn", user_dn=_named(user_dn, "DN"))


def get_se_config(storage: str | None) -> Flow[dict[str, SeEntry]]:
    """Ask for the limits of storages."""
    chosen = {} if storage is None else {"se": _named(storage, "storage")}
    answer: Any = yield from ask("config.get_se_config", **chosen)
    return dict(answer.additional_properties)


def set_se_config(
    config: Mapping[str, SeEntry | Mapping[str, Any]],
) -> Flow[list[dict[str, Any] | None]]:
    """Set the limits of storages."""
    body = {_named(storage, "storage"): _limits(entry) for storage, entry in config.items()}
    if not body:
        raise FTSUsageError("The configuration names no storage")
    stored: Any = yield from ask("config.set_se_config", body=Body(body))
    if any(part and not hasattr(part, "to_dict") for part in stored):
        raise FTSResponseError("The server did not answer with the limits that it has stored")
    return [part and part.to_dict() for part in stored]


def _limits(entry: SeEntry | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(entry, Mapping):
        return dict(entry)
    if not hasattr(entry, "to_dict"):
        raise FTSUsageError(
            f"The limits of a storage must be an SeEntry or a mapping, got {type(entry).__name__}"
        )
    return entry.to_dict()


def _named(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FTSUsageError(f"The {what} must be a text that is not empty, got {value!r}")
    return value
