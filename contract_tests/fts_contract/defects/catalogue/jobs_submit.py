"""Submitting jobs: what becomes of them, and what is refused."""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, one_seam
from fts_contract.defects.identities import everybody_may
from fts_contract.defects.seams import (
    after,
    as_somebody,
    cut,
    dropped,
    failing,
    member,
    on_call,
    on_json,
    sent_json,
    status,
    unread,
)
from fts_contract.mock.errors import METHOD_NOT_ALLOWED, APIError
from fts_contract.mock.exchange import JSON, Call, Reply, error_reply, json_reply
from fts_contract.mock.identity import BASE_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.records import Job

_HOUR: Final = 3600
_BELOW_RANGE: Final = 64


def _job(call: Call, reply: Reply) -> Job:
    job = call.state.find(json.loads(reply.body)["job_id"])
    if job is None:
        raise LookupError("a job that was just submitted")
    return job


def _stored(change: Callable[[Call, Job], object]) -> Seam:
    """Store something else than was submitted; None from `change` means that there was nothing to spoil."""

    def act(call: Call, reply: Reply) -> bool:
        return change(call, _job(call, reply)) is not None

    return after(act)


def _field(name: str, new: Any, *, unless: Any = None) -> Callable[[Call, Job], object]:
    def change(_call: Call, job: Job) -> object:
        if getattr(job, name) == unless:
            return None
        setattr(job, name, new)
        return job

    return change


def _file_field(name: str, edit: Callable[[Any], Any]) -> Callable[[Call, Job], object]:
    def change(_call: Call, job: Job) -> object:
        touched = None
        for file in job.files:
            before = getattr(file, name)
            after_edit = edit(before)
            if after_edit != before:
                setattr(file, name, after_edit)
                touched = file
        return touched

    return change


def _lose(call: Call, job: Job) -> object:
    call.state.archive(job.job_id)
    return job


def _double(call: Call, job: Job) -> object:
    twin_id = call.state.new_job_id()
    files = [
        attrs.evolve(file, file_id=call.state.next_file_id(), job_id=twin_id) for file in job.files
    ]
    call.state.insert(attrs.evolve(job, job_id=twin_id, files=files))
    return job


def _lose_second_file(_call: Call, job: Job) -> object:
    if len(job.files) < 2:  # noqa: PLR2004
        return None
    del job.files[1]
    return job


def _swap_ends(_call: Call, job: Job) -> object:
    for file in job.files:
        file.source_surl, file.dest_surl = file.dest_surl, file.source_surl
        file.source_se, file.dest_se = file.dest_se, file.source_se
    job.source_se, job.dest_se = job.dest_se, job.source_se
    return job


def _own_vo(call: Call, job: Job) -> object:
    job.vo_name = call.identity.caller.delegation_id or ""
    return job


def _proxy_dn(call: Call, job: Job) -> object:
    job.user_dn = call.identity.caller.dns[-1]
    return job


def _minutes(_call: Call, job: Job) -> object:
    if not job.retry_delay:
        return None
    job.retry_delay *= 60
    return job


def _seconds_in_queue(call: Call, job: Job) -> object:
    if job.max_time_in_queue is None:
        return None
    hours = (job.max_time_in_queue - int(call.now)) / _HOUR
    job.max_time_in_queue = int(call.now + hours)
    return job


def _finish_at_once(_call: Call, job: Job) -> object:
    job.job_state = "FINISHED"
    job.job_finished = job.submit_time
    return job


