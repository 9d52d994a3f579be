"""Defects of changing jobs: parts that are left out, and changes that nobody asked for."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import sent_json
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.records import ACTIVE_FILE_STATES
from unseen.seams import OK, in_operations, jobs_named, params_of, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.records import Job

_USUAL_PRIORITY: Final = 3


def _first_file_only(call: Call, carry_on: Handler) -> Reply:
    first, _, rest = call.params["file_ids"].partition(",")
    if not rest:
        return carry_on(call)
    reply = carry_on(attrs.evolve(call, params={**call.params, "file_ids": first}))
    if reply.status != OK:
        return reply
    states = {str(f.file_id): f.file_state for job in jobs_named(call) for f in job.files}
    said = [states.get(part, "File does not belong to the job") for part in rest.split(",")]
    others = ["CANCELED" if state in ACTIVE_FILE_STATES else state for state in said]
    return json_reply([json.loads(reply.body), *others])


def _staging_goes_on(call: Call, carry_on: Handler) -> Reply:
    every = call.state.jobs_of

    def others(vo: str | None, *, only_open: bool) -> Iterator[Job]:
        return iter([j for j in every(vo, only_open=only_open) if j.job_state != "STAGING"])

    staging = [
        job
        for job in every(call.params.get("vo_name"), only_open=True)
        if job.job_state == "STAGING"
    ]
    if not staging or not call.caller.is_root:
        return carry_on(call)
    with replaced(call.state, jobs_of=others):
        return carry_on(attrs.evolve(call))


def _until_the_first_unknown(call: Call, carry_on: Handler) -> Reply:
    ids = [job_id for job_id in call.params["job_ids"].split(",") if job_id]
    unknown = next((n for n, i in enumerate(ids, start=1) if call.state.find(i) is None), len(ids))
    if unknown == len(ids):
        return carry_on(call)
    return carry_on(attrs.evolve(call, params={"job_ids": f"{','.join(ids[:unknown])},"}))


def _usual_priority(body: dict[str, Any]) -> None:
    params = params_of(body)
    if "priority" not in params and isinstance(body.get("params", {}), dict):
        body["params"] = {**params, "priority": _USUAL_PRIORITY}


def _held_ones_too(call: Call, carry_on: Handler) -> Reply:
    try:
        ids = json.loads(call.body)
    except ValueError:
        return carry_on(call)
    wanted = [i for i in ids if type(i) is int] if isinstance(ids, list) else []
    found = [file for i in wanted if (file := call.state.find_file(i)) is not None]
    held = [file for file in found if file.file_state == "ON_HOLD"]
    if not held or not call.identity.may("admin") or not call.caller.has_certificate:
        return carry_on(call)
    for file in held:
        call.state.set_file_state(file, "SUBMITTED")
    return carry_on(attrs.evolve(call))


_changing = partial(
    defect_of, resource="jobs", with_operations=("submit_job", "get_jobs", "list_job_files")
)

DEFECTS: Final = (
    _changing(
        "only-first-of-files-canceled",
        "DELETE .../files/{id},{id} cancels the first file and says CANCELED of all",
        "lost-change",
        _first_file_only,
        operation="cancel_job_files",
    ),
    _changing(
        "cancel-stops-at-unknown-id",
        "DELETE /jobs/{id},{unknown},{id} ends at the unknown id: the last job goes on and is not in the answer",
        "lost-change",
        _until_the_first_unknown,
        operation="cancel_jobs",
    ),
    _changing(
        "change-without-priority-resets-it",
        "POST /jobs/{ids} without a priority sets priority 3",
        "side-effect",
        sent_json(_usual_priority),
        operation="modify_jobs",
    ),
    in_operations(
        "cancel-of-everything-forgets-staging",
        "DELETE /jobs/all and DELETE /jobs/vo/{vo} leave jobs that are STAGING as they are, and do not count them",
        "state-machine",
        _staging_goes_on,
        operations=("cancel_all_jobs", "cancel_vo_jobs"),
        resource="jobs",
        with_operations=("submit_job", "get_jobs", "list_jobs"),
    ),
    defect_of(
        "force-start-passes-a-ban",
        "POST /admin/force-start starts files that are ON_HOLD because their storage is banned",
        "accepts-invalid",
        _held_ones_too,
        operation="start_files",
        resource="admin",
        with_operations=("submit_job", "ban_se", "unban_se", "list_job_files", "get_jobs"),
    ),
)
