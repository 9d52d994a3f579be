"""What a profile may send, judged from the request line alone: the lock of the session."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from fts_contract.harness.contract.operations import read_operations
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fts_contract.harness.sending.session import Lock

__all__ = ["EVERYBODYS_JOBS", "UNKNOWN_JOB_ID", "changes_nothing", "full_lock", "safe_lock"]

UNKNOWN_JOB_ID = "00000000-0000-1000-8000-000000000000"
"""A well-formed id that no server hands out (its node and time are zero)."""

_JOB_CHANGE = re.compile(r"/jobs/([^/]+)(?:/files/[^/]+)?")
# Every job id is a UUID; anything else in its place cannot name a job.
_JOB_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
EVERYBODYS_JOBS = re.compile(r"/jobs/(?:all|vo/.*)")
"""Paths by which DELETE cancels the jobs of all users, or of all users of a VO."""


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


def safe_lock() -> Lock:
    """Make the lock of profile `safe`, which lets only reading requests pass."""

    def lock(method: str, path: str) -> str | None:
        return None if changes_nothing(method, path) else "profile safe only reads"

    return lock


def full_lock(own_job_ids: Collection[str]) -> Lock:
    """Make the lock of profile `full`, which protects all jobs but those of `own_job_ids`, read anew for each request."""

    def lock(method: str, path: str) -> str | None:
        if method == "GET":
            return None
        return next(filter(None, (refusal(method, reading) for reading in _readings(path))), None)

    def refusal(method: str, path: str) -> str | None:
        if method == "DELETE" and EVERYBODYS_JOBS.fullmatch(path):
            return "it would cancel the jobs of others"
        change = _JOB_CHANGE.fullmatch(path)
        if change and method in {"DELETE", "POST", "PUT", "PATCH"}:
            allowed = {job_id.lower() for job_id in own_job_ids} | {UNKNOWN_JOB_ID}
            foreign = [job_id for job_id in _JOB_ID.findall(change[1]) if job_id not in allowed]
            if foreign:
                return f"job {foreign[0]} was not submitted by this run"
        return None

    return lock


def _readings(path: str) -> Iterator[str]:
    """Interpret a path in every way a server might: with escapes (even double) and `..` resolved or not, ignoring case."""
    plain = urlsplit(f"//host/{path.lstrip('/')}").path.lower()
    for _ in range(4):
        merged = re.sub("/+", "/", f"/{plain}")
        yield merged.rstrip("/") or "/"
        yield posixpath.normpath(merged)
        plain = unquote(plain)
