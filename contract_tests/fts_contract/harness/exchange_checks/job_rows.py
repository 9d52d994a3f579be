"""Find the job and file records in answers; the states of jobs and files.

Source: "States" and "Records" as observed on FTS 3.13.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.model import rows_of

if TYPE_CHECKING:
    from fts_contract.harness.exchange_checks.model import Context

__all__ = [
    "ACTIVE_FILES",
    "ENDED_FILES",
    "ENDED_JOBS",
    "STARTED_BY_IDS",
    "file_rows",
    "job_rows",
    "state_of",
]

ENDED_JOBS = frozenset({"FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED"})
ACTIVE_JOBS = frozenset(
    {
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "STAGING",
        "ARCHIVING",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
        "DELETE",
    }
)
ENDED_FILES = frozenset({"FINISHED", "FAILED", "CANCELED"})
ACTIVE_FILES = frozenset(
    {
        "STAGING",
        "STARTED",
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "ARCHIVING",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
        "FORCE_START",
    }
)
"""States in which no file of an ended job can be; unused replicas and files on hold may keep theirs."""

STARTED_BY_IDS = frozenset({"get_jobs", "cancel_jobs", "modify_jobs"})
"""Operations on the jobs whose ids are in the path."""

_JOBS = STARTED_BY_IDS | {"list_jobs", "get_archived_job"}
_FILES = {"list_job_files", "list_files"}


def job_rows(context: Context) -> list[dict[str, Any]]:
    """Get the job records of an answer, also with selected fields; entries with an error are left out."""
    if context.status >= 300 or context.name not in _JOBS:  # noqa: PLR2004 - a class of statuses
        return []
    return [row for row in context.rows if not str(row.get("http_status", "2")).startswith("4")]


def file_rows(context: Context) -> list[dict[str, Any]]:
    """Get the file records of an answer, including those inside jobs and retries."""
    if context.status >= 300:  # noqa: PLR2004
        return []
    if context.name in _FILES:
        return context.rows
    if context.name == "list_file_retries":
        return [file for row in context.rows for file in rows_of(row.get("file"))]
    return [file for job in job_rows(context) for file in rows_of(job.get("files"))]


def state_of(row: dict[str, Any], key: str = "job_state") -> str | None:
    """Get the state in a record; None when it is missing or not a string, which a schema failure reports."""
    state = row.get(key)
    return state if isinstance(state, str) else None
