"""Defects of changes that reach further than they should: to other VOs, and to what runs already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect, Handler
    from fts_contract.mock.exchange import Call, Reply

_OK: Final = 200
_CREATED: Final = 201


def _in_every_vo(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _OK:
        return reply
    call.state.bans = [attrs.evolve(ban, vo="*") for ban in call.state.bans]
    return attrs.evolve(reply)


def _jobs_of_every_vo(call: Call, carry_on: Handler) -> Reply:
    busy = {job.vo_name for job in call.state.jobs_of(None, only_open=True) if job.vo_name}
    reply = carry_on(call)
    if reply.status != _OK or call.params["vo_name"] in busy or not busy:
        return reply
    for vo in busy:
        carry_on(attrs.evolve(call, params={"vo_name": vo}))
    return attrs.evolve(reply)


def _queued_again(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    ends = given(call).get("source"), given(call).get("destination")
    running = [
        file
        for job in call.state.jobs_of(None, only_open=True)
        for file in job.files
        if file.file_state == "ACTIVE" and (file.source_se, file.dest_se) == ends
    ]
    if reply.status != _CREATED or not running:
        return reply
    for file in running:
        call.state.set_file_state(file, "SUBMITTED")
    return attrs.evolve(reply)


DEFECTS: Final[tuple[Defect, ...]] = (
    defect_of(
        "ban-of-storage-in-every-vo",
        "POST /ban/se bans the storage for all VOs",
        "side-effect",
        _in_every_vo,
        operation="ban_se",
        resource="ban/se",
        with_operations=("unban_se", "list_banned_se", "submit_job"),
        only="ban-of-one-vo",
        caller="root",
    ),
    defect_of(
        "cancel-of-idle-vo-cancels-all",
        "DELETE /jobs/vo/{vo_name} cancels the jobs of all VOs when that VO has none",
        "side-effect",
        _jobs_of_every_vo,
        operation="cancel_vo_jobs",
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "cancel_jobs", "get_job_field"),
        only="cancel-of-one-vo",
        caller="root",
    ),
    defect_of(
        "link-limits-stop-what-runs",
        "POST /config/links sends the files that run between its storages back to the queue",
        "state-machine",
        _queued_again,
        operation="set_link",
        resource="config/links",
        with_operations=("set_se_config", "set_global_config", "submit_job", "list_job_files"),
        only="limits-spare-running",
    ),
)
