"""Defects of bans of users: which jobs they end, and what a banned user may still do."""

from __future__ import annotations

import contextvars
import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import on_json
from fts_contract.mock.exchange import json_reply
from unseen.seams import OK, in_operations, jobs_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import DNBan
    from unseen.seams import Application, Receive, Scope, Send


_reading: contextvars.ContextVar[bool] = contextvars.ContextVar("reading", default=False)


def _staging_goes_on(call: Call, carry_on: Handler) -> Reply:
    dn = given(call).get("user_dn")
    jobs = [
        job
        for job in call.state.jobs_of(None, only_open=True)
        if job.user_dn == dn and job.job_state == "STAGING"
    ]
    before = [(file, file.file_state) for job in jobs for file in job.files]
    reply = carry_on(call)
    if reply.status != OK or not jobs:
        return reply
    for file, state in before:
        file.file_state, file.finish_time, file.reason = state, None, None
    for job in jobs:
        job.job_state, job.job_finished, job.reason = "STAGING", None, None
        call.state.insert(job)
    kept = {job.job_id for job in jobs}
    return json_reply([job_id for job_id in json.loads(reply.body) if job_id not in kept])


def _whole_vo(call: Call, carry_on: Handler) -> Reply:
    dn = given(call).get("user_dn")
    jobs = list(call.state.jobs_of(None, only_open=True))
    vos = {job.vo_name for job in jobs if job.user_dn == dn}
    reply = carry_on(call)
    more = [job for job in jobs if job.vo_name in vos and not job.is_terminal]
    if reply.status != OK or not more:
        return reply
    for job in more:
        for file in job.files:
            call.state.set_file_state(file, "CANCELED")
        call.state.close(job, state="CANCELED", reason="User banned")
    return json_reply([*json.loads(reply.body), *(job.job_id for job in more)])


class _BannedUsers(dict[str, "DNBan"]):
    """Banned users who are not found while a request only reads."""

    count: Callable[[], None]

    def __contains__(self, dn: object) -> bool:
        found = super().__contains__(dn)
        if found and _reading.get():
            self.count()
            return False
        return found


def _reads_are_not_checked(mock: MockFTS, count: Callable[[], None]) -> None:
    banned = _BannedUsers(mock.state.banned_dns)
    banned.count = count
    mock.state.banned_dns = banned


def _noting_reads(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        token = _reading.set(scope["method"] == "GET")
        try:
            await app(scope, receive, send)
        finally:
            _reading.reset(token)

    return serve


def _banned_reason_lost(call: Call, body: Any) -> Any:
    banned = {job.job_id for job in jobs_named(call) if job.reason == "User banned"}
    for job in body if isinstance(body, list) else [body]:
        if job.get("job_id") in banned:
            job["reason"] = None
    return body


_ban_dn = partial(
    defect_of,
    operation="ban_dn",
    resource="ban/dn",
    with_operations=("unban_dn", "submit_job", "get_jobs", "list_jobs"),
)

DEFECTS: Final = (
    _ban_dn(
        "staging-jobs-survive-ban-of-user",
        "POST /ban/dn ends the jobs of the user but for those that are STAGING",
        "state-machine",
        _staging_goes_on,
    ),
    _ban_dn(
        "ban-of-user-ends-jobs-of-the-vo",
        "POST /ban/dn cancels the jobs of everybody in the VOs of the user",
        "side-effect",
        _whole_vo,
    ),
    Defect(
        name="banned-user-may-read",
        description="A banned user is refused only what changes something: every GET is answered",
        kind="authorization-hole",
        resource="ban/dn",
        with_operations=("ban_dn", "unban_dn", "whoami", "list_jobs"),
        caller="admin",
        inside=_reads_are_not_checked,
        middleware=_noting_reads,
    ),
    in_operations(
        "reason-of-banned-user-lost",
        "GET /jobs/{id} shows no reason for a job that ended because its user was banned",
        "null",
        on_json(_banned_reason_lost, statuses={OK, 207}),
        operations=("get_jobs",),
        resource="ban/dn",
        with_operations=("ban_dn", "unban_dn", "submit_job"),
        caller="admin",
    ),
)
