"""Defects of lists of jobs and files: what the query becomes in the database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.mock.collation import collated
from fts_contract.mock.records import ACTIVE_JOB_STATES, TERMINAL_STATES
from unseen.seams import asking, rows_instead, rows_of, without

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import File

_STATES: Final = tuple(sorted(ACTIVE_JOB_STATES | TERMINAL_STATES))
_MOST: Final = "500"
_of_jobs = partial(
    defect_of,
    operation="list_jobs",
    resource="jobs",
    with_operations=("get_jobs", "list_job_files"),
    safe=True,
)


def _ids(call: Call, carry_on: Handler) -> list[str]:
    """The ids of the jobs that a list shows, whatever fields it asks for."""
    return [row["job_id"] for row in rows_of(carry_on(without(call, "fields"))) or ()]


def _limited_first(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    rows = rows_of(reply)
    if not rows or not call.argument("state_in") or not call.query.get("limit", "").isdecimal():
        return reply
    others = {k: v for k, v in call.query.items() if k in ("limit", "vo_name")}
    newest = set(_ids(asking(call, {**others, "state_in": ",".join(_STATES)}), carry_on))
    shown = zip(rows, _ids(call, carry_on), strict=True)
    return rows_instead(reply, [row for row, job_id in shown if job_id in newest])


def _once_for_each_file(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    rows = rows_of(reply)
    wanted = {
        name: collated(text) for name in ("source_se", "dest_se") if (text := call.argument(name))
    }
    if not rows or not wanted:
        return reply

    def fits(file: File) -> bool:
        return all(collated(getattr(file, name) or "") == text for name, text in wanted.items())

    joined: list[Any] = []
    for row, job_id in zip(rows, _ids(call, carry_on), strict=True):
        job = call.state.find(job_id)
        joined += [row] * sum(map(fits, job.files if job is not None else ()))
    return rows_instead(reply, joined)


def _greatest_ids(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    limit = call.argument("limit") or ""
    if not rows_of(reply) or not limit.isdecimal():
        return reply
    whole = asking(call, {**call.query, "limit": _MOST})
    ids = _ids(whole, carry_on)
    taken = sorted(ids, reverse=True)[: int(limit) or None]
    rows = rows_of(carry_on(whole)) or []
    return rows_instead(
        reply, [row for row, job_id in zip(rows, ids, strict=True) if job_id in taken]
    )


def _by_state_of_the_job(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    states = set((call.argument("state_in") or "").upper().split(","))
    if rows_of(reply) is None or states == {""}:
        return reply
    jobs = {job.job_id: job.job_state for job in call.state.jobs_of(None, only_open=False)}
    rows = rows_of(carry_on(without(call, "state_in"))) or ()
    return rows_instead(reply, [row for row in rows if jobs[row["job_id"]] in states])


DEFECTS: Final = (
    _of_jobs(
        "limit-taken-before-the-filters",
        "GET /jobs takes the newest `limit` jobs first and looks for state_in, source_se and dest_se among them only",
        "wrong-filter",
        _limited_first,
    ),
    _of_jobs(
        "storage-filter-repeats-jobs",
        "GET /jobs with source_se or dest_se joins the files: a job with two files at the storage is listed twice",
        "doubled-job",
        _once_for_each_file,
    ),
    _of_jobs(
        "limit-takes-the-greatest-ids",
        "GET /jobs with a limit orders by job_id, not by submit_time, before it cuts the list",
        "order",
        _greatest_ids,
    ),
    defect_of(
        "files-filtered-by-the-state-of-their-job",
        "GET /files compares state_in with the state of the job: SUBMITTED files of an ACTIVE job count as ACTIVE",
        "wrong-filter",
        _by_state_of_the_job,
        operation="list_files",
        resource="files",
        with_operations=("list_jobs", "list_job_files"),
        safe=True,
    ),
)
