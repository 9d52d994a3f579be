"""`fts mock --scenario FILE`: what a mock holds before its first request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, get_type_hints
from urllib.parse import urlsplit

import attrs

from fts_contract.mock.collation import collated
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
from fts_contract.mock.settings import OPERATIONS
from fts_contract.mock.submission import Submitter, build_job

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock.identity import Caller
    from fts_contract.mock.state import State

_JOB_HINTS: Final = {name.lstrip("_"): kind for name, kind in get_type_hints(Job).items()}
_FILE_HINTS: Final = {name.lstrip("_"): kind for name, kind in get_type_hints(File).items()}
_JOB: Final = {
    **{name: _JOB_HINTS[name] for name in JOB_FIELDS},
    "owner": str,
    "files": list,
    "archived": bool,
}
_FILE: Final = {name: _FILE_HINTS[name] for name in FILE_FIELDS if name != "job_id"}
_BAN_STATUSES: Final = ("CANCEL", "WAIT", "WAIT_AS")
_JOB_STATES: Final = ACTIVE_JOB_STATES | TERMINAL_STATES
_FILE_STATES: Final = (
    ACTIVE_FILE_STATES | TERMINAL_STATES | {"NOT_USED", "ON_HOLD", "ON_HOLD_STAGING", "TOKEN_PREP"}
)


Who = Callable[[str], "Caller"]


@attrs.frozen
class _Part:
    """A part of a scenario: the fields of its entries, those that must be there, and what takes them up."""

    kinds: dict[str, Any]
    required: tuple[str, ...]
    load: Callable[..., object]

    def read(self, entry: Any, state: State, who: Who) -> None:
        fields = fields_of(entry, self.kinds, where="", required=self.required)
        self.load(state, who, **fields)


def load_scenario(path: Path, state: State, *, who: Who) -> None:
    """Put what a file describes into the memory of a mock, beside what is there.

    Args:
        path: A JSON object; the documentation of the mock lists its parts.
        state: The memory.
        who: Finds the caller by the name of a test identity.

    Raises:
        ValueError: The file cannot be read, or a part of it is invalid; the message names the file and the place.
            The parts before that place have been loaded.
    """
    parts = fields_of(read_json_file(path), dict.fromkeys(_PARTS, list), where=str(path))
    with state.lock:
        for name, part in _PARTS.items():
            for number, entry in enumerate(parts.get(name, ())):
                try:
                    part.read(entry, state, who)
                except ValueError as error:
                    raise ValueError(f"{path}: {name}[{number}]{error}") from error
                except KeyError as error:
                    raise ValueError(f"{path}: {name}[{number}]: {error.args[0]}") from error


def _add_to_gridmap(state: State, _who: Who, dn: str, vo: str) -> None:
    state.gridmap[dn] = vo


def _grant(state: State, _who: Who, dn: str, operations: list[Any]) -> None:
    for operation in operations:
        _one_of(operation, OPERATIONS, where=".operations")
    state.grant(dn, *operations)


def _ban_storage(state: State, _who: Who, **fields: Any) -> None:
    _one_of(fields.get("status", "CANCEL"), _BAN_STATUSES, where=".status")
    state.ban_storage(**fields)


def _arrange_storage(
    state: State,
    _who: Who,
    storage: str,
    *,
    errno: int = 0,
    times: int | None = None,
    slow_s: float | None = None,
    **conditions: bool,
) -> None:
    arranged = state.storages.arranged(storage)
    if errno:
        arranged.fail(errno=errno, times=times)
    if slow_s is not None:
        arranged.slow(slow_s)
    for name, holds in conditions.items():
        if holds:
            getattr(arranged, name)(times=times)


def _put_activity_shares(state: State, _who: Who, vo: str, shares: dict[str, Any]) -> None:
    weights = [
        {name: checked(weight, float, where=f".shares.{name}")} for name, weight in shares.items()
    ]
    state.config.activity_shares[collated(vo)] = ActivityShares(vo, tuple(weights))


def _add_job(
    state: State, _who: Who, *, files: Any = ({},), archived: bool = False, **fields: Any
) -> None:
    _one_of(fields.get("job_state", "SUBMITTED"), _JOB_STATES, where=".job_state")
    read = [_file(file, where=f".files[{number}]") for number, file in enumerate(files)]
    if "job_id" in fields and state.find(fields["job_id"]) is not None:
        raise ValueError(f".job_id: job {fields['job_id']} already exists")
    job = state.add_job(files=tuple(read), **fields)
    if archived:
        state.archive(job.job_id)


def _file(entry: Any, *, where: str) -> dict[str, Any]:
    fields = fields_of(entry, _FILE, where=where)
    _one_of(fields.get("file_state", "SUBMITTED"), _FILE_STATES, where=f"{where}.file_state")
    for url, storage in (("source_surl", "source_se"), ("dest_surl", "dest_se")):
        if fields.get(url):
            parts = urlsplit(fields[url])
            fields.setdefault(storage, f"{parts.scheme}://{parts.hostname}")
    return fields


def _submit(state: State, who: Who, *, job: dict[str, Any], identity: str = "alice") -> None:
    caller = who(identity)
    submitter = Submitter(
        user_dn=caller.user_dn,
        cred_id=caller.delegation_id or "",
        vo=identify(caller, gridmap=state.gridmap, grants=state.grants).vo,
        auth_method=caller.method,
    )
    now = state.catch_up()
    try:
        accepted = build_job(job, submitter=submitter, state=state, now=now)
    except APIError as error:
        raise ValueError(f".job: {error.message} ({error.status})") from error
    state.insert(accepted)
    state.engine.admit(accepted, now)


def _one_of(value: Any, allowed: frozenset[str] | tuple[str, ...], *, where: str) -> None:
    if value not in allowed:
        raise ValueError(f"{where}: expected one of {', '.join(sorted(allowed))}, got {value!r}")


# They are loaded in this order, whatever their order in the file, so that jobs meet bans and links.
_PARTS: Final = {
    "gridmap": _Part({"dn": str, "vo": str}, ("dn", "vo"), _add_to_gridmap),
    "grants": _Part({"dn": str, "operations": list}, ("dn", "operations"), _grant),
    "delegations": _Part(
        {"identity": str, "lifetime_s": float},
        (),
        lambda state, _who, identity="alice", **fields: state.delegate(identity, **fields),
    ),
    "hosts": _Part(
        {"hostname": str, "service_name": str, "drain": bool},
        ("hostname",),
        lambda state, _who, **fields: state.config.add_host(**fields),
    ),
    "links": _Part(
        get_type_hints(Link),
        ("symbolicname", "source", "destination"),
        lambda state, _who, **fields: state.config.put_link(Link(**fields)),
    ),
    "activity_shares": _Part({"vo": str, "shares": dict}, ("vo", "shares"), _put_activity_shares),
    "banned_users": _Part(
        {"dn": str, "message": str},
        ("dn",),
        lambda state, _who, dn, **fields: state.ban_dn(dn, **fields),
    ),
    "banned_storages": _Part(
        dict.fromkeys(("storage", "vo", "status", "message"), str), ("storage",), _ban_storage
    ),
    "storages": _Part(
        {
            "storage": str,
            "errno": int,
            "times": int | None,
            "slow_s": float,
            "full": bool,
            "offline": bool,
            "wrong_checksum": bool,
        },
        ("storage",),
        _arrange_storage,
    ),
    "jobs": _Part(_JOB, (), _add_job),
    "submissions": _Part({"identity": str, "job": dict}, ("job",), _submit),
}
