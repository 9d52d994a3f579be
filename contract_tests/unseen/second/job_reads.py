"""Defects of reading single jobs: stale fields, rows of another table, statuses of lists, jobs from the archive."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_json
from fts_contract.mock.records import DM_FIELDS, Job
from unseen.seams import OK, jobs_named, memory, replaced

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_NOT_FOUND: Final = 404
_MIXED: Final = 207


def _first_reading_kept(call: Call, carry_on: Handler) -> Reply:
    read: dict[tuple[str, str], bytes] = memory(call).setdefault("fields", {})
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    first = read.setdefault((call.params["job_id"], call.params["field"]), reply.body)
    return reply if first == reply.body else attrs.evolve(reply, body=first)


def _from_zero(_call: Call, body: Any) -> Any:
    return [{**row, "attempt": row["attempt"] - 1} for row in body]


def _rows_of_files(call: Call, body: Any) -> Any:
    files = [file for job in jobs_named(call) for file in job.files]
    return body or [{name: getattr(file, name, None) for name in DM_FIELDS} for file in files]


def _nothing_found(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _MIXED:
        return reply
    unknown = all(entry["http_status"].startswith("404") for entry in json.loads(reply.body))
    return attrs.evolve(reply, status=_NOT_FOUND) if unknown else reply


def _archive_too(call: Call, carry_on: Handler) -> Reply:
    reply, state = carry_on(call), call.state
    if reply.status not in {_NOT_FOUND, _MIXED}:
        return reply
    live = state.find

    def find(job_id: str) -> Job | None:
        return live(job_id) or state.archived(job_id)

    with replaced(state, find=find):
        again = carry_on(attrs.evolve(call))
    return reply if again.body == reply.body else again


_get_jobs = partial(
    defect_of,
    operation="get_jobs",
    resource="jobs",
    with_operations=("list_jobs", "get_archived_job"),
    safe=True,
)

DEFECTS: Final = (
    defect_of(
        "field-of-job-read-once",
        "GET /jobs/{id}/job_state answers for ever what it answered the first time; GET /jobs/{id} is right",
        "stale-data",
        _first_reading_kept,
        operation="get_job_field",
        resource="jobs",
        with_operations=("submit_job", "cancel_jobs", "modify_jobs", "get_jobs"),
    ),
    defect_of(
        "attempts-numbered-from-zero",
        "GET .../files/{id}/retries numbers the attempts from 0, so that retry of the file is one more than the last",
        "off-by-one",
        on_json(_from_zero),
        operation="list_file_retries",
        resource="jobs",
        with_operations=("list_jobs", "get_jobs", "list_job_files"),
        safe=True,
    ),
    defect_of(
        "transfers-shown-as-deletions",
        "GET /jobs/{id}/dm answers the transfers of a job that deletes nothing",
        "wrong-filter",
        on_json(_rows_of_files),
        operation="list_job_deletions",
        resource="jobs",
        with_operations=("list_jobs", "list_job_files"),
        safe=True,
    ),
    _get_jobs(
        "list-of-unknown-jobs-is-404",
        "GET /jobs/{id},{id} is 404 in place of 207 when none of the jobs is known",
        "wrong-status",
        _nothing_found,
    ),
    _get_jobs(
        "archived-jobs-answer-as-live",
        "GET /jobs/{id} finds jobs that were moved to the archive; GET /jobs/{id}/files does not",
        "accepts-invalid",
        _archive_too,
    ),
)
