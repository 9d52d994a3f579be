"""Defects of reading jobs: joins that lose or mix up columns, and serializers that do not know their types."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.seams import on_json
from unseen.seams import in_operations, jobs_named

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call

_MEASURED: Final = ("tx_duration", "throughput")


def _not_a_number(_call: Call, body: Any) -> Any:
    return [
        {**file, **{name: math.nan for name in _MEASURED if file[name] is None}} for file in body
    ]


def _joined(_call: Call, body: Any) -> Any:
    for entry in body if isinstance(body, list) else [body]:
        files = entry.get("files", ())
        if any("retries" in file for file in files):
            entry["files"] = [file for file in files if file["retries"]]
    return body


def _reason_of_the_job(call: Call, body: Any) -> Any:
    (job,) = jobs_named(call)
    return [{**file, "reason": job.reason} for file in body]


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _metadata_as_text(_call: Call, body: Any) -> Any:
    files = [{**file, "file_metadata": _as_text(file["file_metadata"])} for file in body["files"]]
    return {**body, "job_metadata": _as_text(body["job_metadata"]), "files": files}


def _field_as_text(call: Call, body: Any) -> Any:
    return _as_text(body) if call.params["field"] == "job_metadata" else body


DEFECTS: Final = (
    in_operations(
        "missing-numbers-are-nan",
        "Files that have not run have NaN as tx_duration and throughput, which JSON does not have",
        "broken-body",
        on_json(_not_a_number),
        operations=("list_job_files", "list_files"),
        resource="jobs",
        with_operations=("list_jobs",),
        safe=True,
    ),
    defect_of(
        "files-without-failures-left-out",
        "GET /jobs/{ids}?files=file_id,retries shows only the files that have failed attempts: an inner join",
        "wrong-filter",
        on_json(_joined),
        operation="get_jobs",
        resource="jobs",
        with_operations=("list_jobs", "list_job_files"),
        safe=True,
    ),
    defect_of(
        "reason-of-the-job-in-its-files",
        "GET /jobs/{id}/files shows the reason of the job with each file: both tables of the join have the column",
        "wrong-value",
        on_json(_reason_of_the_job),
        operation="list_job_files",
        resource="jobs",
        with_operations=("list_jobs", "get_jobs"),
        safe=True,
    ),
    Defect(
        name="archived-metadata-are-text",
        description="GET /archive/{id} sends metadata as JSON inside a string: the archive reads its columns as text",
        kind="retyped-field",
        resource="archive",
        seams={
            "get_archived_job": on_json(_metadata_as_text),
            "get_archived_job_field": on_json(_field_as_text),
        },
        with_operations=("list_jobs",),
        safe=True,
    ),
)