def _same_sid_again(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 409:  # noqa: PLR2004
        return reply
    sid = _sid(call) or ""
    return json_reply({"job_id": str(uuid.uuid5(uuid.uuid5(BASE_ID, call.identity.vo), sid))})


def _other_namespace(call: Call, carry_on: Handler) -> Reply:
    """Derive deterministic ids from the sid without the VO, so that two VOs meet in one id."""
    reply = carry_on(call)
    sid = _sid(call)
    if reply.status != 200 or sid is None:  # noqa: PLR2004
        return reply
    job = _job(call, reply)
    wrong = str(uuid.uuid5(BASE_ID, sid))
    call.state.insert(attrs.evolve(job, job_id=wrong))
    return json_reply({"job_id": wrong})


def _sid(call: Call) -> str | None:
    try:
        params = json.loads(call.body).get("params") or {}
    except (ValueError, AttributeError):
        return None
    if not isinstance(params, dict) or params.get("id_generator") != "deterministic":
        return None
    sid = params.get("sid")
    return sid if isinstance(sid, str) else None


def _delegated(call: Call) -> Call:
    """Give everybody who has none, or a short one, a long credential for this request."""
    store = call.state.delegations
    known = store.get(call.identity.caller)
    if known is None or known.ends_at < call.now + _HOUR:
        store.store(call.identity.caller, proxy="", ends_at=call.now + 12 * _HOUR, attributes="")
        return attrs.evolve(call)
    return call


def _without_delegation(call: Call, carry_on: Handler) -> Reply:
    store, caller = call.state.delegations, call.identity.caller
    if store.get(caller) is not None:
        return carry_on(call)
    reply = carry_on(_delegated(call))
    store.remove(caller)
    return reply


def _short_delegation(call: Call, carry_on: Handler) -> Reply:
    store, caller = call.state.delegations, call.identity.caller
    known = store.get(caller)
    if known is None or known.ends_at > call.now + _HOUR:
        return carry_on(call)
    reply = carry_on(_delegated(call))
    store.store(caller, proxy=known.proxy, ends_at=known.ends_at, attributes=known.attributes)
    return reply


def _accept(when: Callable[[dict[str, Any]], bool]) -> Seam:
    """Accept what must be refused, as a job with nothing in it."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in {400, 405}:
            return reply
        try:
            body = json.loads(call.body)
        except ValueError:
            return reply
        if isinstance(body, dict) and when(body):
            return json_reply({"job_id": call.state.new_job_id()})
        return reply

    return seam


def _urls(body: dict[str, Any]) -> list[Any]:
    files = body.get("files")
    return [
        url
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict)
        for name in ("sources", "destinations")
        for url in (file.get(name) if isinstance(file.get(name), list) else [])  # type: ignore[union-attr]
    ]


def _has_local_url(body: dict[str, Any]) -> bool:
    return any(isinstance(url, str) and url.startswith("file:") for url in _urls(body))


def _tags(body: dict[str, Any]) -> list[Any]:
    files = body.get("files")
    return [file.get("scitag") for file in files or () if isinstance(file, dict)]


def _refuse_last_tag(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == 200 and 65535 in _tags(json.loads(call.body)):  # noqa: PLR2004
        call.state.archive(_job(call, reply).job_id)
        return error_reply(APIError(400, "Invalid SciTag value"))
    return reply


def _any_type(call: Call) -> Call:
    if call.content_type.startswith(JSON) or call.method == "PUT":
        return call
    return attrs.evolve(call, headers={**call.headers, "content-type": JSON})


def _number_as_url(call: Call) -> bool:
    try:
        body = json.loads(call.body)
    except ValueError:
        return False
    return isinstance(body, dict) and any(not isinstance(url, str) for url in _urls(body))


def _huge_size(call: Call) -> bool:
    try:
        files = json.loads(call.body).get("files")
        sizes = [file.get("filesize") for file in files]
    except (ValueError, TypeError, AttributeError):
        return False
    return any(isinstance(size, int | float) and abs(size) >= 2**31 for size in sizes)


def _with_proxy(_call: Call, body: Any) -> Any:
    body["credential"] = (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n"
        "-----END RSA PRIVATE KEY-----\n"
    )
    return body


def _first_id() -> Seam:
    """Answer every submission with the id of the first."""
    first: list[str] = []

    def change(call: Call, body: Any) -> Any:
        del call
        first.append(body["job_id"])
        return {"job_id": first[0]}

    return on_json(change)


_submit = partial(one_seam, resource="jobs")
_READ: Final = ("get_jobs", "list_job_files")
DEFECTS: Final = (
    _submit(
        "submit-answers-201",
        "POST /jobs answers 201 where clients expect 200",
        "wrong-status",
        "submit_job",
        status(201, instead_of=200),
        only="status-undocumented",
    ),
    _submit(
        "submit-without-id",
        "POST /jobs accepts a job and does not say its id",
        "missing-field",
        "submit_job",
        dropped("job_id"),
    ),
    _submit(
        "submit-answer-cut-off",
        "POST /jobs breaks its answer off: the id is lost, the job is not",
        "broken-body",
        "submit_job",
        cut(to=20),
    ),
    _submit(
        "submit-id-without-hyphens",
        "POST /jobs gives the id as 32 digits, which no other operation understands",
        "wrong-id",
        "submit_job",
        member("job_id", lambda text: text.replace("-", "")),
        with_operations=_READ,
    ),
    _submit(
        "submit-loses-the-job",
        "POST /jobs answers with an id, but no operation on jobs knows it",
        "lost-job",
        "submit_job",
        _stored(_lose),
        with_operations=_READ,
    ),
    _submit(
        "submit-stores-twice",
        "POST /jobs stores each job twice and copies everything twice",
        "doubled-job",
        "submit_job",
        _stored(_double),
        with_operations=("list_jobs", "get_jobs"),
        only="submission-once",
    ),
    _submit(
        "submit-repeats-an-id",
        "POST /jobs gives the same id to every job",
        "wrong-id",
        "submit_job",
        _first_id(),
        with_operations=_READ,
    ),
    _submit(
        "submit-ignores-id-generator",
        "POST /jobs gives a random id although a deterministic one was asked for",
        "ignored-parameter",
        "submit_job",
        unread("params.id_generator"),
        with_operations=_READ,
    ),
    _submit(
        "submit-deterministic-without-vo",
        "POST /jobs derives deterministic ids from the sid alone, without the VO",
        "wrong-id",
        "submit_job",
        _other_namespace,
        with_operations=_READ,
    ),
    _submit(
        "submit-takes-a-sid-twice",
        "POST /jobs answers 200 to a sid that was used before, in place of 409",
        "doubled-job",
        "submit_job",
        _same_sid_again,
        with_operations=_READ,
    ),
    _submit(
        "submit-fails-on-used-sid",
        "POST /jobs answers 500 to a sid that was used before: the client repeats it for ever",
        "server-error",
        "submit_job",
        status(500, instead_of=409),
    ),
    _submit(
        "submit-ignores-priority",
        "POST /jobs stores every job with priority 3",
        "ignored-parameter",
        "submit_job",
        unread("params.priority"),
        with_operations=_READ,
    ),
    _submit(
        "submit-loses-job-metadata",
        "POST /jobs does not store job_metadata, by which campaigns find their jobs",
        "lost-change",
        "submit_job",
        unread("params.job_metadata"),
        with_operations=_READ,
    ),
    _submit(
        "submit-file-metadata-as-text",
        "POST /jobs stores the metadata of a file as JSON inside a string",
        "retyped-field",
        "submit_job",
        _stored(_file_field("file_metadata", lambda m: json.dumps(m) if m is not None else m)),
        with_operations=_READ,
        only="submission-kept",
    ),
    _submit(
        "submit-ignores-overwrite",
        "POST /jobs drops overwrite: transfers onto existing files fail",
        "ignored-parameter",
        "submit_job",
        unread("params.overwrite"),
        with_operations=_READ,
    ),
    _submit(
        "submit-retry-delay-in-minutes",
        "POST /jobs reads retry_delay as minutes",
        "wrong-unit",
        "submit_job",
        _stored(_minutes),
        with_operations=_READ,
    ),
    _submit(
        "submit-queue-time-in-seconds",
        "POST /jobs reads the hours of max_time_in_queue as seconds: jobs are canceled in the queue",
        "wrong-unit",
        "submit_job",
        _stored(_seconds_in_queue),
        with_operations=_READ,
    ),
    _submit(
        "submit-size-in-kib",
        "POST /jobs stores the size that the user gives in KiB",
        "wrong-unit",
        "submit_job",
        _stored(_file_field("user_filesize", lambda size: size // 1024 if size else size)),
        with_operations=_READ,
    ),
    _submit(
        "submit-loses-checksum",
        "POST /jobs keeps the algorithm of a checksum and drops the value: nothing is verified",
        "lost-change",
        "submit_job",
        _stored(_file_field("checksum", lambda text: text and text.partition(":")[0])),
        with_operations=_READ,
    ),
    _submit(
        "submit-loses-second-file",
        "POST /jobs drops the second file of a job",
        "lost-job",
        "submit_job",
        _stored(_lose_second_file),
        with_operations=_READ,
    ),
    _submit(
        "submit-file-index-from-one",
        "POST /jobs counts files from 1",
        "off-by-one",
        "submit_job",
        _stored(_file_field("file_index", lambda index: index + 1)),
        with_operations=_READ,
    ),
    _submit(
        "submit-swaps-ends",
        "POST /jobs takes sources for destinations",
        "wrong-value",
        "submit_job",
        _stored(_swap_ends),
        with_operations=_READ,
    ),
    _submit(
        "submit-under-personal-vo",
        "POST /jobs files the job under the virtual VO of the user, not under that of the proxy",
        "wrong-value",
        "submit_job",
        _stored(_own_vo),
        with_operations=_READ,
    ),
    _submit(
        "submit-owner-is-the-proxy",
        "POST /jobs notes the subject of the proxy as owner, another one every day",
        "wrong-value",
        "submit_job",
        _stored(_proxy_dn),
        with_operations=_READ,
    ),
    _submit(
        "submit-finished-at-once",
        "POST /jobs makes jobs that are FINISHED while their files wait",
        "state-machine",
        "submit_job",
        _stored(_finish_at_once),
        with_operations=_READ,
    ),
    _submit(
        "submit-multihop-as-plain",
        "POST /jobs ignores multihop: all hops start at once",
        "ignored-parameter",
        "submit_job",
        unread("params.multihop"),
        with_operations=_READ,
        only="submission-kinds",
    ),
    _submit(
        "submit-bring-online-lost",
        "POST /jobs ignores bring_online: files on tape are read without staging",
        "ignored-parameter",
        "submit_job",
        unread("params.bring_online"),
        with_operations=_READ,
    ),
    _submit(
        "submit-without-delegation",
        "POST /jobs accepts jobs without a delegated credential; they fail hours later",
        "delegation-check",
        "submit_job",
        _without_delegation,
        with_operations=("delete_delegation",),
        only="delegation-removed",
    ),
    _submit(
        "submit-with-short-delegation",
        "POST /jobs accepts jobs when the delegated credential ends within the hour",
        "delegation-check",
        "submit_job",
        _short_delegation,
        with_operations=("set_delegation_credential",),
        only="delegation-round-trip",
    ),
    _submit(
        "submit-no-delegation-as-403",
        "POST /jobs answers 403 in place of 419: clients do not delegate again",
        "wrong-status",
        "submit_job",
        status(403, instead_of=419),
        with_operations=("delete_delegation",),
    ),
    _submit(
        "submit-empty-job-accepted",
        "POST /jobs accepts a job without files",
        "accepts-invalid",
        "submit_job",
        _accept(lambda body: body.get("files") == []),
    ),
    _submit(
        "submit-local-file-accepted",
        "POST /jobs accepts file: URLs, and so reads files of the server",
        "accepts-invalid",
        "submit_job",
        _accept(_has_local_url),
    ),
    _submit(
        "submit-deletion-accepted",
        "POST /jobs accepts deletion jobs, which nothing carries out any more",
        "accepts-invalid",
        "submit_job",
        _accept(lambda body: body.get("delete") is not None),
    ),
    _submit(
        "submit-two-overwrite-flags-accepted",
        "POST /jobs accepts overwrite and overwrite_on_retry together",
        "accepts-invalid",
        "submit_job",
        _accept(
            lambda body: (
                isinstance(body.get("params"), dict)
                and bool(
                    body["params"].get("overwrite") and body["params"].get("overwrite_on_retry")
                )
            )
        ),
    ),
    _submit(
        "submit-scitag-64-accepted",
        "POST /jobs accepts scitag 64, one below the range",
        "off-by-one",
        "submit_job",
        _accept(lambda body: _BELOW_RANGE in _tags(body)),
    ),
    _submit(
        "submit-scitag-65535-refused",
        "POST /jobs refuses the last scitag of the range",
        "off-by-one",
        "submit_job",
        _refuse_last_tag,
    ),
    _submit(
        "submit-any-content-type",
        "POST /jobs reads JSON whatever the content type says, so that any web page can submit",
        "accepts-invalid",
        "submit_job",
        on_call(_any_type),
    ),
    _submit(
        "submit-fails-on-number-as-url",
        "POST /jobs fails when a URL is a number",
        "server-error",
        "submit_job",
        failing(_number_as_url),
    ),
    _submit(
        "submit-fails-on-large-files",
        "POST /jobs fails on files of 2 GiB and more",
        "server-error",
        "submit_job",
        failing(_huge_size),
    ),
    _submit(
        "submit-for-anonymous",
        "POST /jobs accepts jobs without a certificate",
        "authorization-hole",
        "submit_job",
        as_somebody(lambda call: _delegated(everybody_may("transfer")(call))),
    ),
    _submit(
        "submit-answers-with-credential",
        "POST /jobs repeats the private key of the delegated credential",
        "leaked-secret",
        "submit_job",
        on_json(_with_proxy),
    ),
    _submit(
        "submit-metadata-limit-off",
        "POST /jobs cuts metadata off that are longer than 64 characters",
        "lost-change",
        "submit_job",
        sent_json(
            lambda body: (
                {
                    **body,
                    "files": [
                        {**f, "metadata": json.dumps(f["metadata"])[:64]}
                        if isinstance(f, dict) and len(json.dumps(f.get("metadata"))) > 64  # noqa: PLR2004
                        else f
                        for f in body["files"]
                    ],
                }
                if isinstance(body.get("files"), list)
                else body
            )
        ),
        with_operations=_READ,
    ),
    Defect(
        name="put-submission-refused",
        description="PUT /jobs, which old clients use, is 405",
        kind="refuses-valid",
        resource="jobs",
        seams={
            "submit_job_put": lambda _call, _carry_on: error_reply(
                APIError(405, METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD, OPTIONS, POST"})
            )
        },
    ),
    Defect(
        name="put-submission-not-stored",
        description="PUT /jobs answers with an id and stores nothing",
        kind="lost-job",
        resource="jobs",
        seams={"submit_job_put": _stored(_lose)},
        with_operations=("get_jobs",),
    ),
)
