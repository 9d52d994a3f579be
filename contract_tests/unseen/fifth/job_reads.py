"""Defects of reading jobs one by one: wrong rows joined, wrong columns, null against 0, and encodings."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_json
from fts_contract.mock.records import file_json
from unseen.seams import OK, in_operations, jobs_named

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_SOME_FAILED: Final = 207
_MEASURED: Final = ("filesize", "tx_duration", "throughput")
_METADATA: Final = ("job_metadata", "file_metadata")
_reading = partial(defect_of, safe=True)


def _found_ones(_call: Call, body: Any) -> Any:
    return [entry for entry in body if not entry["http_status"].startswith("404")]


def _unknown_ids_left_out(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _SOME_FAILED:
        return reply
    entries = json.loads(reply.body)
    found = _found_ones(call, entries)
    if len(found) == len(entries):
        return reply
    good = all(entry["http_status"].startswith("200") for entry in found)
    return attrs.evolve(
        reply, status=OK if good else _SOME_FAILED, body=json.dumps(found).encode()
    )


def _zero_for_null(_call: Call, body: Any) -> Any:
    for row in body:
        row.update({name: 0 for name in _MEASURED if row[name] is None})
    return body


def _with_the_first_file(call: Call, body: Any) -> Any:
    (job,) = jobs_named(call)
    return [{**row, "file": file_json(job.files[0])} for row in body]


def _finished_at_submission(_call: Call, body: Any) -> Any:
    return {**body, "job_finished": body["submit_time"]}


def _decoded_twice(_call: Call, body: Any) -> Any:
    for row in body if isinstance(body, list) else [body]:
        for name in _METADATA:
            if row.get(name) is not None:
                text = json.dumps(row[name], ensure_ascii=False)
                row[name] = json.loads(text.encode().decode("latin-1"))
    return body


DEFECTS: Final = (
    _reading(
        "unknown-jobs-left-out-of-lists",
        "GET /jobs/{id},{id} leaves unknown ids out and answers 200 when the others are good",
        "lost-job",
        _unknown_ids_left_out,
        operation="get_jobs",
        resource="jobs",
    ),
    _reading(
        "unmeasured-files-show-zero",
        "GET /jobs/{id}/files gives 0 where size, duration or throughput have not been measured",
        "wrong-value",
        on_json(_zero_for_null),
        operation="list_job_files",
        resource="jobs/files",
        with_operations=("get_jobs", "list_files"),
    ),
    _reading(
        "retries-joined-by-job",
        "The retries of a file show the first file of the job as theirs",
        "wrong-value",
        on_json(_with_the_first_file),
        operation="list_file_retries",
        resource="jobs/files/retries",
        with_operations=("list_jobs", "list_job_files"),
    ),
    _reading(
        "archive-ends-jobs-at-submission",
        "GET /archive/{id} shows the time of submission as job_finished",
        "wrong-value",
        on_json(_finished_at_submission),
        operation="get_archived_job",
        resource="archive",
        with_operations=("get_archived_job_field",),
    ),
    in_operations(
        "metadata-read-as-latin1",
        "Metadata with letters outside ASCII come back with two characters for each of them",
        "wrong-value",
        on_json(_decoded_twice),
        operations=("get_jobs", "list_jobs", "list_job_files", "list_files"),
        resource="jobs",
        with_operations=("submit_job",),
    ),
)
