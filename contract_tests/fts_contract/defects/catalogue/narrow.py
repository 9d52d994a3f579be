"""Narrow defects: only one check can see each of them, so that it proves that check."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.catalogue.front import instead
from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import as_another_caller, everybody_may, query
from fts_contract.defects.seams import (
    failing,
    header,
    on_json,
    with_fault,
)
from fts_contract.defects.stores import spoiled, undone
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.records import File, Job

_OK: Final = 200
_SLOW_S: Final = 1.0
_MANY: Final = 50
_WITH_PORT: Final = re.compile(rb'://[^/"]*:[0-9]+/')


def _first_time(seam: Seam) -> Seam:
    """Spoil only the first good answer."""
    seen: list[Reply] = []

    def once(call: Call, carry_on: Handler) -> Reply:
        if seen:
            return carry_on(call)
        reply = seam(call, carry_on)
        if reply.status == _OK:
            seen.append(reply)
        return reply

    return once


def _message_of_success(_call: Call, body: Any) -> Any:
    for job in body if isinstance(body, list) else ():
        if job["http_status"] == "200 Ok":
            job["http_message"] = "The job has been canceled"
    return body


def _other_files(_call: Call, body: Any) -> Any:
    return [{**entry, "file_id": int(entry["file_id"]) + 1} for entry in body]


def _finished_with_reason(_call: Call, body: Any) -> Any:
    for job in body:
        if job.get("job_state") == "FINISHED" and "reason" in job:
            job["reason"] = "One or more files failed. Please have a look at the details"
    return body


def _random_id(call: Call, carry_on: Handler) -> Reply:
    """Give ids of version 4 where the server makes them."""
    reply = carry_on(call)
    if reply.status != _OK:
        return reply
    job = call.state.find(json.loads(reply.body)["job_id"])
    if job is None or job.job_id[14] != "1":
        return reply
    job_id = f"{job.job_id[:14]}4{job.job_id[15:]}"
    for file in job.files:
        file.job_id = job_id
    call.state.archive(job.job_id)
    job.job_id = job_id
    call.state.insert(job)
    call.state.engine.admit(job, call.now)
    return json_reply({"job_id": job_id})


def _members_may(call: Call, carry_on: Handler) -> Reply:
    if "testvo" not in call.identity.vos:
        return carry_on(call)
    return as_another_caller(everybody_may("config"))(call, carry_on)


def _forbidden_in_long_lists(call: Call, body: Any) -> Any:
    if call.params["job_ids"].count(",") < _MANY:
        return body
    for entry in body:
        if entry["http_status"].startswith("404"):
            entry["http_status"] = "403 Forbidden"
    return body


def _known_ids() -> Seam:
    """Answer 403 for the ids of others that exist, and 404 for those that do not."""
    known: set[str | None] = set()

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        known.add(call.identity.caller.delegation_id)
        if reply.status != 403 or call.params["dlg_id"] in known:  # noqa: PLR2004
            return reply
        body = {"status": "404 Not Found", "message": "There is no such delegation"}
        return json_reply(body, status=404)

    return seam


def _used_sid_forbidden(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 409:  # noqa: PLR2004
        return reply
    body = {"status": "403 Forbidden", "message": "The sid provided by the user is duplicated"}
    return json_reply(body, status=403)


def _canceled_not_modified(_call: Call, body: Any) -> Any:
    for job in body if isinstance(body, list) else ():
        if job["http_status"] == "200 Ok":
            job.update(
                http_status="304 Not Modified", http_message="The job is in a terminal state"
            )
    return body


def _one_hop(call: Call, carry_on: Handler) -> Reply:
    job = call.state.find(call.params["job_id"])
    if job is None or job.job_type != "H":
        return carry_on(call)
    job.job_type = "N"
    reply = carry_on(call)
    job.job_type = "H"
    return attrs.evolve(reply)


def _jobs_in_list(call: Call) -> list[Job | File]:
    ids = call.params["job_ids"].split(",")
    return [job for job_id in ids if (job := call.state.find(job_id))] if len(ids) > 1 else []


def _one_short(call: Call, body: Any) -> Any:
    limit = call.argument("limit")
    return body[:-1] if limit and limit.isdecimal() and len(body) == int(limit) else body


def _unknown_as_null(call: Call, body: Any) -> Any:
    names = (call.argument("files") or "").split(",")
    for job in body if isinstance(body, list) else [body]:
        for file in job.get("files", ()):
            for name in names:
                file.setdefault(name, None)
    return body


def _zoned(call: Call, body: Any) -> Any:
    is_time = call.params["field"] in {"submit_time", "job_finished"}
    return f"{body}+00:00" if is_time and isinstance(body, str) else body


def _anonymous_author(_call: Call, config: Configuration) -> bool:
    config.audit[-1] = attrs.evolve(config.audit[-1], dn="/CN=fts-rest")
    return True


def _jobs_go_on(call: Call, carry_on: Handler) -> Reply:
    """Ban a storage and cancel nothing that uses it."""
    jobs = list(call.state.jobs_of(call.identity.vo, only_open=True))
    before = [(job, job.job_state, [file.file_state for file in job.files]) for job in jobs]
    reply = carry_on(call)
    spared = [entry for entry in before if entry[0].is_terminal]
    for job, state, file_states in spared:
        job.job_state, job.job_finished = state, None
        for file, file_state in zip(job.files, file_states, strict=True):
            file.file_state, file.finish_time, file.reason = file_state, None, None
        call.state.insert(job)
    return attrs.evolve(reply) if spared else reply


def _one_name_less(call: Call, body: Any) -> Any:
    return body[:-1] if call.argument("term") else body


def _never_released(call: Call, carry_on: Handler) -> Reply:
    jobs = call.state.jobs_of(call.identity.vo, only_open=True)
    held = [file for job in jobs for file in job.files if file.file_state == "ON_HOLD"]
    reply = carry_on(call)
    released = [file for file in held if file.file_state != "ON_HOLD"]
    for file in released:
        call.state.set_file_state(file, "ON_HOLD")
    return attrs.evolve(reply) if released else reply


def _port_evades_bans(call: Call, carry_on: Handler) -> Reply:
    """Carry out a refused submission without the bans if one of its URLs names a port."""
    reply = carry_on(call)
    if reply.status != 403 or not _WITH_PORT.search(call.body):  # noqa: PLR2004
        return reply
    bans, call.state.bans = call.state.bans, []
    try:
        return carry_on(call)
    finally:
        call.state.bans = bans


def _without_last_slash(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path", b"")
        if scope["type"] == "http" and raw.endswith(b"/") and raw != b"/":
            scope = {**scope, "raw_path": raw.rstrip(b"/")}
        await app(scope, receive, send)

    return serve


def _not_head(scope: Scope) -> bool:
    return bool(scope["method"] == "HEAD")


def _is_patch(scope: Scope) -> bool:
    return bool(scope["method"] == "PATCH")


_job = partial(defect_of, resource="jobs")
_delegation = partial(defect_of, resource="delegation")
DEFECTS: Final = (
    defect_of(
        "hosts-activity-fails",
        "GET /status/hosts fails forevery caller who may see it",
        "server-error",
        failing(lambda call: call.identity.may("config") and call.identity.caller.has_certificate),
        operation="get_host_activity",
        resource="status",
        safe=True,
        only="server-error",
    ),
    _delegation(
        "delegation-first-request-without-id",
        "GET .../request leaves X-Delegation-ID out when it has just made the key",
        "header",
        _first_time(header("X-Delegation-ID", None)),
        operation="get_delegation_request",
        only="header-missing",
    ),
    _delegation(
        "delegation-first-request-of-none",
        "GET .../request sends the text None in X-Delegation-ID when it has just made the key",
        "header",
        _first_time(header("X-Delegation-ID", "None")),
        operation="get_delegation_request",
        only="header-mismatch",
    ),
    _job(
        "cancel-of-several-with-message",
        "DELETE /jobs/{ids} explains success in http_message, where clients look for the reason of a failure",
        "wrong-value",
        on_json(_message_of_success),
        operation="cancel_jobs",
        only="bulk-status",
    ),
    _job(
        "force-start-answers-for-other-files",
        "POST /admin/force-start names other files than those it was asked to start",
        "wrong-id",
        on_json(_other_files),
        operation="start_files",
        only="job-accounts",
    ),
    _job(
        "list-finished-with-reason",
        "GET /jobs gives jobs that are FINISHED the reason of an earlier failure",
        "state-machine",
        on_json(_finished_with_reason),
        operation="list_jobs",
        safe=True,
        only="job-state",
    ),
    _job(
        "submit-id-of-version-4",
        "POST /jobs makes random ids, which do not sort by time as those of version 1 do",
        "wrong-id",
        _random_id,
        operation="submit_job",
        only="job-id-rule",
    ),
    Defect(
        name="optimizer-history-slow",
        description="GET /optimizer/evolution takes longer than users accept",
        kind="slow-answer",
        resource="optimizer",
        with_operations=("list_optimizer_evolution",),
        arrange=with_fault("delay", "GET /optimizer/evolution$", delay_s=1.5 * _SLOW_S),
        slow_after_s=_SLOW_S,
        safe=True,
        only="slow-answer",
    ),
    defect_of(
        "audit-for-members",
        "GET /config/audit is served to every member of the VO of the administrators",
        "authorization-hole",
        _members_may,
        operation="list_config_audit",
        resource="config/audit",
        caller="alice",
        safe=True,
        only="authorization-caller",
    ),
    Defect(
        name="slash-at-the-end-served",
        description="Paths with a slash at the end are served, which FTS refuses",
        kind="routing",
        resource="everything",
        with_operations=("whoami",),
        middleware=_without_last_slash,
        safe=True,
        only="slashes",
    ),
    Defect(
        name="head-refused",
        description="HEAD is 405 everywhere",
        kind="routing",
        resource="everything",
        with_operations=("whoami",),
        middleware=instead(_not_head, status=405, body=b"", content_type=b"application/json"),
        safe=True,
        only="head-and-options",
    ),
    Defect(
        name="patch-not-found",
        description="Methods that a path does not have are 404, as if the path were unknown",
        kind="routing",
        resource="everything",
        with_operations=("whoami",),
        middleware=instead(
            _is_patch,
            status=404,
            body=b'{"status": "404 Not Found", "message": "Not found"}',
            content_type=b"application/json",
        ),
        only="method-not-allowed",
    ),
    _job(
        "jobs-unknown-in-long-lists-forbidden",
        "GET /jobs/{ids} says 403 of unknown jobs in lists of more than 50",
        "wrong-value",
        on_json(_forbidden_in_long_lists, statuses={207}),
        operation="get_jobs",
        safe=True,
        only="hundred-ids",
    ),
    _delegation(
        "delegation-tells-known-ids",
        "GET /delegation/{id} shows by 403 and 404 which ids of others exist",
        "wrong-status",
        _known_ids(),
        operation="get_delegation",
        only="delegation-foreign",
    ),
    _job(
        "submit-used-sid-as-403",
        "POST /jobs answers 403 to a sid that was used before: clients look for missing rights",
        "wrong-status",
        _used_sid_forbidden,
        operation="submit_job",
        only="sid-once",
    ),
    _job(
        "cancel-of-several-called-not-modified",
        "DELETE /jobs/{ids} says 304, not 200 Ok, of the jobs of a list that it cancels",
        "wrong-value",
        on_json(_canceled_not_modified),
        operation="cancel_jobs",
        only="cancel-several",
    ),
    _job(
        "cancel-of-one-hop",
        "DELETE /jobs/{id}/files/{file_id} cancels a hop of a multihop job alone",
        "state-machine",
        _one_hop,
        operation="cancel_job_files",
        only="cancel-hops-together",
    ),
    _job(
        "modify-of-several-without-effect",
        "POST /jobs/{ids} changes nothing when it is given a list",
        "lost-change",
        undone(_jobs_in_list),
        operation="modify_jobs",
        only="modify-several",
    ),
    _job(
        "list-one-short-of-limit",
        "GET /jobs gives one job less than limit",
        "off-by-one",
        on_json(_one_short),
        operation="list_jobs",
        safe=True,
        only="list-limit",
    ),
    defect_of(
        "complete-vo-one-short",
        "GET /autocomplete/vo leaves out the last name that starts with the term",
        "off-by-one",
        on_json(_one_name_less),
        operation="complete_vo",
        resource="autocomplete",
        safe=True,
        only="completions",
    ),
    _job(
        "retries-without-the-last",
        "GET /jobs/{id}/files/{file_id}/retries leaves the last attempt out",
        "lost-change",
        on_json(lambda _call, body: body[:-1]),
        operation="list_file_retries",
        safe=True,
        only="attempts-add-up",
    ),
    defect_of(
        "files-of-no-vo",
        "GET /files is empty as soon as vo_name is given",
        "wrong-filter",
        query(lambda q: {**q, "source_se": "none://"} if q.get("vo_name") else q),
        operation="list_files",
        resource="files",
        only="file-filter",
    ),
    _job(
        "job-files-unknown-names-null",
        "GET /jobs/{ids}?files= shows null for names that no file has, in place of leaving them out",
        "wrong-value",
        on_json(_unknown_as_null),
        operation="get_jobs",
        only="field-selection",
    ),
    _job(
        "job-field-time-with-zone",
        "GET /jobs/{id}/{field} writes times with an offset, unlike all other operations",
        "wrong-unit",
        on_json(_zoned),
        operation="get_job_field",
        only="views-match",
    ),
    defect_of(
        "audit-names-the-server",
        "POST /config/links records the server as author in the audit log, not the administrator",
        "wrong-value",
        spoiled(_anonymous_author),
        operation="set_link",
        resource="config/audit",
        with_operations=("list_config_audit",),
        only="audit-written",
    ),
    defect_of(
        "ban-of-storage-spares-jobs",
        "POST /ban/se names the jobs that it cancels and lets them go on",
        "lost-change",
        _jobs_go_on,
        operation="ban_se",
        resource="ban/se",
        only="ban-in-force",
    ),
    defect_of(
        "ban-of-storage-keeps-what-waits",
        "DELETE /ban/se leaves the files on hold that it should release",
        "state-machine",
        _never_released,
        operation="unban_se",
        resource="ban/se",
        only="ban-waits",
    ),
    _job(
        "submit-port-evades-ban",
        "POST /jobs accepts files at a banned storage if their URL names a port",
        "authorization-hole",
        _port_evades_bans,
        operation="submit_job",
        with_operations=("ban_se", "unban_se"),
        only="ban-spellings",
    ),
)
