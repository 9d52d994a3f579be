"""Defects of submitting jobs: what is answered, and what is stored."""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given, ignored_members, sent_json
from fts_contract.defects.seams import PRIVATE_KEY, after, cut, dropped, member, on_json, status
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.identity import BASE_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.records import Job

_HOUR: Final = 3600


def _job(call: Call, reply: Reply) -> Job:
    job = call.state.find(json.loads(reply.body)["job_id"])
    if job is None:
        raise LookupError("a job that was just submitted")
    return job


def _stored(change: Callable[[Call, Job], object]) -> Seam:
    """Store something else than was submitted; `change` returns None when it changed nothing."""

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
    params = given(call).get("params")
    if not isinstance(params, dict) or params.get("id_generator") != "deterministic":
        return None
    sid = params.get("sid")
    return sid if isinstance(sid, str) else None


def _with_proxy(_call: Call, body: Any) -> Any:
    return {**body, "credential": PRIVATE_KEY}


def _first_id() -> Seam:
    """Answer every submission with the id of the first."""
    first: list[str] = []

    def change(call: Call, body: Any) -> Any:
        del call
        first.append(body["job_id"])
        return {"job_id": first[0]}

    return on_json(change)


_submit_job = partial(defect_of, operation="submit_job", resource="jobs")
_submit_job_put = partial(defect_of, operation="submit_job_put", resource="jobs")
_submit_then_read = partial(_submit_job, with_operations=("get_jobs", "list_job_files"))
DEFECTS: Final = (
    _submit_job(
        "submit-answers-201",
        "POST /jobs answers 201 where clients expect 200",
        "wrong-status",
        status(201, instead_of=200),
        only="status-undocumented",
    ),
    _submit_job(
        "submit-without-id",
        "POST /jobs accepts a job and does not say its id",
        "missing-field",
        dropped("job_id"),
    ),
    _submit_job(
        "submit-answer-cut-off",
        "POST /jobs cuts its answer off: the id is lost, but the job exists",
        "broken-body",
        cut(to=20),
    ),
    _submit_then_read(
        "submit-id-without-hyphens",
        "POST /jobs gives the id as 32 digits, which no other operation understands",
        "wrong-id",
        member("job_id", lambda text: text.replace("-", "")),
    ),
    _submit_then_read(
        "submit-loses-the-job",
        "POST /jobs answers with an id, but no operation on jobs knows it",
        "lost-job",
        _stored(_lose),
    ),
    _submit_job(
        "submit-stores-twice",
        "POST /jobs stores each job twice and copies everything twice",
        "doubled-job",
        _stored(_double),
        with_operations=("list_jobs", "get_jobs"),
        only="submission-once",
    ),
    _submit_then_read(
        "submit-repeats-an-id",
        "POST /jobs gives the same id to every job",
        "wrong-id",
        _first_id(),
    ),
    _submit_then_read(
        "submit-ignores-id-generator",
        "POST /jobs gives a random id although a deterministic one was asked for",
        "ignored-parameter",
        ignored_members("params.id_generator"),
    ),
    _submit_then_read(
        "submit-deterministic-without-vo",
        "POST /jobs derives deterministic ids from the sid alone, without the VO",
        "wrong-id",
        _other_namespace,
    ),
    _submit_then_read(
        "submit-takes-a-sid-twice",
        "POST /jobs answers 200 to a sid that was used before, in place of 409",
        "doubled-job",
        _same_sid_again,
    ),
    _submit_job(
        "submit-fails-on-used-sid",
        "POST /jobs answers 500 to a sid that was used before: clients repeat it forever",
        "server-error",
        status(500, instead_of=409),
    ),
    _submit_then_read(
        "submit-ignores-priority",
        "POST /jobs stores every job with priority 3",
        "ignored-parameter",
        ignored_members("params.priority"),
    ),
    _submit_then_read(
        "submit-loses-job-metadata",
        "POST /jobs does not store job_metadata, by which campaigns find their jobs",
        "lost-change",
        ignored_members("params.job_metadata"),
    ),
    _submit_then_read(
        "submit-file-metadata-as-text",
        "POST /jobs stores the metadata of a file as JSON inside a string",
        "retyped-field",
        _stored(_file_field("file_metadata", lambda m: json.dumps(m) if m is not None else m)),
        only="submission-kept",
    ),
    _submit_then_read(
        "submit-ignores-overwrite",
        "POST /jobs drops overwrite: transfers onto existing files fail",
        "ignored-parameter",
        ignored_members("params.overwrite"),
    ),
    _submit_then_read(
        "submit-retry-delay-in-minutes",
        "POST /jobs reads retry_delay as minutes",
        "wrong-unit",
        _stored(_minutes),
    ),
    _submit_then_read(
        "submit-queue-time-in-seconds",
        "POST /jobs reads the hours of max_time_in_queue as seconds: jobs are canceled in the queue",
        "wrong-unit",
        _stored(_seconds_in_queue),
    ),
    _submit_then_read(
        "submit-size-in-kib",
        "POST /jobs stores the size that the user gives in KiB",
        "wrong-unit",
        _stored(_file_field("user_filesize", lambda size: size // 1024 if size else size)),
    ),
    _submit_then_read(
        "submit-loses-checksum",
        "POST /jobs keeps the algorithm of a checksum and drops the value: nothing is verified",
        "lost-change",
        _stored(_file_field("checksum", lambda text: text and text.partition(":")[0])),
    ),
    _submit_then_read(
        "submit-loses-second-file",
        "POST /jobs drops the second file of a job",
        "lost-job",
        _stored(_lose_second_file),
    ),
    _submit_then_read(
        "submit-file-index-from-one",
        "POST /jobs counts files from 1",
        "off-by-one",
        _stored(_file_field("file_index", lambda index: index + 1)),
    ),
    _submit_then_read(
        "submit-swaps-ends",
        "POST /jobs swaps sources and destinations",
        "wrong-value",
        _stored(_swap_ends),
    ),
    _submit_then_read(
        "submit-under-personal-vo",
        "POST /jobs files the job under the virtual VO of the user, not under that of the proxy",
        "wrong-value",
        _stored(_own_vo),
    ),
    _submit_then_read(
        "submit-owner-is-the-proxy",
        "POST /jobs records the subject of the proxy as owner, which differs every day",
        "wrong-value",
        _stored(_proxy_dn),
    ),
    _submit_then_read(
        "submit-finished-at-once",
        "POST /jobs makes jobs that are FINISHED while their files wait",
        "state-machine",
        _stored(_finish_at_once),
    ),
    _submit_then_read(
        "submit-multihop-as-plain",
        "POST /jobs ignores multihop: all hops start at once",
        "ignored-parameter",
        ignored_members("params.multihop"),
        only="submission-kinds",
    ),
    _submit_then_read(
        "submit-bring-online-lost",
        "POST /jobs ignores bring_online: files on tape are read without staging",
        "ignored-parameter",
        ignored_members("params.bring_online"),
    ),
    _submit_job(
        "submit-answers-with-credential",
        "POST /jobs repeats the private key of the delegated credential",
        "leaked-secret",
        on_json(_with_proxy),
    ),
    _submit_then_read(
        "submit-metadata-limit-off",
        "POST /jobs cuts off metadata longer than 64 characters",
        "lost-change",
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
    ),
    _submit_job_put(
        "put-submission-not-stored",
        "PUT /jobs answers with an id and stores nothing",
        "lost-job",
        _stored(_lose),
        with_operations=("get_jobs",),
    ),
)
