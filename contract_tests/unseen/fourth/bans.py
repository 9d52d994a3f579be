"""Defects of bans: when they were made, what they allow, and where files go on after them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_call, on_json
from fts_contract.mock.clock import wire_time
from unseen.seams import in_operations

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_FLAG: Final = "allow_submit"


def _made_now(call: Call, body: Any) -> Any:
    return [{**row, "addition_time": wire_time(call.now)} for row in body]


def _without_flag(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != _FLAG}


def _refusing(call: Call) -> Call:
    try:
        body = json.loads(call.body)
    except ValueError:
        body = None
    if isinstance(body, dict) and _FLAG in body:
        return attrs.evolve(call, body=json.dumps(_without_flag(body)).encode())
    if _FLAG in call.query or _FLAG in call.form:
        return attrs.evolve(call, query=_without_flag(call.query), form=_without_flag(call.form))
    return call


def _straight_to_the_queue(call: Call, carry_on: Handler) -> Reply:
    held = [
        (job, file)
        for job in call.state.jobs_of(None, only_open=True)
        for file in job.files
        if file.file_state == "ON_HOLD_STAGING"
    ]
    reply = carry_on(call)
    released = [(job, file) for job, file in held if file.file_state == "STAGING"]
    for job, file in released:
        call.state.resume_file(file, "SUBMITTED")
        if not any(other.file_state in ("STAGING", "STARTED") for other in job.files):
            job.job_state = "SUBMITTED"
    return attrs.evolve(reply) if released else reply


DEFECTS: Final = (
    in_operations(
        "bans-are-always-new",
        "GET /ban/se and /ban/dn give the time of the request as addition_time of every ban",
        "wrong-value",
        on_json(_made_now),
        operations=("list_banned_se", "list_banned_dn"),
        resource="ban/se",
        with_operations=("ban_se", "unban_se"),
        safe=True,
    ),
    defect_of(
        "allow-submit-is-not-read",
        "POST /ban/se with status=wait and allow_submit stores WAIT: submissions for the storage are refused",
        "ignored-parameter",
        on_call(_refusing),
        operation="ban_se",
        resource="ban/se",
        with_operations=("list_banned_se", "unban_se", "submit_job"),
    ),
    defect_of(
        "released-files-skip-staging",
        "DELETE /ban/se queues files that waited for staging as if they were on disk already",
        "state-machine",
        _straight_to_the_queue,
        operation="unban_se",
        resource="ban/se",
        with_operations=("ban_se", "submit_job", "list_job_files", "get_jobs"),
    ),
)
