"""Finding the jobs that a path names, and who may touch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.mock.errors import APIError, forbidden, per_job
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.records import Job


def need_transfer(call: Call) -> None:
    """Demand the level for `/jobs/{id}...`.

    Raises:
        APIError: 403 for anonymous callers, whom the reference answers 500.
    """
    call.need("transfer")


def _unknown(job_id: str) -> str:
    return f'No job with the id "{job_id}" has been found'


def _denied(job_id: str) -> str:
    return f'Not enough permissions to check the job "{job_id}"'


def may_touch(call: Call, job: Job) -> bool:
    """Say whether the caller may read and change a job."""
    return call.identity.may_touch(user_dn=job.user_dn, vo_name=job.vo_name)


def one_job(call: Call) -> Job:
    """Find the job of a sub-resource.

    Raises:
        APIError: 404 or 403 in the usual error shape.
    """
    need_transfer(call)
    job_id = call.params["job_id"]
    job = call.state.find(job_id)
    if job is None:
        raise APIError(404, _unknown(job_id))
    if not may_touch(call, job):
        raise forbidden(_denied(job_id))
    return job


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
    need_transfer(call)
    text = call.params["job_ids"]
    entries: list[dict[str, Any]] = []
    worst = 200
    for job_id in filter(None, text.split(",")):
        job = call.state.find(job_id)
        if job is None:
            worst = 404
            entries.append(per_job(job_id, status=404, message=_unknown(job_id)))
        elif not may_touch(call, job):
            worst = 403
            entries.append(per_job(job_id, status=403, message=_denied(job_id)))
        else:
            entries.append(act(job))
    if "," not in text:
        return json_reply(entries[0], status=worst)
    if changed_last:
        entries.sort(key=lambda entry: entry["http_status"] == "200 Ok")
    return json_reply(entries, status=200 if worst == 200 else 207)  # noqa: PLR2004
