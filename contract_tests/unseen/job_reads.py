"""Defects of reading jobs by id: lists of ids, and their parts."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.seams import on_call, on_json
from fts_contract.mock.errors import per_job
from fts_contract.mock.records import file_json
from unseen.seams import OK, jobs_named, refusal, replaced, rows_instead, rows_of

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply

_MOST_IDS: Final = 20
_MOST_FILES: Final = 100
_ANY: Final = {200, 207}


def _each_id_once(_call: Call, body: Any) -> Any:
    if not isinstance(body, list):
        return body
    return list({entry["job_id"]: entry for entry in reversed(body)}.values())[::-1]


def _single_after_all(call: Call, body: Any) -> Any:
    members = [member for member in call.params["job_ids"].split(",") if member]
    is_one = isinstance(body, list) and len(body) == len(members) == 1
    return body[0] if is_one else body


def _first_twenty(call: Call) -> Call:
    members = call.params["job_ids"].split(",")
    if len(members) <= _MOST_IDS:
        return call
    return attrs.evolve(call, params={"job_ids": ",".join(members[:_MOST_IDS])})


def _foreign_is_unknown(_call: Call, body: Any) -> Any:
    if not isinstance(body, list):
        return body
    text = 'No job with the id "{}" has been found'
    return [
        per_job(e["job_id"], status=404, message=text.format(e["job_id"]))
        if e["http_status"].startswith("403")
        else e
        for e in body
    ]


def _errors_about_the_first(_call: Call, body: Any) -> Any:
    if not isinstance(body, list) or not body:
        return body
    first = body[0]["job_id"]
    for entry in body:
        if "http_message" in entry:
            entry["http_message"] = entry["http_message"].replace(entry["job_id"], first)
    return body


def _files_beside_refusal(call: Call, body: Any) -> Any:
    if not isinstance(body, list) or "files" not in call.query:
        return body
    jobs = {job.job_id: job for job in jobs_named(call)}
    for entry in body:
        if entry["http_status"].startswith("403"):
            entry["files"] = [file_json(file) for file in jobs[entry["job_id"]].files]
    return body


def _ids_with_case(call: Call, carry_on: Handler) -> Reply:
    text = call.params["job_ids"]
    if text == text.lower():
        return carry_on(call)
    find = call.state.find

    def exactly(job_id: str) -> Any:
        job = find(job_id)
        return job if job is not None and job.job_id == job_id else None

    with replaced(call.state, find=exactly):
        return carry_on(attrs.evolve(call))


def _head_of_nothing(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if call.method == "HEAD" and reply.status == 404:  # noqa: PLR2004
        return attrs.evolve(reply, status=OK)
    return reply


def _chosen_of_first_file(_call: Call, body: Any) -> Any:
    """Fill the rows of all files from the cursor of the first."""
    for entry in body if isinstance(body, list) else [body]:
        files = entry.get("files") or []
        entry["files"] = [dict(files[0]) for _ in files]
    return body


def _retries_of_all_files(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    found: list[Any] = []
    for file in (file for job in jobs_named(call) for file in job.files):
        one = attrs.evolve(call, params={**call.params, "file_id": str(file.file_id)})
        found += rows_of(carry_on(one)) or []
    return rows_instead(reply, found)


def _queueing_counts(call: Call, body: Any) -> Any:
    submitted = {job.job_id: job.submit_time for job in jobs_named(call)}
    for file in body:
        if file["tx_duration"] and file["finish_time"]:
            begin = datetime.fromisoformat(submitted[file["job_id"]])
            took = datetime.fromisoformat(file["finish_time"]) - begin
            file["tx_duration"] = took.total_seconds()
    return body


def _many_files(mock: MockFTS) -> None:
    with mock.state.lock:
        mock.state.add_job(
            job_state="FINISHED",
            source_se="mock://many.example.org",
            files=tuple({"filesize": 1} for _ in range(_MOST_FILES + 20)),
        )


def _only_for_the_owner(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    level, dn = call.identity.level.get("transfer"), call.identity.caller.user_dn
    foreign = [job for job in jobs_named(call) if job.user_dn != dn]
    if reply.status != OK or level != "vo" or not foreign:
        return reply
    return refusal(403, f'Not enough permissions to check the job "{call.params["job_id"]}"')


_get_jobs = partial(
    defect_of, operation="get_jobs", resource="jobs", with_operations=("list_jobs",), safe=True
)


_part = partial(defect_of, resource="jobs", with_operations=("list_jobs", "get_jobs"), safe=True)

DEFECTS: Final = (
    _get_jobs(
        "repeated-id-listed-once",
        "GET /jobs/{id},{id} answers the job once",
        "missing-field",
        on_json(_each_id_once, statuses=_ANY),
    ),
    _get_jobs(
        "final-comma-makes-no-list",
        "GET /jobs/{id}, answers an object in place of an array",
        "retyped-field",
        on_json(_single_after_all, statuses=_ANY),
    ),
    _get_jobs(
        "ids-after-the-twentieth-dropped",
        "GET /jobs/{ids} answers 200 about the first twenty jobs and says nothing about the others",
        "lost-job",
        on_call(_first_twenty),
    ),
    _get_jobs(
        "foreign-job-unknown-in-a-list",
        "GET /jobs/{ids} says 404 of a foreign job of which GET /jobs/{id} says 403",
        "wrong-status",
        on_json(_foreign_is_unknown, statuses=_ANY),
    ),
    _get_jobs(
        "all-errors-name-the-first-job",
        "The messages in the answer to GET /jobs/{ids} all name the first job of the list",
        "wrong-id",
        on_json(_errors_about_the_first, statuses=_ANY),
    ),
    _get_jobs(
        "refused-entry-holds-the-files",
        "GET /jobs/{ids}?files= refuses a foreign job and sends all its files in the same entry",
        "authorization-hole",
        on_json(_files_beside_refusal, statuses=_ANY),
    ),
    _get_jobs(
        "job-id-compared-with-case",
        "GET /jobs/{ids} does not find a job whose id is written in capitals",
        "refuses-valid",
        _ids_with_case,
    ),
    _get_jobs(
        "head-finds-every-job",
        "HEAD /jobs/{id} is 200 for a job that GET says is unknown",
        "wrong-status",
        _head_of_nothing,
    ),
    _get_jobs(
        "chosen-fields-are-of-the-first-file",
        "GET /jobs/{id}?files= repeats the fields of the first file for every file",
        "wrong-value",
        on_json(_chosen_of_first_file, statuses=_ANY),
    ),
    _part(
        "retries-of-the-whole-job",
        "GET .../files/{file_id}/retries answers the retries of all files of the job",
        "wrong-filter",
        _retries_of_all_files,
        operation="list_file_retries",
    ),
    _part(
        "false-field-is-null",
        "GET /jobs/{id}/cancel_job answers null where the job says false",
        "null",
        on_json(lambda _call, body: None if body is False else body),
        operation="get_job_field",
    ),
    _part(
        "duration-counts-the-queue",
        "tx_duration in GET /jobs/{id}/files is the time since submission, not that of the transfer",
        "wrong-value",
        on_json(_queueing_counts),
        operation="list_job_files",
    ),
    Defect(
        name="file-list-ends-at-a-hundred",
        description="GET /jobs/{id}/files answers the first hundred files of a job as if there were no more",
        kind="missing-field",
        resource="jobs",
        seams={"list_job_files": on_json(lambda _call, body: body[:_MOST_FILES])},
        with_operations=("list_jobs", "get_jobs"),
        arrange=_many_files,
        safe=True,
    ),
    _part(
        "files-for-the-owner-alone",
        "GET /jobs/{id}/files refuses members of the VO who may read the job itself",
        "refuses-valid",
        _only_for_the_owner,
        operation="list_job_files",
    ),
)
