"""What a profile may send: the second lock, judged from the request line alone."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

    from fts_contract.harness.session import Lock

__all__ = ["UNKNOWN_JOB_ID", "changes_nothing", "full_lock", "safe_lock"]

UNKNOWN_JOB_ID = "00000000-0000-1000-8000-000000000000"
"""A well-formed id that no server hands out (its node and time are zero)."""

# Source: observed on FTS 3.13.4: these three GET operations store something on the server.
_READS_THAT_WRITE = (
    re.compile(r"/delegation/[^/]*/request"),
    re.compile(r"/cs/access_request/[^/]*/request"),
    re.compile(r"/cs/access_grant/[^/]*"),
)
_JOB_CHANGE = re.compile(r"/jobs/([^/]+)(?:/files/[^/]+)?")
# Every job id is a UUID, and anything else in its place names no job.
_JOB_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_EVERYBODYS_JOBS = re.compile(r"/jobs/(?:all|vo/.*)")


def changes_nothing(method: str, path: str) -> bool:
    """Say whether a request only reads, however leniently a server might read its path.

    Args:
        method: Upper case.
        path: Raw path or template; `{name}` counts as any segment.
    """
    plain = _plain(path)
    if method == "OPTIONS":
        return True
    return method in {"GET", "HEAD"} and not any(
        pattern.fullmatch(plain) for pattern in _READS_THAT_WRITE
    )


def safe_lock() -> Lock:
    """Make the lock of profile `safe`: nothing that changes anything passes."""

    def lock(method: str, path: str) -> str | None:
        return None if changes_nothing(method, path) else "profile safe only reads"

    return lock


def full_lock(own_job_ids: Collection[str]) -> Lock:
    """Make the lock of profile `full`: jobs that this run did not submit stay untouched.

    Args:
        own_job_ids: Ids of the jobs that the run submitted; read anew for each request.
    """

    def lock(method: str, path: str) -> str | None:
        if method == "GET":
            return None
        plain = _plain(path)
        if method == "DELETE" and _EVERYBODYS_JOBS.fullmatch(plain):
            return "it would cancel the jobs of others"
        change = _JOB_CHANGE.fullmatch(plain)
        if change and method in {"DELETE", "POST", "PUT", "PATCH"}:
            allowed = {job_id.lower() for job_id in own_job_ids} | {UNKNOWN_JOB_ID}
            foreign = [job_id for job_id in _JOB_ID.findall(change[1]) if job_id not in allowed]
            if foreign:
                return f"job {foreign[0]} was not submitted by this run"
        return None

    return lock


def _plain(path: str) -> str:
    """Undo everything that a server might undo: escapes (also double ones), `..`, `//`, case, final slash."""
    plain = urlsplit(f"//host/{path.lstrip('/')}").path
    for _ in range(3):
        plain = unquote(plain)
    return posixpath.normpath("/" + plain.lstrip("/").lower()) or "/"
