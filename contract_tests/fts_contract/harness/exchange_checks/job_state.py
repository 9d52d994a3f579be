"""`job-state`: records of jobs and files contradict neither themselves nor each other.

Only what holds at every moment is judged: the server updates a job after its files, so that a job that still runs may
have no file that does.

Source: "States" and "Records" as observed on FTS 3.13.4.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import (
    ACTIVE_FILES,
    ACTIVE_JOBS,
    ENDED_JOBS,
    file_rows,
    job_rows,
    state_of,
)
from fts_contract.harness.exchange_checks.model import Check, Context, Finding, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JOB_STATE"]


def _judge(context: Context) -> Iterator[Finding]:
    for job in job_rows(context):
        yield from _job(job)
        if context.live:
            yield from _reasons(job)
            yield from _ended(job)
    for file in file_rows(context) if context.live else ():
        yield from _file(file)


def _job(job: dict[str, Any]) -> Iterator[Finding]:
    state = state_of(job)
    if state not in ACTIVE_JOBS | ENDED_JOBS:
        # A new one is news; what it means is not known here.
        return
    ended = state in ENDED_JOBS
    if "job_finished" in job and (job["job_finished"] is not None) != ended:
        yield _finding(
            f"the job is {state}, and job_finished is {job['job_finished']!r}", "job_finished"
        )


def _reasons(job: dict[str, Any]) -> Iterator[Finding]:
    state = state_of(job)
    if state in ACTIVE_JOBS | {"FINISHED"} and job.get("reason"):
        yield _finding(f"the job is {state}, and has a reason: {job['reason']!r}", "reason")


def _ended(job: dict[str, Any]) -> Iterator[Finding]:
    state = state_of(job)
    files = [row for row in rows_of(job.get("files")) if state_of(row, "file_state")]
    if not files or state not in ENDED_JOBS:
        return
    states = {file["file_state"] for file in files}
    if active := sorted(states & ACTIVE_FILES):
        yield _finding(f"the job is {state}, and a file is {active[0]}", "files.file_state")
    if state == "FINISHED":
        by_index = defaultdict(set)
        for file in files:
            # Replicas of one file share its index, and one of them is enough; nobody can tell them apart without it.
            by_index[str(file.get("file_index"))].add(file["file_state"])
        if not all("FINISHED" in some for some in by_index.values()):
            yield _finding("the job is FINISHED, and a file is not", "files.file_state")
    for needed in {"FAILED": ("FAILED",), "FINISHEDDIRTY": ("FINISHED", "FAILED")}.get(state, ()):
        if needed not in states:
            yield _finding(f"the job is {state}, and no file is {needed}", "files.file_state")


def _file(file: dict[str, Any]) -> Iterator[Finding]:
    state = state_of(file, "file_state")
    if state is None:
        return
    if "finish_time" in file:
        finished = file["finish_time"] is not None
        # The daemon fills it in later for canceled files with a process, and before the copy to tape.
        if state in {"FINISHED", "FAILED"} and not finished:
            yield _finding(f"the file is {state}, and has no finish_time", "finish_time")
        if state in ACTIVE_FILES - {"ARCHIVING"} and finished:
            yield _finding(f"the file is {state}, and has a finish_time", "finish_time")
    if "reason" in file:
        if state == "FAILED" and not file["reason"]:
            yield _finding("the file is FAILED without a reason", "reason")
        if state == "FINISHED" and file["reason"]:
            yield _finding(f"the file is FINISHED, and has a reason: {file['reason']!r}", "reason")


def _finding(message: str, where: str) -> Finding:
    return Finding(JOB_STATE.name, message, where)


JOB_STATE = Check(
    "job-state",
    "the state of a job or file contradicts its times, its reason or its files",
    _judge,
)
