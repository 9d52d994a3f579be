"""Defects of the parts of a job (files, retries, deletions, single fields), the list of files and the archive."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import (
    as_another_caller,
    everybody_may,
    ignored_parameters,
    query,
)
from fts_contract.defects.seams import (
    as_page,
    dropped,
    failing,
    member,
    on_call,
    on_json,
    renamed,
    status,
    typed,
)
from fts_contract.mock.errors import forbidden
from fts_contract.mock.exchange import Call, Reply, error_reply, json_reply
from fts_contract.mock.records import file_json, job_json, retry_json

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler

_MIB: Final = 1024 * 1024
_OTHER_JOB: Final = "11111111-1111-1111-8111-111111111111"


def _without_last(_call: Call, body: Any) -> Any:
    return body[:-1] if len(body) > 1 else body


def _backwards_in_time(_call: Call, body: Any) -> Any:
    for file in body:
        file["start_time"], file["finish_time"] = file["finish_time"], file["start_time"]
    return body


def _still_active(_call: Call, body: Any) -> Any:
    for file in body:
        if file["file_state"] == "FINISHED":
            file["file_state"], file["finish_time"] = "ACTIVE", None
    return body


def _with_token(_call: Call, body: Any) -> Any:
    for file in body:
        file["source_credential"] = (
            "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImlzcyI6Imh0dHBzOi8vaWFtLmV4YW1wbGUub3JnLyJ9."
            "c2lnbmF0dXJlLW9mLW5vLXVzZS1idXQtbG9uZy1lbm91Z2g"
        )
    return body


def _anybodys_retries(call: Call, carry_on: Handler) -> Reply:
    """Show the retries of any file, whatever job it belongs to."""
    reply = carry_on(call)
    text = call.params["file_id"]
    file = call.state.find_file(int(text)) if text.isdecimal() else None
    if reply.status != 200 or file is None or reply.body != b"[]" or not file.retries:  # noqa: PLR2004
        return reply
    return json_reply([{**retry_json(r), "file": file_json(file)} for r in file.retries])


def _field_as_text(_call: Call, body: Any) -> Any:
    return body if isinstance(body, str) or body is None else str(body)


def _null_for_unknown(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return json_reply(None) if b"No such field" in reply.body else reply


def _ended_too(call: Call, carry_on: Handler) -> Reply:
    """List files that have ended beside those that have not."""
    reply = carry_on(call)
    if reply.status != 200 or call.query:  # noqa: PLR2004
        return reply
    jobs = call.state.jobs_of(call.identity.vo, only_open=False)
    return json_reply([file_json(file) for job in jobs for file in job.files])


def _one_for_each_job(_call: Call, body: Any) -> Any:
    return list({file["job_id"]: file for file in reversed(body)}.values())


def _state_of_job(call: Call, body: Any) -> Any:
    for file in body:
        job = call.state.find(file["job_id"])
        if job is not None:
            file["file_state"] = job.job_state
    return body


def _also_unarchived(call: Call, carry_on: Handler) -> Reply:
    job = call.state.find(call.params["job_id"])
    if job is None:
        return carry_on(call)
    return json_reply({**job_json(job), "files": [file_json(file) for file in job.files]})


def _certificate_first(call: Call, carry_on: Handler) -> Reply:
    if call.identity.caller.is_anonymous:
        return error_reply(forbidden("Certificate required"))
    return carry_on(call)


def _prefix_of_surl(pairs: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in pairs.items() if key != "dest_surl"}


_list_job_files = partial(defect_of, operation="list_job_files", resource="jobs", safe=True)
_list_file_retries = partial(defect_of, operation="list_file_retries", resource="jobs", safe=True)
_list_job_deletions = partial(
    defect_of, operation="list_job_deletions", resource="jobs", safe=True
)
_get_job_field = partial(defect_of, operation="get_job_field", resource="jobs", safe=True)
_list_files = partial(defect_of, operation="list_files", resource="files", safe=True)
_get_archive_index = partial(
    defect_of, operation="get_archive_index", resource="archive", safe=True
)
_get_archived_job = partial(defect_of, operation="get_archived_job", resource="archive", safe=True)
_get_archived_job_field = partial(
    defect_of, operation="get_archived_job_field", resource="archive", safe=True
)
_FILES: Final = (
    _list_job_files(
        "job-files-one-short",
        "GET /jobs/{id}/files leaves the last file out",
        "lost-job",
        on_json(_without_last),
        with_operations=("get_jobs", "list_files"),
    ),
    _list_job_files(
        "job-files-of-another-job",
        "GET /jobs/{id}/files names another job in its files",
        "wrong-id",
        member("job_id", lambda _: _OTHER_JOB),
    ),
    _list_job_files(
        "job-files-id-of-32-bits",
        "GET /jobs/{id}/files cuts file ids off at 32 bits",
        "wrong-id",
        member("file_id", lambda number: number & 0xFFFFFFFF),
        with_operations=("get_jobs", "list_files"),
    ),
    _list_job_files(
        "job-files-end-before-they-start",
        "GET /jobs/{id}/files swaps start and end of transfers",
        "wrong-value",
        on_json(_backwards_in_time),
    ),
    _list_job_files(
        "job-files-active-in-ended-job",
        "GET /jobs/{id}/files shows files ACTIVE in a job that is FINISHED",
        "state-machine",
        on_json(_still_active),
        with_operations=("get_jobs",),
    ),
    _list_job_files(
        "job-files-throughput-in-bytes",
        "GET /jobs/{id}/files gives throughput in bytes per second, not MiB: it contradicts size and time",
        "wrong-unit",
        member("throughput", lambda rate: rate and rate * _MIB),
        only="throughput-unit",
    ),
    _list_job_files(
        "job-files-with-token",
        "GET /jobs/{id}/files shows the bearer token of the source",
        "leaked-secret",
        on_json(_with_token),
    ),
    _list_job_files(
        "job-files-for-anonymous",
        "GET /jobs/{id}/files is served without a certificate",
        "authorization-hole",
        as_another_caller(everybody_may("transfer")),
    ),
    _list_job_files(
        "job-files-capital-recoverable",
        "GET /jobs/{id}/files calls recoverable Recoverable, as one client once expected",
        "renamed-field",
        renamed("recoverable", "Recoverable"),
        only="always-missing",
    ),
    _list_file_retries(
        "retries-without-attempt",
        "GET /jobs/{id}/files/{file_id}/retries leaves the number of the attempt out",
        "missing-field",
        dropped("attempt"),
    ),
    _list_file_retries(
        "retries-of-any-file",
        "GET /jobs/{id}/files/{file_id}/retries shows those of files of other jobs",
        "authorization-hole",
        _anybodys_retries,
    ),
    _list_file_retries(
        "retries-counted-from-zero",
        "GET /jobs/{id}/files/{file_id}/retries counts attempts from 0",
        "off-by-one",
        member("attempt", lambda attempt: attempt - 1),
    ),
    _list_job_deletions(
        "job-deletions-null",
        "GET /jobs/{id}/dm answers null for a job without deletions",
        "null",
        on_json(lambda _call, body: body or None),
    ),
    _get_job_field(
        "job-field-always-text",
        "GET /jobs/{id}/{field} answers every field as text",
        "retyped-field",
        on_json(_field_as_text),
        with_operations=("get_jobs",),
    ),
    _get_job_field(
        "job-field-unknown-as-null",
        "GET /jobs/{id}/{field} answers null for a field that does not exist",
        "wrong-status",
        _null_for_unknown,
    ),
)
_LIST: Final = (
    _list_files(
        "files-ignore-state",
        "GET /files ignores state_in",
        "ignored-parameter",
        ignored_parameters("state_in"),
    ),
    _list_files(
        "files-ignore-destination-url",
        "GET /files ignores dest_surl, by which clients find out whether a file is being written",
        "ignored-parameter",
        query(_prefix_of_surl),
    ),
    _list_files(
        "files-that-have-ended",
        "GET /files also lists files that have ended",
        "wrong-filter",
        _ended_too,
    ),
    _list_files(
        "files-of-other-vos",
        "GET /files lists the files of every VO to a user",
        "authorization-hole",
        on_call(everybody_may("transfer")),
    ),
    _list_files(
        "files-checksum-as-object",
        "GET /files sends checksums as objects",
        "retyped-field",
        member("checksum", lambda text: {"algorithm": text}),
    ),
    _list_files(
        "files-one-for-each-job",
        "GET /files lists one file of each job",
        "wrong-filter",
        on_json(_one_for_each_job),
        with_operations=("list_job_files", "list_jobs"),
    ),
    _list_files(
        "files-with-state-of-job",
        "GET /files shows the state of the job instead of that of the file",
        "stale-data",
        on_json(_state_of_job),
        with_operations=("list_job_files", "list_jobs"),
    ),
    _list_files(
        "files-as-page", "GET /files answers with a page", "html-instead-of-json", as_page()
    ),
    _list_files(
        "files-fail-on-window",
        "GET /files fails on time_window",
        "server-error",
        failing(lambda call: call.argument("time_window") is not None),
    ),
)
_ARCHIVE: Final = (
    _get_archive_index(
        "archive-index-without-curies",
        "GET /archive leaves the curies of its links out",
        "missing-field",
        dropped("_links.curies"),
    ),
    _get_archive_index(
        "archive-index-for-certificates",
        "GET /archive demands a certificate",
        "refuses-valid",
        _certificate_first,
    ),
    _get_archived_job(
        "archive-unknown-as-null",
        "GET /archive/{id} answers 200 and null for a job that is not there",
        "wrong-status",
        lambda call, carry_on: (
            json_reply(None)
            if (reply := carry_on(call)).status == 404  # noqa: PLR2004
            else reply
        ),
    ),
    _get_archived_job(
        "archive-shows-open-jobs",
        "GET /archive/{id} also shows jobs that are not in the archive",
        "wrong-filter",
        _also_unarchived,
        with_operations=("list_jobs",),
    ),
    _get_archived_job(
        "archive-fails-on-unknown",
        "GET /archive/{id} fails on a job that is not there",
        "server-error",
        status(500, instead_of=404),
    ),
    _get_archived_job_field(
        "archive-field-error-as-text",
        "GET /archive/{id}/{field} labels its 404 text/plain",
        "wrong-content-type",
        typed("text/plain", statuses={404}),
    ),
)
DEFECTS: Final = (*_FILES, *_LIST, *_ARCHIVE)
