"""Put a server back as it was before a run: end the jobs of the run, undo its changes, look again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import attrs
import requests

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.own_names import is_own
from fts_contract.harness.sending.proxy_signing import CannotSignError, sign_request
from fts_contract.harness.sending.session import to_exchange
from fts_contract.harness.shared_state.kinds import KINDS, Request
from fts_contract.harness.shared_state.snapshot import (
    Difference,
    Snapshot,
    read,
    read_delegation,
    read_entries,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.journal import Change
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.shared_state.snapshot import Entries

__all__ = ["Left", "PuttingBack", "can_put_delegation_back"]

_PASSES: Final = 3
_PATIENCE: Final = 3
_IDS: Final = 50
"""Job ids in one path; web servers in front of FTS take about 100."""


@attrs.frozen
class Left:
    """Something that could not be put back.

    Attributes:
        what: For people.
        curl: The request that would; None when no request can.
    """

    what: str
    curl: str | None


def can_put_delegation_back(before: Snapshot, ends: datetime | None) -> bool:
    """Say whether a credential can be delegated that ends when the present one does, with the same attributes.

    Args:
        before: The state before the run.
        ends: When the credential of the caller ends; None for a token, which delegates nothing.
    """
    if ends is None:
        return False
    if before.delegation is None:
        return True
    due = _time(before.delegation.get("termination_time"))
    same = before.delegation.get("voms_attrs") == [" ".join(before.voms)]
    return due is not None and due <= ends and same


@attrs.frozen(kw_only=True)
class PuttingBack:
    """Puts back what a run changed.

    Attributes:
        before: The state before the run.
        session: Of the caller; its lock lets everything pass.
        administrator: Of a caller with level `config`; None when there is none.
        others: Of the other callers, who may belong to other VOs.
        changes: The journal of the run.
    """

    before: Snapshot
    session: GuardedSession
    administrator: GuardedSession | None
    others: Sequence[GuardedSession] = ()
    changes: Sequence[Change]

    def run(self) -> list[Left]:
        """Send what is needed; returns what could not be put back."""
        for session in self._sessions:
            # The time and the patience of the run may be used up.
            session.budget = Budget(rate_limit=session.budget.rate_limit, patience=_PATIENCE)
            session.journal = None
        self._end_cloud_access()
        return [*self._end_jobs(), *self._put_entries_back(), *self._put_delegation_back()]

    @property
    def _sessions(self) -> list[GuardedSession]:
        callers = (self.session, self.administrator, *self.others)
        return list(dict.fromkeys(one for one in callers if one is not None))

    @property
    def _callers(self) -> list[GuardedSession]:
        return [one for one in self._sessions if one.credential is not None]

    def _end_jobs(self) -> Iterator[Left]:
        """Cancel the jobs of the run, each by a caller who may."""
        ids = [change.job_id for change in self.changes if change.job_id]
        # Servers write the scheme of a URL in small letters.
        lost = [_plain(one.body).lower() for one in self.changes if one.may_have_submitted]
        for session in self._callers if lost else ():
            found, is_complete = self._lost_jobs(session, {*ids, *self.before.jobs}, lost)
            if not is_complete:
                text = "jobs of the run whose ids did not arrive: the server does not list them"
                yield self._left(text, Request("GET", "/jobs"), by=session)
            ids += found
        ids = list(dict.fromkeys(ids))
        for start in range(0, len(ids), _IDS):
            open_ids = ids[start : start + _IDS]
            for session in self._callers * _PASSES:
                if open_ids:
                    self._send(session, Request("DELETE", f"/jobs/{','.join(open_ids)}"))
                    open_ids = self._open(session, open_ids)
            if open_ids:
                request = Request("DELETE", f"/jobs/{','.join(open_ids)}")
                yield self._left(f"jobs of the run that have not ended: {len(open_ids)}", request)

    def _end_cloud_access(self) -> None:
        """The caller had no access to cloud storages, nor asked for any."""
        if any(
            change.method == "GET"
            and change.target.startswith("/cs/")
            and change.status in {requests.codes.ok, None}
            for change in self.changes
        ):
            self._send(self.session, Request("DELETE", "/cs/access_grant/dropbox"))

    @staticmethod
    def _lost_jobs(
        session: GuardedSession, known: Collection[str], lost: Sequence[str]
    ) -> tuple[list[str], bool]:
        """Find jobs of a caller that are new and have the storages of a run, or the files of a lost submission.

        Returns:
            Their ids, and whether the server showed all jobs and their files.
        """
        jobs, whoami = _objects(read(session, "/jobs")), _objects(read(session, "/whoami"))
        if jobs is None or not whoami:
            return [], False
        found, is_complete = [], True
        for job in jobs:
            job_id = str(job.get("job_id"))
            if job.get("user_dn") != whoami[0].get("user_dn") or job_id in known:
                continue
            files = _objects(read(session, f"/jobs/{job_id}/files"))
            is_complete = is_complete and files is not None
            urls = [
                str(file.get(name))
                for file in files or ()
                for name in ("source_surl", "dest_surl")
            ]
            if urls and (
                all(map(is_own, urls))
                or any(all(f"{url}\n".lower() in one for url in urls) for one in lost)
            ):
                found.append(job_id)
        return found, is_complete

    def _open(self, session: GuardedSession, job_ids: list[str]) -> list[str]:
        """Tell which jobs have not ended, as far as the server tells a caller."""
        answer = self._send(session, Request("GET", f"/jobs/{','.join(job_ids)}"))
        rows = _objects(answer.json) if answer is not None else None
        ended = {
            str(row.get("job_id"))
            for row in rows or ()
            if str(row.get("job_state")) in ENDED_JOBS
            or str(row.get("http_status")).startswith(str(requests.codes.not_found))
        }
        return [one for one in job_ids if one not in ended]

    def _put_entries_back(self) -> Iterator[Left]:
        yield from self._accepted()
        if self.administrator is None:
            return
        for _ in range(_PASSES):
            now = read_entries(self.administrator)
            found = [one for one in self._differences(now) if self._is_of_the_run(one)]
            if not found:
                break
            for request in self._plan(found):
                for session in self._who_may(request):
                    self._send(session, request)
        now = read_entries(self.administrator)
        for one in self._differences(now):
            if one.what == "new" and not self._is_of_the_run(one):
                continue  # Somebody else made it meanwhile.
            needed = next(iter(self._plan([one])), None)
            yield self._left(str(one), needed, by=self.administrator)
        for name in [name for name, rows in self.before.entries.items() if rows is not None]:
            if now[name] is None:
                path = next(kind.path for kind in KINDS if kind.name == name)
                yield self._left(
                    f"{name}: the server does not show them any more",
                    Request("GET", path),
                    by=self.administrator,
                )

    def _accepted(self) -> Iterator[Left]:
        """Remove what the server let callers write by mistake, and what they cannot see; list what an administrator must remove."""
        made: dict[str, tuple[str, Request | None]] = {}
        for change in self.changes:
            if change.status is None or change.status >= requests.codes.bad_request:
                continue
            if change.method == "DELETE":
                made.pop(change.target, None)
            for kind in [one for one in KINDS if self.before.entries[one.name] is None]:
                if kind.remove and (change.method, change.target) == ("POST", kind.path):
                    try:
                        row = json.loads(change.body)
                        undo = kind.remove(row)[0]
                        made[undo.target] = f"{kind.name}: {kind.key_of(row)} is new", undo
                    except (ValueError, TypeError, KeyError, RecursionError):
                        made[kind.path] = f"{kind.name} were changed", None
        gone = {requests.codes.ok, requests.codes.no_content, requests.codes.not_found}
        for what, request in made.values():
            answer = self.administrator and request and self._send(self.administrator, request)
            if not answer or answer.status not in gone:
                yield self._left(f"{what}; only an administrator can see them", request)

    def _who_may(self, request: Request) -> Iterator[GuardedSession]:
        """Give the callers who may send a request: a ban of a storage is lifted only by a caller of the VO that set it."""
        if (request.method, urlsplit(request.target).path) == ("DELETE", "/ban/se"):
            yield from self._sessions
        elif self.administrator is not None:
            yield self.administrator

    def _differences(self, now: Entries) -> list[Difference]:
        return [
            one
            for one in self.before.differences(now)
            # The server itself writes and removes decisions of its optimizer.
            if one.kind.remove or one.kind.put or self._is_new_row(one)
        ]

    def _is_new_row(self, one: Difference) -> bool:
        return one.what == "new" and one.kind.is_own(one.row) and not self.before.optimizer_rows

    def _is_of_the_run(self, one: Difference) -> bool:
        """Say whether the run may undo a difference: its own names, and what it made with others by a server's mistake."""
        if self.before.exclusive:
            return True
        names = [str(one.row[field]) for field in one.kind.named]
        if one.kind.is_own(one.row):
            # One that was there before may have been removed by somebody who cleaned up.
            return one.what == "new" or any(
                all(name in text for name in names) for text in self._texts
            )
        return one.what == "new" and any(
            change.target.partition("?")[0] == one.kind.path
            and (change.status is None or change.status < requests.codes.multiple_choices)
            and all(name in _plain(change.body) for name in names)
            for change in self.changes
        )

    @cached_property
    def _texts(self) -> list[str]:
        """What the run has sent, as the server reads it."""
        return [f"{unquote(one.target)}\n{_plain(one.body)}" for one in self.changes]

    @staticmethod
    def _plan(found: Iterable[Difference]) -> list[Request]:
        """Remove what is new, in the order of the kinds, then write what is gone or changed, in the opposite order."""
        place = {kind.name: number for number, kind in enumerate(KINDS)}
        ordered = sorted(found, key=lambda one: place[one.kind.name])
        plan: list[Request] = []
        for one in ordered:
            if one.what == "new" and one.kind.remove:
                plan += one.kind.remove(one.row)
        for one in reversed(ordered):
            if one.what != "new" and one.kind.put:
                plan += one.kind.put(one.row)
        return plan

    def _put_delegation_back(self) -> Iterator[Left]:
        path = f"/delegation/{self.before.delegation_id}"
        touched = any(change.target.startswith("/delegation/") for change in self.changes)
        if not touched or self.before.delegation == {}:
            return
        for attempt in range(_PASSES + 1):
            now = read_delegation(self.session, self.before.delegation_id)
            if now == self.before.delegation:
                return
            if attempt == _PASSES:
                break
            if self.before.delegation is None:
                self._send(self.session, Request("DELETE", path))
            else:
                self._delegate(path, self.before.delegation.get("termination_time"))
        due = (self.before.delegation or {}).get("termination_time")
        yield Left(
            f"delegated credential: it should end at {due} UTC" if due else "delegated credential",
            None if due else self._curl(Request("DELETE", path), self.session),
        )

    def _delegate(self, path: str, due: object) -> None:
        """Delegate a credential that ends at a given time."""
        ends, credential = _time(due), self.session.credential
        request = self._send(self.session, Request("GET", f"{path}/request"))
        if ends is None or request is None or credential is None:
            return
        lifetime = ends - datetime.now(UTC).replace(microsecond=0)
        try:
            pem = sign_request(request.body, credential, lifetime=lifetime)
        except CannotSignError:
            return
        headers = {"Content-Type": "application/x-pem-file"}
        try:
            self.session.ask(
                "PUT", f"{path}/credential", phase="putting back", data=pem.encode(),
                headers=headers,
            )  # fmt: skip
        except requests.RequestException:
            return

    def _send(self, session: GuardedSession, request: Request) -> Exchange | None:
        try:
            return session.ask(
                request.method,
                request.target,
                phase="putting back",
                json=request.json,
                headers=dict(request.headers) if request.headers else None,
            )
        except requests.RequestException:
            return None

    def _left(
        self, what: str, request: Request | None, *, by: GuardedSession | None = None
    ) -> Left:
        return Left(what, self._curl(request, by or self.session) if request else None)

    @staticmethod
    def _curl(request: Request, session: GuardedSession) -> str:
        prepared = session.prepare_request(
            requests.Request(
                request.method, f"{session.base_url}{request.target}", json=request.json
            )
        )
        return to_exchange(
            prepared, status=0, headers={}, body=b"", elapsed_s=0, intent="valid", phase="",
            sender=session.sender,
        ).curl()  # fmt: skip


def _objects(answer: object) -> list[dict[str, Any]] | None:
    """Give the objects of a list, or one that stands alone; None when the answer is neither."""
    if isinstance(answer, dict):
        return [answer]
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else None


def _plain(body: str) -> str:
    """Give the texts of a JSON body without their escapes, one a line; another body as it is."""
    try:
        return "".join(f"{text}\n" for text in _texts(json.loads(body)))
    except (ValueError, RecursionError):
        return body


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        return None
