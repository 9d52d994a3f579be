"""`job-state`: the records of jobs and files do not contradict each other or themselves.

Only what is true at every moment is judged: the server updates a job after its files, so a running job may have no
running file.

Source: "States", "Records", "URL rules" and "Job type" as observed on FTS 3.13.4. A storage is the scheme and the host of a
URL in lower case, without port and brackets.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fts_contract.harness.exchange_checks.job_rows import (
    ACTIVE_FILES,
    ACTIVE_JOBS,
    ENDED_JOBS,
    file_rows,
    job_rows,
    state_of,
)
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of
from fts_contract.harness.exchange_checks.times import FORMAT, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["JOB_STATE"]

_ENDS: Final = (("source_surl", "source_se"), ("dest_surl", "dest_se"))
_ONE_PAIR: Final = frozenset({"N", "Y"})
"""Types of jobs whose files have the storages of the job, if it names any."""


def _judge(context: Context) -> Iterator[Flaw]:
    for job in job_rows(context):
        yield from _job(job)
        if context.live:
            yield from _reasons(job)
            yield from _ended(job)
            yield from _storages(job)
    if context.live:
        deletions = context.rows if context.name == "list_job_deletions" else []
        for file in file_rows(context):
            yield from _file(file)
        for file in (*file_rows(context), *deletions):
            yield from _storage(file)


def _job(job: dict[str, Any]) -> Iterator[Flaw]:
    state = state_of(job)
    if state not in ACTIVE_JOBS | ENDED_JOBS:
        # An unknown state is reported as news; its meaning is not known here.
        return
    ended = state in ENDED_JOBS
    if "job_finished" in job and (job["job_finished"] is not None) != ended:
        yield Flaw(
            f"the job is {state}, but job_finished is {job['job_finished']!r}", "job_finished"
        )


def _reasons(job: dict[str, Any]) -> Iterator[Flaw]:
    state = state_of(job)
    if state in ACTIVE_JOBS | {"FINISHED"} and job.get("reason"):
        yield Flaw(f"the job is {state}, but has a reason: {job['reason']!r}", "reason")


def _ended(job: dict[str, Any]) -> Iterator[Flaw]:
    state = state_of(job)
    files = [row for row in rows_of(job.get("files")) if state_of(row, "file_state")]
    if not files or state not in ENDED_JOBS:
        return
    states = {file["file_state"] for file in files}
    if active := sorted(states & ACTIVE_FILES):
        yield Flaw(f"the job is {state}, but a file is {active[0]}", "files.file_state")
    ends = [end for file in files if (end := _end_of_transfer(file))]
    job_end = parse_time(job.get("job_finished"))
    if state != "CANCELED" and job_end and ends and max(ends) > job_end:
        text = f"a file ended at {max(ends):{FORMAT}}, after its job, which ended at {job_end:{FORMAT}}"
        yield Flaw(text, "job_finished")
    if state == "FINISHED":
        by_index = defaultdict(set)
        for file in files:
            # Replicas of a file share its index, and one FINISHED replica is enough; without an index they look alike.
            by_index[str(file.get("file_index"))].add(file["file_state"])
        if not all("FINISHED" in some for some in by_index.values()):
            yield Flaw("the job is FINISHED, but a file is not", "files.file_state")
    for needed in {"FAILED": ("FAILED",), "FINISHEDDIRTY": ("FINISHED", "FAILED")}.get(state, ()):
        if needed not in states:
            yield Flaw(f"the job is {state}, but no file is {needed}", "files.file_state")


def _end_of_transfer(file: dict[str, Any]) -> datetime | None:
    """Read when a file ended; None for canceled files too, which may end after their job."""
    done = file["file_state"] in {"FINISHED", "FAILED"}
    return parse_time(file.get("finish_time")) if done else None


def _file(file: dict[str, Any]) -> Iterator[Flaw]:
    state = state_of(file, "file_state")
    if state is None:
        return
    if "finish_time" in file:
        finished = file["finish_time"] is not None
        # The daemon sets it later for canceled files with a process, and earlier for files that are archived to tape.
        if state in {"FINISHED", "FAILED"} and not finished:
            yield Flaw(f"the file is {state}, but has no finish_time", "finish_time")
        if state in ACTIVE_FILES - {"ARCHIVING"} and finished:
            yield Flaw(f"the file is {state}, but has a finish_time", "finish_time")
    if "reason" in file:
        if state == "FAILED" and not file["reason"]:
            yield Flaw("the file is FAILED, but has no reason", "reason")
        if state in {"ACTIVE", "FINISHED"} and file["reason"]:
            yield Flaw(f"the file is {state}, but has a reason: {file['reason']!r}", "reason")


def _storage(file: dict[str, Any]) -> Iterator[Flaw]:
    for surl, storage in _ENDS:
        due = _storage_of(file.get(surl))
        if due is not None and isinstance(file.get(storage), str) and file[storage] != due:
            yield Flaw(f"{storage} is {file[storage]}, but {surl} is at {due}", storage)


def _storages(job: dict[str, Any]) -> Iterator[Flaw]:
    if str(job.get("job_type")) not in _ONE_PAIR:
        return
    for _, storage in _ENDS:
        found = {str(file[storage]) for file in rows_of(job.get("files")) if storage in file}
        if isinstance(job.get(storage), str) and found - {job[storage]}:
            other = min(found - {job[storage]})
            yield Flaw(f"{storage} of the job is {job[storage]}, of a file {other}", storage)


def _storage_of(surl: Any) -> str | None:
    try:
        parts = urlsplit(surl) if isinstance(surl, str) else None
        host = parts.hostname if parts else None
    except ValueError:
        return None
    return f"{parts.scheme.lower()}://{host.lower()}" if parts and parts.scheme and host else None


JOB_STATE = Check(
    "job-state",
    "the state of a job or file contradicts its times, its reason or its files, or its storage its URL",
    _judge,
)
