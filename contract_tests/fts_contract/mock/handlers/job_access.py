"""Finding the jobs that a path names, and checking that the caller may touch them: 404 and 403."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.mock.errors import APIError, forbidden, per_job
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock.records import Job


def find_job(call: Call, found: Job | None, *, where: str = "") -> Job:
    """Demand a job that the caller may read and change.

    Args:
        call: The request; `job_id` in its path.
        found: The job that has this id; None when there is none.
        where: Words for the message on where it was looked for.

    Raises:
        APIError: 404 or 403 in the usual error shape.
    """
    job_id = call.params["job_id"]
    if found is None:
        raise APIError(404, f"{_unknown(job_id)}{where}")
    if not _may_touch(call, found):
        raise forbidden(_denied(job_id))
    return found


def _unknown(job_id: str) -> str:
    return f'No job with the id "{job_id}" has been found'


def _denied(job_id: str) -> str:
    return f'Not enough permissions to check the job "{job_id}"'


def _may_touch(call: Call, job: Job) -> bool:
    return call.identity.may_touch(user_dn=job.user_dn, vo_name=job.vo_name)


def listed_jobs(call: Call, *, only_open: bool) -> Iterator[Job]:
    """The jobs that a list may show, by the level of the caller.

    With level `all` these are the jobs of the VO that is asked for, or of all; with `vo` those of the caller's first VO; with a
    private level those of the caller's delegation id.
    """
    level = call.identity.level.get("transfer")
    if level == "all":
        return call.state.jobs_of(call.argument("vo_name"), only_open=only_open)
    jobs = call.state.jobs_of(call.identity.vo, only_open=only_open)
    own = call.caller.delegation_id
    return jobs if level == "vo" else (job for job in jobs if job.cred_id == own)


def states_in(call: Call) -> frozenset[str]:
    """The states that a list is to show; empty for all. Commas alone name the empty state, which nothing has."""
    given = call.argument("state_in")
    return frozenset(given.upper().split(",")) if given else frozenset()


def one_job(call: Call) -> Job:
    """Find the job of a sub-resource.

    Raises:
        APIError: 404; 403, also for anonymous callers, to whom the reference answers 500.
    """
    call.need("transfer")
    return find_job(call, call.state.find(call.params["job_id"]))


def for_each_job(
    call: Call, act: Callable[[Job], dict[str, Any]], *, changed_last: bool = False
) -> Reply:
    """Answer about one job with an object, about a list with an array.

    Args:
        call: The request; `job_ids` in its path.
        act: Makes the entry of a job that the caller may touch.
        changed_last: Put the jobs that were changed behind the others, as FTS does for cancel and modify.

    Returns:
        200; 207 when a job of a list is unknown or foreign; the status itself for a single one.

    Source: observed on FTS 3.13.4: any comma in the path makes it a list, empty members do not count.
    """
    call.need("transfer")
    text = call.params["job_ids"]
    entries: list[dict[str, Any]] = []
    worst = 200
    for job_id in filter(None, text.split(",")):
        job = call.state.find(job_id)
        if job is None:
            worst = 404
            entries.append(per_job(job_id, status=404, message=_unknown(job_id)))
        elif not _may_touch(call, job):
            worst = 403
            entries.append(per_job(job_id, status=403, message=_denied(job_id)))
        else:
            entries.append(act(job))
    if "," not in text:
        return json_reply(entries[0], status=worst)
    if changed_last:
        entries.sort(key=lambda entry: entry["http_status"] == "200 Ok")
    return json_reply(entries, status=200 if worst == 200 else 207)  # noqa: PLR2004
