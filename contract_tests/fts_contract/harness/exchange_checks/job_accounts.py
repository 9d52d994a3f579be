"""`job-accounts`: an answer holds exactly the jobs and files that were asked for: none lost, doubled or foreign.

Source: `/jobs/{ids}` and its sub-resources as observed on FTS 3.13.4.
"""

from __future__ import annotations

import re
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import STARTED_BY_IDS, job_rows
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["JOB_ACCOUNTS"]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGITS = re.compile(r"[0-9]{1,18}")


def _judge(context: Context) -> Iterator[Flaw]:
    if context.body is None:
        return
    if context.name in STARTED_BY_IDS:
        yield from _jobs_by_id(context)
    elif context.status == HTTPStatus.OK and context.name in _JUDGES:
        yield from _JUDGES[context.name](context)
    for job in job_rows(context):
        if "files" in job and "job_id" in job:
            yield from _children(rows_of(job["files"]), str(job["job_id"]), "files")
            yield from _agrees(job, "vo_name")


def _jobs_by_id(context: Context) -> Iterator[Flaw]:
    if context.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    # FTS ignores empty items between commas, and the case of ids.
    asked = [item.lower() for item in context.path["job_ids"].split(",") if item]
    answered = [str(row.get("job_id")).lower() for row in context.rows if "job_id" in row]
    if not all(_UUID.fullmatch(item) for item in asked) or not (answered or context.status < 300):  # noqa: PLR2004
        return
    if Counter(answered) != Counter(asked):
        # A job that is named twice is changed once.
        if context.name != "get_jobs" and len(set(asked)) < len(asked):
            return
        for text, some in (
            ("was asked for, but is missing", Counter(asked) - Counter(answered)),
            ("was not asked for, or is listed too often", Counter(answered) - Counter(asked)),
        ):
            if some:
                yield Flaw(f"job {min(some)} {text}", "job_id")
    elif context.name == "get_jobs" and answered != asked:
        yield Flaw("the jobs are not in the order of the ids in the path", "job_id")


def _children(rows: list[dict[str, Any]], job_id: str, where: str) -> Iterator[Flaw]:
    yield from _belongs(rows, "job_id", job_id, where)
    yield from _twice(rows, "file_id")


def _belongs(rows: Iterable[dict[str, Any]], key: str, wanted: str, where: str) -> Iterator[Flaw]:
    if not _UUID.fullmatch(wanted.lower()):
        return
    for row in rows:
        if key in row and str(row[key]).lower() != wanted.lower():
            yield Flaw(f"{key} {row[key]} in an answer about job {wanted}", f"{where}.{key}")
            return


def _agrees(job: dict[str, Any], key: str) -> Iterator[Flaw]:
    for file in rows_of(job["files"]):
        if key in job and key in file and file[key] != job[key]:
            yield Flaw(f"{key} of a file is {file[key]!r}, of its job {job[key]!r}", key)
            return


def _twice(rows: list[dict[str, Any]], key: str) -> Iterator[Flaw]:
    yield from _no_doubles([row[key] for row in rows if key in row], key)


def _no_doubles(values: list[Any], where: str) -> Iterator[Flaw]:
    counted = Counter(map(str, values))
    doubled = [value for value, count in counted.items() if count > 1]
    if doubled:
        yield Flaw(f"{where or 'job'} {doubled[0]} is in the list more than once", where)


def _retries(context: Context) -> Iterator[Flaw]:
    asked = context.path["file_id"]
    if _DIGITS.fullmatch(asked):
        for row in context.rows:
            if isinstance(row.get("file_id"), int) and row["file_id"] != int(asked):
                yield Flaw(f"a retry of file {row['file_id']}, not of {asked}", "file_id")
                return
    files = [file for row in context.rows for file in rows_of(row.get("file"))]
    yield from _belongs(files, "job_id", context.path["job_id"], "file")
    yield from _twice(context.rows, "attempt")


def _canceled_files(context: Context) -> Iterator[Flaw]:
    asked = context.path["file_ids"].split(",")
    several = len(asked) > 1
    if isinstance(context.body, list) != several:
        yield Flaw("expected a string for one file id, and an array for several", "")
    elif several and len(context.body) != len(asked):
        yield Flaw(f"asked to cancel {len(asked)} files, got {len(context.body)} results", "")


def _started(context: Context) -> Iterator[Flaw]:
    asked = context.exchange.request_json
    if isinstance(asked, list):
        for row in context.rows:
            if "file_id" in row and row["file_id"] not in asked:
                yield Flaw(f"file {row['file_id']} was not named in the request", "file_id")
                return


def _files_of_job(context: Context) -> Iterator[Flaw]:
    yield from _children(context.rows, context.path["job_id"], "")


def _archived(context: Context) -> Iterator[Flaw]:
    yield from _belongs(context.rows, "job_id", context.path["job_id"], "")


def _banned(context: Context) -> Iterator[Flaw]:
    if isinstance(context.body, list):
        yield from _no_doubles(context.body, "")


_JUDGES: dict[str, Callable[[Context], Iterator[Flaw]]] = {
    "list_job_files": _files_of_job,
    "list_job_deletions": _files_of_job,
    "list_jobs": lambda context: _twice(context.rows, "job_id"),
    "list_files": lambda context: _twice(context.rows, "file_id"),
    "list_file_retries": _retries,
    "cancel_job_files": _canceled_files,
    "get_archived_job": _archived,
    "start_files": _started,
    "ban_se": _banned,
    "ban_dn": _banned,
}


JOB_ACCOUNTS = Check(
    "job-accounts", "jobs or files are lost, doubled or foreign in an answer", _judge
)
