"""Every view of a job and of its files shows the same: by id, among others, in lists, by field, and with selected fields.

Nothing is made for it: the jobs that are there are read in each way, field by field.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.probes.answers import files_in, listed, record, rows
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.reading import MISSING, Reading, agree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES", "of_jobs"]

_MOST_JOBS: Final = 6
_MOST_FILES: Final = 2
_LISTED: Final = 100
_Row = dict[str, Any]


def _jobs(talk: Conversation) -> Iterator[Fault]:
    ids = list(dict.fromkeys(talk.job_ids))[:_MOST_JOBS]
    if not ids:
        raise NotApplicableError("it needs a job that the caller sees")
    yield from of_jobs(talk, ids)


def of_jobs(talk: Conversation, ids: list[str]) -> Iterator[Fault]:
    """Compare all views of these jobs and of their files."""
    together = ",".join([*ids, ids[0]])
    seen: dict[str, _Row] = {}
    for job_id in ids:
        whole = Reading(talk, f"/jobs/{job_id}", _bare)
        _, job = whole()
        if not job:
            continue
        seen[job_id] = job
        among = Reading(talk, f"/jobs/{together}", _entry(job_id))
        yield from agree(whole, among, "GET /jobs/{id},{id}", known=job)
        for what, query in _lists(job):
            in_list = Reading(talk, f"/jobs?{query}", _entry(job_id))
            yield from agree(whole, in_list, what, known=job)
        yield from _files(talk, job_id, job, together)
    yield from _fields(talk, "/jobs", seen)


def _lists(job: _Row) -> Iterator[tuple[str, str]]:
    """The list in which the job is, narrowed to its storages, plain and with all fields selected."""
    place = _place(job)
    states = f"state_in={job.get('job_state')}&limit={_LISTED}&{place}"
    yield "GET /jobs", states
    yield "GET /jobs?fields=", f"{states}&fields={','.join(job)}"
    if job.get("job_state") not in ENDED_JOBS:
        yield "GET /jobs without limit", place


def _files(talk: Conversation, job_id: str, job: _Row, together: str) -> Iterator[Fault]:
    path = f"/jobs/{job_id}/files"
    files = rows(talk.ask("GET", path))
    whole = Reading(talk, path, lambda answer: _marks(rows(answer)))
    among = Reading(talk, f"/jobs/{together}?files=file_id,job_id", _marks_in(job_id))
    yield from agree(whole, among, "GET /jobs/{id},{id}?files=", known=_marks(files))
    for file in files[:_MOST_FILES]:
        file_id = file.get("file_id")
        whole = Reading(talk, path, _file(file_id))
        for what, other, pick in (
            ("GET /jobs/{id}?files=", f"/jobs/{job_id}?files={','.join(file)}", _inside(file)),
            ("GET /files", f"/files?{_place(file)}", _file(file_id)),
            ("retries", f"{path}/{file_id}/retries", _of_retry),
            (
                "GET /jobs?fields=files",
                f"/jobs?state_in={job.get('job_state')}&limit=5&{_place(job)}&fields=job_id,files",
                _inside(file),
            ),
        ):
            yield from agree(whole, Reading(talk, other, pick), what, known=file)
    deletions = Reading(talk, f"/jobs/{job_id}/dm", listed)
    query = f"state_in={job.get('job_state')}&limit=5&{_place(job)}&fields=job_id,dm"
    selected = Reading(talk, f"/jobs?{query}", lambda answer: _member(answer, job_id, "dm"))
    yield from agree(deletions, selected, "GET /jobs?fields=dm")


def _fields(talk: Conversation, path: str, seen: dict[str, _Row]) -> Iterator[Fault]:
    """Read each field alone, of the two jobs (here by id) in which it is most telling."""
    for name in dict.fromkeys(key for job in seen.values() for key in job):
        values = {job_id: job.get(name, MISSING) for job_id, job in seen.items()}
        for job_id in sorted(values, key=partial(_rank, values))[:2]:
            whole = Reading(talk, f"{path}/{job_id}", _only(name))
            single = Reading(talk, f"{path}/{job_id}/{name}", _value(name))
            known = {name: values[job_id]}
            yield from agree(whole, single, f"{path}/{{id}}/{{field}}", known=known)
            if len({*map(str, values.values())}) == 1:
                break


def _rank(values: dict[str, Any], job_id: str) -> tuple[bool, int]:
    value = values[job_id]
    return value in (None, "", MISSING), [*values.values()].count(value)


def _archived(talk: Conversation) -> Iterator[Fault]:
    """Source: "GET /archive" as observed on FTS 3.13.4: a job is in the archive or among the others, never in both."""
    found: dict[str, _Row] = {}
    for job_id in (*talk.archived, *talk.job_ids[:2]):
        answer = talk.ask("GET", f"/archive/{job_id}")
        job = record(answer)
        if answer.status != 200:  # noqa: PLR2004
            continue
        found[job_id] = job
        live = talk.ask("GET", f"/jobs/{job_id}")
        if live.status == 200:  # noqa: PLR2004
            yield Fault(answer, "a job is in the archive, and also among the others", "job_id")
    if not found:
        raise NotApplicableError("no archived job is known; name one with --archived-job")
    yield from _fields(talk, "/archive", found)


def _value(name: str) -> Callable[[Exchange], _Row]:
    """The value of a field, which may be null."""
    return lambda answer: {name: answer.json if answer.status == 200 else MISSING}  # noqa: PLR2004


def _only(name: str) -> Callable[[Exchange], _Row]:
    return lambda answer: {name: _bare(answer).get(name, MISSING)}


def _bare(answer: Exchange) -> _Row:
    """The record of a job without the result of the request."""
    job = record(answer) if answer.status == 200 else {}  # noqa: PLR2004
    return {key: value for key, value in job.items() if not key.startswith("http_")}


def _entry(job_id: str) -> Callable[[Exchange], _Row | None]:
    def pick(answer: Exchange) -> _Row | None:
        for row in rows(answer):
            if row.get("job_id") == job_id:
                return {key: value for key, value in row.items() if not key.startswith("http_")}
        return None

    return pick


def _file(file_id: Any) -> Callable[[Exchange], _Row | None]:
    return lambda answer: next((r for r in rows(answer) if r.get("file_id") == file_id), None)


def _inside(wanted: _Row) -> Callable[[Exchange], _Row | None]:
    def pick(answer: Exchange) -> _Row | None:
        jobs = [*rows(answer), record(answer)]
        files = [
            file
            for job in jobs
            for file in files_in(job)
            if job.get("job_id") == wanted.get("job_id")
        ]
        return next((one for one in files if one.get("file_id") == wanted.get("file_id")), None)

    return pick


def _marks(files: list[_Row]) -> list[str]:
    """Name files, each with the job that it says it is of."""
    return sorted(f"{file.get('file_id')} of {file.get('job_id')}" for file in files)


def _marks_in(job_id: str) -> Callable[[Exchange], list[str] | None]:
    def pick(answer: Exchange) -> list[str] | None:
        jobs = (row for row in rows(answer) if row.get("job_id") == job_id and "files" in row)
        return next((_marks(files_in(job)) for job in jobs), None)

    return pick


def _of_retry(answer: Exchange) -> _Row | None:
    file = next((row.get("file") for row in rows(answer)), None)
    return file if isinstance(file, dict) else None


def _member(answer: Exchange, job_id: str, name: str) -> Any:
    return next((row.get(name) for row in rows(answer) if row.get("job_id") == job_id), None)


def _place(row: _Row) -> str:
    names = [name for name in ("source_se", "dest_se") if row.get(name)]
    return "&".join(f"{name}={quote(str(row[name]), safe='')}" for name in names)


_JOB_VIEWS = (
    "get_jobs",
    "list_jobs",
    "list_job_files",
    "list_files",
    "list_file_retries",
    "list_job_deletions",
    "get_job_field",
)

PROBES = (
    Probe(
        check="views-match",
        meaning="two views of a job or file show another value of the same field",
        operations=_JOB_VIEWS,
        profile="safe",
        run=_jobs,
    ),
    Probe(
        check="archive-matches",
        meaning="an archived job and its single fields differ, or it is still among the others",
        operations=("get_archived_job", "get_archived_job_field"),
        profile="safe",
        run=_archived,
    ),
)
