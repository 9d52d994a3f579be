"""`job-history`: later answers about a job or file agree with earlier ones.

Source: "Records" and "States" as observed on FTS 3.13.4: an ended job may at most become CANCELED, when one of its
files is canceled afterwards.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import (
    ACTIVE_FILES,
    ACTIVE_JOBS,
    ENDED_FILES,
    ENDED_JOBS,
    file_rows,
    job_rows,
    state_of,
)
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["job_history"]

_FIXED_OF_JOB = (
    "user_dn",
    "cred_id",
    "vo_name",
    "submit_time",
    "submit_host",
    "source_se",
    "dest_se",
    "verify_checksum",
    "dst_file_report",
    "job_type",
    "overwrite_flag",
    "retry",
    "retry_delay",
    "copy_pin_lifetime",
    "bring_online",
    "archive_timeout",
    "target_qos",
    "max_time_in_queue",
    "internal_job_params",
    "job_metadata",
)
_FIXED_OF_FILE = (
    "job_id",
    "file_index",
    "source_surl",
    "dest_surl",
    "source_se",
    "dest_se",
    "vo_name",
    "activity",
    "scitag",
    "hashed_id",
    "selection_strategy",
    "user_filesize",
    "file_metadata",
    "staging_metadata",
    "archive_metadata",
)
_Record = dict[str, Any]


def job_history() -> Check:
    """Make the check; it remembers the jobs and files of one run."""
    jobs: dict[str, _Record] = {}
    files: dict[str, _Record] = {}
    files_of_job: dict[str, set[str]] = {}
    submitted: dict[str, int] = {}

    def judge(context: Context) -> Iterator[Flaw]:
        if context.name in {"submit_job", "submit_job_put"}:
            _note_submission(context, submitted)
            return
        for job in job_rows(context):
            if isinstance(job_id := job.get("job_id"), str):
                known = jobs.setdefault(job_id.lower(), {})
                yield from _compare(known, job, _FIXED_OF_JOB, f"job {job_id}")
                yield from _state(known, job, "job_state", ENDED_JOBS, ACTIVE_JOBS)
        for file in file_rows(context):
            if isinstance(file_id := file.get("file_id"), int):
                known = files.setdefault(str(file_id), {})
                yield from _compare(known, file, _FIXED_OF_FILE, f"file {file_id}")
                yield from _state(known, file, "file_state", ENDED_FILES, ACTIVE_FILES)
                yield from _retries(jobs.get(str(file.get("job_id")).lower(), {}), file)
        if context.name == "list_job_files" and context.status == HTTPStatus.OK:
            job_id = context.path["job_id"].lower()
            listed = {str(row.get("file_id")) for row in context.rows}
            expected = submitted.get(job_id)
            if files_of_job.setdefault(job_id, listed) != listed:
                yield Flaw("the job lists other files than in an earlier answer", "file_id")
            elif expected is not None and len(context.rows) != expected:
                yield Flaw(
                    f"the job has {len(context.rows)} files, but was submitted with {expected}",
                    "file_id",
                )

    return Check(
        "job-history", "an answer contradicts an earlier one about the same job or file", judge
    )


def _note_submission(context: Context, submitted: dict[str, int]) -> None:
    """Count the pairs of source and destination: each becomes a file."""
    answer, sent = context.body, context.exchange.request_json
    if context.status != HTTPStatus.OK or not isinstance(answer, dict):
        return
    files = sent.get("files") if isinstance(sent, dict) else None
    if not isinstance(files, list) or not isinstance(answer.get("job_id"), str):
        return
    pairs = 0
    for file in rows_of(files):
        sources, destinations = file.get("sources"), file.get("destinations")
        if not isinstance(sources, list) or not isinstance(destinations, list):
            # FTS reads an object or a string here as a list of its keys or characters.
            return
        pairs += len(sources) * len(destinations)
    submitted[answer["job_id"].lower()] = pairs


def _compare(known: _Record, row: _Record, fixed: Sequence[str], what: str) -> Iterator[Flaw]:
    for key in fixed:
        if key in row and known.setdefault(key, row[key]) != row[key]:
            yield Flaw(f"{key} of {what} was {known[key]!r}, and is now {row[key]!r}", key)


def _retries(job: _Record, file: _Record) -> Iterator[Flaw]:
    """Source: `retry` of jobs and files as observed on FTS 3.13.4: negative for none, 0 for the default of the server."""
    most, done = job.get("retry"), file.get("retry")
    if isinstance(most, int) and isinstance(done, int) and most and done > max(most, 0):
        yield Flaw(f"the file was retried {done} times, but the job has retry {most}", "retry")


def _state(
    known: _Record, row: _Record, key: str, ended: frozenset[str], active: frozenset[str]
) -> Iterator[Flaw]:
    state = state_of(row, key)
    before = known.get(key)
    back = state in active or (state in ended and state not in {before, "CANCELED"})
    if before in ended and back:
        yield Flaw(f"{key} was {before}, and is now {state}", key)
    elif state is not None:
        known[key] = state
