"""`fts mock --scenario FILE`: what a mock holds before its first request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_type_hints
from urllib.parse import urlsplit

from fts_contract.mock.configuration import ActivityShares, Link
from fts_contract.mock.errors import APIError
from fts_contract.mock.identity import identify
from fts_contract.mock.json_input import checked, fields_of, read_json_file
from fts_contract.mock.records import (
    ACTIVE_FILE_STATES,
    ACTIVE_JOB_STATES,
    FILE_FIELDS,
    JOB_FIELDS,
    TERMINAL_STATES,
    File,
    Job,
)
from fts_contract.mock.submission import Submitter, build_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.mock.identity import Caller
    from fts_contract.mock.state import State

_JOB_HINTS: Final = get_type_hints(Job)
_FILE_HINTS: Final = get_type_hints(File)
_JOB: Final = {
    **{name: _JOB_HINTS[name] for name in JOB_FIELDS},
    "owner": str,
    "files": list,
    "archived": bool,
}
_FILE: Final = {name: _FILE_HINTS[name] for name in FILE_FIELDS if name != "job_id"}
_LINK: Final = {
    "symbolicname": str,
    "source": str,
    "destination": str,
    "min_active": int,
    "max_active": int,
    "optimizer_mode": int | None,
    "tcp_buffer_size": int | None,
    "nostreams": int | None,
    "no_delegation": bool,
}
_BAN: Final = {"storage": str, "vo": str, "status": str, "message": str}
_BAN_STATUSES: Final = ("CANCEL", "WAIT", "WAIT_AS")
_OPERATIONS: Final = ("config", "transfer", "deleg", "datamanagement", "admin")
_JOB_STATES: Final = ACTIVE_JOB_STATES | TERMINAL_STATES
_FILE_STATES: Final = (
    ACTIVE_FILE_STATES | TERMINAL_STATES | {"NOT_USED", "ON_HOLD", "ON_HOLD_STAGING", "TOKEN_PREP"}
)


def load_scenario(path: Path, state: State, *, who: Callable[[str], Caller]) -> None:
    """Put what a file describes into the memory of a mock, beside what is there.

    Args:
        path: A JSON object; the documentation of the mock lists its parts.
        state: The memory.
        who: Gives the caller for the name of a test identity.

    Raises:
        ValueError: The file cannot be read, or a part of it makes no sense; the message names file and place.
            What stands before that place has been loaded.
    """
    parts = fields_of(read_json_file(path), dict.fromkeys(_PARTS, list), where=str(path))
    with state.lock:
        for name, load in _PARTS.items():
            for number, entry in enumerate(parts.get(name, ())):
                try:
                    load(entry, state, who)
                except ValueError as error:
                    raise ValueError(f"{path}: {name}[{number}]{error}") from error
                except KeyError as error:
                    raise ValueError(f"{path}: {name}[{number}]: {error.args[0]}") from error


def _load_delegation(entry: Any, state: State, who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, {"identity": str, "lifetime_s": float}, where="")
    who(fields.get("identity", "alice"))
    state.delegate(fields.get("identity", "alice"), lifetime_s=fields.get("lifetime_s", 43_200.0))


def _load_grant(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(
        entry, {"dn": str, "operations": list}, where="", required=("dn", "operations")
    )
    for operation in fields["operations"]:
        _one_of(operation, _OPERATIONS, where=".operations")
    state.grant(fields["dn"], *fields["operations"])


def _load_gridmap(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, {"dn": str, "vo": str}, where="", required=("dn", "vo"))
    state.gridmap[fields["dn"]] = fields["vo"]


def _load_user_ban(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, {"dn": str, "message": str}, where="", required=("dn",))
    state.ban_dn(fields["dn"], message=fields.get("message", ""))


def _load_storage_ban(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, _BAN, where="", required=("storage",))
    _one_of(fields.get("status", "CANCEL"), _BAN_STATUSES, where=".status")
    state.ban_storage(**fields)


def _load_link(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    state.config.put_link(
        Link(
            **fields_of(entry, _LINK, where="", required=("symbolicname", "source", "destination"))
        )
    )


def _load_activity_shares(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, {"vo": str, "shares": dict}, where="", required=("vo", "shares"))
    shares = [
        {name: checked(weight, float, where=f".shares.{name}")}
        for name, weight in fields["shares"].items()
    ]
    vo = fields["vo"]
    state.config.activity_shares[vo.lower()] = ActivityShares(vo, tuple(shares))


def _load_host(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    kinds = {"hostname": str, "service_name": str, "drain": bool}
    state.config.add_host(**fields_of(entry, kinds, where="", required=("hostname",)))


def _load_job(entry: Any, state: State, _who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, _JOB, where="")
    _one_of(fields.get("job_state", "SUBMITTED"), _JOB_STATES, where=".job_state")
    files = [
        _file(file, where=f".files[{number}]")
        for number, file in enumerate(fields.pop("files", [{}]))
    ]
    is_archived = fields.pop("archived", False)
    if "job_id" in fields and state.find(fields["job_id"]) is not None:
        raise ValueError(f".job_id: there is a job {fields['job_id']} already")
    job = state.add_job(files=tuple(files), **fields)
    if is_archived:
        state.archive(job.job_id)


def _file(entry: Any, *, where: str) -> dict[str, Any]:
    fields = fields_of(entry, _FILE, where=where)
    _one_of(fields.get("file_state", "SUBMITTED"), _FILE_STATES, where=f"{where}.file_state")
    for url, storage in (("source_surl", "source_se"), ("dest_surl", "dest_se")):
        if fields.get(url):
            parts = urlsplit(fields[url])
            fields.setdefault(storage, f"{parts.scheme}://{parts.hostname}")
    return fields


def _submit(entry: Any, state: State, who: Callable[[str], Caller]) -> None:
    fields = fields_of(entry, {"identity": str, "job": dict}, where="", required=("job",))
    caller = who(fields.get("identity", "alice"))
    identity = identify(caller, gridmap=state.gridmap, grants=state.grants)
    submitter = Submitter(
        user_dn=caller.user_dn,
        cred_id=caller.delegation_id or "",
        vo=identity.vo,
        auth_method=caller.method,
    )
    now = state.catch_up()
    try:
        job = build_job(fields["job"], submitter=submitter, state=state, now=now)
    except APIError as error:
        raise ValueError(f".job: {error.message} ({error.status})") from error
    state.insert(job)
    state.engine.admit(job, now)


def _one_of(value: Any, allowed: frozenset[str] | tuple[str, ...], *, where: str) -> None:
    if value not in allowed:
        raise ValueError(f"{where}: {value!r} is none of {', '.join(sorted(allowed))}")


# In the order in which they are loaded, whatever their order in the file: jobs meet bans and links.
_PARTS: Final = {
    "gridmap": _load_gridmap,
    "grants": _load_grant,
    "delegations": _load_delegation,
    "hosts": _load_host,
    "links": _load_link,
    "activity_shares": _load_activity_shares,
    "banned_users": _load_user_ban,
    "banned_storages": _load_storage_ban,
    "jobs": _load_job,
    "submissions": _submit,
}
