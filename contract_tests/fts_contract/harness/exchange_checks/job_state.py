"""`job-state`: the records of jobs and files do not contradict each other or themselves.

Only what is true at every moment is judged: the server updates a job after its files, so a running job may have no
running file.

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
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JOB_STATE"]


def _judge(context: Context) -> Iterator[Flaw]:
    for job in job_rows(context):
        yield from _job(job)
        if context.live:
            yield from _reasons(job)
            yield from _ended(job)
    for file in file_rows(context) if context.live else ():
        yield from _file(file)


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
        if state == "FINISHED" and file["reason"]:
            yield Flaw(f"the file is FINISHED, but has a reason: {file['reason']!r}", "reason")


JOB_STATE = Check(
    "job-state",
    "the state of a job or file contradicts its times, its reason or its files",
    _judge,
)
