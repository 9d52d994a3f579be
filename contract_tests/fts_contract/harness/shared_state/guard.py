"""Guards the shared state of a server during a run: read before it, put back after it, however it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import attrs

from fts_contract.harness.sending.own_names import is_own, texts_in
from fts_contract.harness.sending.safety import HOST
from fts_contract.harness.shared_state.putting_back import (
    Left,
    PuttingBack,
    can_put_delegation_back,
)
from fts_contract.harness.shared_state.record import Record
from fts_contract.harness.shared_state.snapshot import is_refused, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from fts_contract.harness.sending.journal import Change
    from fts_contract.harness.sending.safety import FullLock
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.server import Identity
    from fts_contract.harness.shared_state.snapshot import Snapshot

__all__ = ["Guard"]


@attrs.define(kw_only=True)
class Guard:
    """A context in which a server is changed.

    Attributes:
        interrupted: It was ended by Ctrl-C or SIGTERM, which is not raised again.
        left: What could not be put back.
        drainable: Hosts that the run may drain, in lower case.
        kept: The folder of the record when it is still there.
    """

    interrupted: bool = False
    left: Sequence[Left] = ()
    drainable: frozenset[str] = frozenset()
    kept: Path | None = None
    _record: Record | None = None
    _put_back: Callable[[Sequence[Change]], list[Left]] = lambda _changes: []

    @classmethod
    def begin(
        cls,
        sessions: Sequence[GuardedSession],
        administrator: tuple[GuardedSession, Identity] | None,
        *,
        lock: FullLock,
        others: Sequence[Identity],
        ban_callers: bool,
        whoami: dict[str, Any],
        exclusive: bool,
        optimizer_rows: bool,
        folder: Path | None,
    ) -> Guard:
        """Read the state, write it down, and let the lock pass what can be put back.

        Args:
            sessions: All sessions of the run, that of the caller first; from now on their changes go into the journal.
            administrator: Reads and writes the configuration; None when nobody can.
            lock: The lock of all sessions.
            others: The other callers, as the server sees them.
            ban_callers: They may be banned for a while, which ends their jobs.
            whoami: What the server says of the caller.
            exclusive: The whole server belongs to the run.
            optimizer_rows: The run may write rows of the optimizer.
            folder: For the record; None for a temporary one.

        Raises:
            CannotRunError: The record cannot be written.
        """
        session, reader = sessions[0], administrator[0] if administrator else None
        before = read_snapshot(
            session,
            reader,
            whoami=whoami,
            administrator_dn=administrator[1].user_dn if administrator else None,
            exclusive=exclusive,
            optimizer_rows=optimizer_rows,
        )
        record = Record.begin(folder, before)
        for one in sessions:
            one.journal = record.journal
        ends = session.credential.not_after if session.credential else None
        lock.own_job_ids = record.journal.job_ids
        lock.delegation_id = (
            before.delegation_id if can_put_delegation_back(before, ends) else None
        )
        lock.hosts_in_use = frozenset(_hosts(before))
        lock.callers = frozenset(identity.delegation_id for identity in others)
        banned = {name.lower() for name in before.rows("bans of users")}
        administrators = {before.user_dn.lower(), str(before.administrator).lower()}
        users = frozenset(identity.user_dn.lower() for identity in others if ban_callers)
        lock.bannable = users - administrators - banned
        lock.exclusive, lock.optimizer_rows = exclusive, exclusive and optimizer_rows
        lock.cloud_access = not before.cloud_access
        lock.unread = frozenset(
            path for path in before.unread if reader is not None and not is_refused(reader, path)
        )
        drains, settings = before.rows("drains"), before.rows("global settings")
        lock.drainable = frozenset(
            name.lower() for name, row in drains.items() if row["drain"] is not None
        )
        # A `*` without settings cannot be made again.
        restorable = {
            "/config/links": "*" in before.rows("links"),
            "/config/global": len(settings.get("*", {})) > 1,
        }
        lock.defaults = frozenset(path for path, can in restorable.items() if can)

        def put_back(changes: Sequence[Change]) -> list[Left]:
            lock.lifted = True
            return PuttingBack(
                before=before,
                session=session,
                administrator=reader,
                others=sessions[1:],
                changes=changes,
            ).run()

        return cls(
            drainable=lock.drainable if exclusive else frozenset(),
            kept=record.folder,
            record=record,
            put_back=put_back,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.interrupted = isinstance(error, KeyboardInterrupt)
        try:
            self._finish()
        except KeyboardInterrupt:
            self.interrupted = True
        except Exception as trouble:
            # For example the disk is full, or the credential is gone.
            self._note_left(trouble)
            raise
        self._note_left(error)
        return self.interrupted

    def _note_left(self, error: BaseException | None) -> None:
        if error is not None and self.left:
            error.add_note(f"the server was not put back; run: fts contract restore {self.kept}")

    def _finish(self) -> None:
        if self._record is None:
            return
        self.left = [Left("everything: putting back was interrupted", None)]
        self.left = self._put_back(self._record.changes())
        self._record.finish(self.left)
        if self._record.temporary and not self.left:
            self.kept = None


def _hosts(before: Snapshot) -> set[str]:
    """Hosts of the storages that others have configured."""
    found = set()
    for rows in before.entries.values():
        for row in (rows or {}).values():
            for text in texts_in(list(row.values())):
                host = HOST.search(text)
                if host and not is_own(text):
                    found.add(host[1].lower())
    return found
