"""What a profile may send, judged from path, query and body: the lock of the session."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.sending.own_names import foreign_in_path, foreign_name, interpretations
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "EVERYBODYS_JOBS",
    "HOST",
    "UNKNOWN_DELEGATION_ID",
    "UNKNOWN_JOB_ID",
    "FullLock",
    "Lock",
    "changes_nothing",
    "safe_lock",
]

Lock = Callable[[str, str, bytes | None], str | None]
"""Takes method, raw path with query, and body; returns why the request must not be sent, or None."""

UNKNOWN_JOB_ID = "00000000-0000-1000-8000-000000000000"
"""A well-formed id that no server hands out (its node and time are zero)."""
UNKNOWN_DELEGATION_ID = "0000000000000000"
"""A well-formed id that belongs to no caller: real ones are parts of a hash."""

_JOB_CHANGE = re.compile(r"/jobs/([^/]+)(?:/.*)?")
# Every job id is a UUID; anything else in its place cannot name a job.
_JOB_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
EVERYBODYS_JOBS = re.compile(r"/jobs/(?:all|vo/.*)")
"""Paths by which DELETE cancels the jobs of all users, or of all users of a VO."""
_DELEGATION = re.compile(r"/delegation/([^/]+)(?:/.*)?")
HOST = re.compile(r"://(?:[^/?#\s\"@]*@)?([^/?#\s\":\\]+)")
_FILE_IDS = 2**62
"""File ids are positive numbers below this, on a server that counts to it."""


@lru_cache(maxsize=1000)  # The lock and the journal ask about each request.
def changes_nothing(method: str, path: str) -> bool:
    """Say whether a request only reads, however leniently a server interprets its raw path (or a template)."""
    if method == "OPTIONS":
        return True
    readings = set(_readings(path))
    return method in {"GET", "HEAD"} and not any(
        pattern.fullmatch(reading) for pattern in _reads_that_write() for reading in readings
    )


@cache
def _reads_that_write() -> tuple[re.Pattern[str], ...]:
    """Find the GET operations that the document marks as writing; a parameter matches any text, even several segments.

    The document of FTS is used even if a run tests another one: what it marks must never be sent.
    """
    return tuple(
        re.compile(
            ".*".join(re.escape(text) for text in re.split(r"\{\w+\}", operation.path.lower()))
        )
        for operation in read_operations(load_spec())
        if operation.writes
    )


def safe_lock(method: str, path: str, body: bytes | None = None) -> str | None:
    """Let only reading requests pass: the lock of profile `safe`."""
    del body
    return None if changes_nothing(method, path) else "profile safe only reads"


@attrs.define(kw_only=True)
class FullLock:
    """The lock of profile `full`: by the rules of FTS, what passes touches nothing that belongs to others.

    Attributes:
        own_job_ids: Jobs of this run, read anew for each request; all others are protected.
        own_file_ids: Files of these jobs.
        delegation_id: The delegation of the caller that the run may replace; None for none.
        callers: Delegation ids of all callers of the run, whose certificate requests may be asked for: FTS makes one, and
            sends the same again to everybody else who delegates for that caller.
        bannable: DNs, in lower case, of other callers of the run, who may be banned or granted a level for a while.
        hosts_in_use: Hosts of storages that others use, in lower case: no transfer is submitted to them.
        exclusive: The whole server belongs to the run: `drainable` and `defaults` may be changed too.
        idle_vos: VOs without jobs, in lower case: by the rules of FTS, to cancel all their jobs changes nothing.
        drainable: Hosts whose drain can be put back.
        defaults: Paths whose entry `*` can be put back.
        optimizer_rows: Rows of the optimizer may be written, which no request removes.
        cloud_access: The access of the caller to cloud storages may be changed: there is none.
        unread: Paths whose entries the server did not show before the run, so that nothing there could be put back.
        lifted: Everything passes, to put back what was there before.
    """

    own_job_ids: Sequence[str] = ()
    own_file_ids: Collection[int] = ()
    delegation_id: str | None = None
    callers: frozenset[str] = frozenset()
    bannable: frozenset[str] = frozenset()
    hosts_in_use: frozenset[str] = frozenset()
    exclusive: bool = False
    idle_vos: frozenset[str] = frozenset()
    drainable: frozenset[str] = frozenset()
    defaults: frozenset[str] = frozenset()
    optimizer_rows: bool = False
    cloud_access: bool = False
    unread: frozenset[str] = frozenset()
    lifted: bool = False

    def __call__(self, method: str, path: str, body: bytes | None = None) -> str | None:
        """See `Lock`."""
        if self.lifted or changes_nothing(method, path):
            return None
        query = urlsplit(f"//host/{path.lstrip('/')}").query
        try:
            fields = list(interpretations(body, query))
        except RecursionError:
            return "its body is nested too deeply to be understood"
        refusals = (self._refusal(method, one, fields, body) for one in set(_readings(path)))
        return next(filter(None, refusals), None)

    def stops(self, method: str, path: str) -> str | None:
        """Say why no valid request of an operation, given by its template, can pass; None when some can."""
        if changes_nothing(method, path):
            return None
        if path == "/optimizer/current":
            return self(method, path, b'{"source_se": "fts-contract", "dest_se": "fts-contract"}')
        if path == "/admin/force-start":
            return None if self.own_file_ids else "the run has no files"
        own = (self.delegation_id or "none") if path.startswith("/delegation/") else "fts-contract"
        return self(method, re.sub(r"\{\w+\}", own, path))

    def _refusal(
        self, method: str, path: str, fields: list[list[tuple[str, object]]], body: bytes | None
    ) -> str | None:
        if change := _JOB_CHANGE.fullmatch(path):
            return self._of_jobs(method, path, change[1])
        if method == "PATCH" and not body:
            return None  # No path of FTS has this method: the answer is 405, before anything else.
        if found := _DELEGATION.fullmatch(path):
            allowed = {
                UNKNOWN_DELEGATION_ID,
                (self.delegation_id or UNKNOWN_DELEGATION_ID).lower(),
            }
            if method == "GET" and path.endswith("/request"):
                allowed |= self.callers
            return (
                None if found[1] in allowed else "it is not a delegation that this run may change"
            )
        if path in {"/jobs", "/admin/force-start"}:
            return self._of_files(path, body)
        return self._of_names(path, fields)

    def _of_jobs(self, method: str, path: str, named: str) -> str | None:
        if method == "DELETE" and EVERYBODYS_JOBS.fullmatch(path):
            idle = self.exclusive and path.removeprefix("/jobs/vo/") in self.idle_vos
            return None if idle else "it would cancel the jobs of others"
        allowed = {job_id.lower() for job_id in self.own_job_ids} | {UNKNOWN_JOB_ID}
        foreign = [job_id for job_id in _JOB_ID.findall(named) if job_id not in allowed]
        return f"job {foreign[0]} was not submitted by this run" if foreign else None

    def _of_names(self, path: str, fields: list[list[tuple[str, object]]]) -> str | None:
        def may(field: str, name: str) -> bool:
            return self._may(path, field, name)

        if path.startswith("/cs/") and not self.cloud_access:
            return "it would change the caller's access to a cloud storage"
        if any(path == one or path.startswith(f"{one}/") for one in self.unread):
            return "the server did not show what is there, so it could not be put back"
        if path.startswith("/oauth2/"):
            return "it would change applications and tokens"
        if path == "/optimizer/current" and not self.optimizer_rows and self._names_a_pair(fields):
            return "no request removes rows of the optimizer; add --exclusive --optimizer-rows"
        found = [foreign_in_path(path, may), *(foreign_name(path, one, may=may) for one in fields)]
        return next((f"{name[:80]!r} is not a name of this run" for name in found if name), None)

    def _may(self, path: str, field: str, name: str) -> bool:
        """Say whether `--exclusive` allows a name that belongs to the whole server."""
        if not self.exclusive:
            return False
        if field == "hostname":
            return name.lower() in self.drainable
        if path in {"/ban/dn", "/config/authorize"}:
            return name.lower() in self.bannable
        # Of a path with a name, the rule of the list applies.
        kind = path if field else path.rpartition("/")[0]
        return name == "*" and kind in self.defaults

    def _of_files(self, path: str, body: bytes | None) -> str | None:
        text = (body or b"").decode("utf-8", errors="replace")
        if path == "/jobs":
            hosts = {host.lower() for host in HOST.findall(text.replace("\\/", "/"))}
            used = sorted(hosts & self.hosts_in_use)
            return f"others use the storage {used[0]}" if used else None
        numbers = {int(number) for number in re.findall(r"-?\d{1,40}", text)}
        foreign = sorted(n for n in numbers - set(self.own_file_ids) if 0 < n < _FILE_IDS)
        return f"file {foreign[0]} is not of a job of this run" if foreign else None

    @staticmethod
    def _names_a_pair(fields: list[list[tuple[str, object]]]) -> bool:
        """Say whether FTS would store the row: without a source and a destination it answers 400."""
        return any(
            {"source_se", "dest_se"} <= {name for name, value in one if value} for one in fields
        )


def _readings(path: str) -> Iterator[str]:
    """Interpret a path in every way a server might: with escapes (even double) and `..` resolved or not, ignoring case."""
    plain = urlsplit(f"//host/{path.lstrip('/')}").path.lower()
    for _ in range(4):
        merged = re.sub("/+", "/", f"/{plain}")
        yield merged.rstrip("/") or "/"
        yield posixpath.normpath(merged)
        plain = unquote(plain)
