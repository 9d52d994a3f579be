"""`GET /archive*`: jobs that the daemon has moved to the archive."""

from __future__ import annotations

from typing import Any, Final

from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.handlers.job_access import find_job
from fts_contract.mock.records import File, Job, file_json, job_json

_NOT_IN_JOB: Final = ("retry_delay", "os_project_id")
_NOT_IN_FILE: Final = (
    "vo_name",
    "activity",
    "priority",
    "hashed_id",
    "log_file",
    "log_debug",
    "dest_surl_uuid",
    "file_state_initial",
    "src_token_id",
    "dst_token_id",
    "recoverable",
)
# Source: recording archive-index (FTS 3.13.4).
_INDEX: Final[dict[str, Any]] = {
    "_links": {
        "curies": [{"name": "fts", "href": "https://gitlab.cern.ch/fts/fts3"}],
        "fts:archivedJob": {
            "href": "/archive/{id}",
            "title": "Archived job information",
            "templated": True,
        },
    }
}


def get_archive_index(_call: Call) -> Reply:
    """Give the links only, to anyone; there is no list of jobs."""
    return json_reply(_INDEX)


def _archived(call: Call) -> dict[str, Any]:
    found = call.state.archived(call.params["job_id"])
    return _record(find_job(call, found, where=" in the archive"))


def _failures(file: File) -> int | None:
    """Give `current_failures`: null until the daemon has started the file."""
    if file.recoverable is None and file.start_time is None:
        return None
    return int(bool(file.recoverable))


def _record(job: Job) -> dict[str, Any]:
    record = {key: value for key, value in job_json(job).items() if key not in _NOT_IN_JOB}
    record["files"] = [
        {
            **{k: v for k, v in file_json(file).items() if k not in _NOT_IN_FILE},
            "current_failures": _failures(file),
        }
        for file in job.files
    ]
    return record


def get_archived_job(call: Call) -> Reply:
    """An archived job, always with its files."""
    return json_reply(_archived(call))


def get_archived_field(call: Call) -> Reply:
    """One field of an archived job as a bare JSON value."""
    record = _archived(call)
    if call.params["field"] not in record:
        raise APIError(404, "No such field")
    return json_reply(record[call.params["field"]])
