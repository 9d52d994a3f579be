"""What the API shows of the shared state of a server, at one time, and what differs later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import requests

from fts_contract.harness.shared_state.kinds import KINDS, Kind, Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = [
    "Difference",
    "Snapshot",
    "is_refused",
    "read",
    "read_delegation",
    "read_entries",
    "read_snapshot",
]

_FORMAT: Final = 1
_TRIES: Final = 3
_UNLIKE: Final = (TypeError, ValueError, KeyError, AttributeError)
Entries = dict[str, dict[str, Row] | None]


@attrs.frozen(kw_only=True)
class Snapshot:
    """The state before a run.

    Attributes:
        url: The endpoint.
        user_dn: The caller.
        administrator: Who read the configuration; None when no caller may.
        exclusive: The whole server belonged to the run.
        optimizer_rows: The run was allowed to write rows of the optimizer.
        entries: By kind, the entries by key; None for a kind that could not be read.
        delegation: The delegated credential of the caller as the API shows it; None for none; empty when it could not be read.
        voms: The attributes with which the caller delegates.
        jobs: Jobs that were there and had not ended.
        cloud_access: The caller has or has asked for access to a cloud storage, or the server does not say.
    """

    url: str
    user_dn: str
    delegation_id: str
    administrator: str | None
    exclusive: bool = False
    optimizer_rows: bool = False
    entries: Entries
    delegation: dict[str, Any] | None
    voms: list[str]
    jobs: list[str]
    cloud_access: bool

    def write(self, path: Path) -> None:
        """Write it as JSON, readable by its owner only."""
        path.touch(mode=0o600)
        path.write_text(json.dumps({"format": _FORMAT, **attrs.asdict(self)}, indent=1))

    @classmethod
    def read(cls, path: Path) -> Snapshot:
        """Read what `write` wrote.

        Raises:
            OSError, ValueError: There is none, or it is of another version.
        """
        data = json.loads(path.read_text())
        if not isinstance(data, dict) or data.pop("format", None) != _FORMAT:
            raise ValueError(f"{path} is not from this version of fts contract")
        return cls(**data)

    def rows(self, name: str) -> dict[str, Row]:
        """The entries of a kind; none when it could not be read."""
        return self.entries.get(name) or {}

    @property
    def unread(self) -> frozenset[str]:
        """Paths of the entries that the administrator was not shown, which therefore cannot be put back."""
        return frozenset(
            kind.path
            for kind in KINDS
            if self.administrator and self.entries[kind.name] is None and kind.remove
        )

    def differences(self, now: Entries) -> Iterator[Difference]:
        """Compare with the entries of another time, kinds that could not be read aside."""
        for kind in KINDS:
            before, after = self.entries.get(kind.name), now.get(kind.name)
            if before is None or after is None:
                continue
            for key in sorted({*before, *after}):
                was, is_now = before.get(key), after.get(key)
                if was is None and is_now is not None:
                    yield Difference(kind, "new", is_now)
                elif was is not None and is_now is None:
                    yield Difference(kind, "gone", was)
                elif was is not None and is_now is not None and not kind.same(was, is_now):
                    yield Difference(kind, "changed", was)


@attrs.frozen
class Difference:
    """An entry that is new, gone or changed.

    Attributes:
        kind: Its kind.
        what: What became of it.
        row: The entry: as it was, or as it is when it is new.
    """

    kind: Kind
    what: Literal["new", "gone", "changed"]
    row: Row

    def __str__(self) -> str:
        return f"{self.kind.name}: {self.kind.key_of(self.row)} is {self.what}"


def read_snapshot(
    session: GuardedSession,
    administrator: GuardedSession | None,
    *,
    whoami: dict[str, Any],
    administrator_dn: str | None,
    exclusive: bool,
    optimizer_rows: bool,
) -> Snapshot:
    """Read the state with requests that change nothing.

    Args:
        session: Of the caller.
        administrator: Of a caller with level `config`; None when there is none.
        whoami: What the server says of the caller.
        administrator_dn: The DN of the administrator.
        exclusive: See `Snapshot`.
        optimizer_rows: See `Snapshot`.
    """
    delegation_id = str(whoami.get("delegation_id"))
    cloud = [_ask(session, f"/cs/{path}/dropbox") for path in ("registered", "access_request")]
    voms, jobs = whoami.get("voms_cred"), read(session, "/jobs")
    return Snapshot(
        url=session.base_url,
        user_dn=str(whoami.get("user_dn")),
        delegation_id=delegation_id,
        administrator=administrator_dn,
        exclusive=exclusive,
        optimizer_rows=optimizer_rows,
        entries=read_entries(administrator),
        delegation=read_delegation(session, delegation_id),
        voms=[str(one) for one in voms] if isinstance(voms, list) else [],
        jobs=[str(row.get("job_id")) for row in jobs if isinstance(row, dict)]
        if isinstance(jobs, list)
        else [],
        cloud_access=any(
            one is None or (one.status == requests.codes.ok and bool(one.json)) for one in cloud
        ),
    )


def read_entries(administrator: GuardedSession | None) -> Entries:
    """Read the entries of all kinds; None for those that the server does not show."""
    entries: Entries = {}
    for kind in KINDS:
        entries[kind.name] = None
        if administrator is not None:
            try:
                entries[kind.name] = kind.entries(read(administrator, kind.path))
            except _UNLIKE:
                continue
    return entries


def read_delegation(session: GuardedSession, delegation_id: str) -> dict[str, Any] | None:
    """Read the delegated credential of the caller; None for none, and an empty one when the server does not say."""
    answer = _ask(session, f"/delegation/{delegation_id}")
    if answer is None or answer.status not in {requests.codes.ok, requests.codes.not_found}:
        return {}
    shown = answer.json if answer.status == requests.codes.ok else None
    if not shown:
        return None
    return shown if isinstance(shown, dict) else {}


def read(session: GuardedSession, path: str) -> Any:
    """Read a path; None when the server does not answer with JSON and 200."""
    answer = _ask(session, path)
    return answer.json if answer is not None and answer.status == requests.codes.ok else None


def is_refused(session: GuardedSession, path: str) -> bool:
    """Say whether a server forbids a caller to read a path; what it hides, it does not let the caller write either."""
    answer = _ask(session, path)
    return answer is not None and answer.status >= requests.codes.bad_request


def _ask(session: GuardedSession, path: str) -> Exchange | None:
    """Read a path, again when the server fails; None when it goes on failing."""
    for _ in range(_TRIES):
        try:
            answer = session.ask("GET", path, phase="shared state")
        except requests.RequestException:
            continue
        cut = answer.status == requests.codes.ok and answer.json is None
        if answer.status < requests.codes.server_error and (
            not cut or answer.body.strip() == b"null"
        ):
            return answer
    return None
