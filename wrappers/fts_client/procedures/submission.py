"""The procedures around one job that take several requests: submit it, wait for it.

Each is written once for the synchronous and the asynchronous client. A flow is a generator: it yields `Call` or `Sleep` and
receives the answer, or has the error thrown into it. It does no I/O itself, so it can be tested by feeding it answers.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from fts_client.delegation.procedure import delegate_after_refusal, delegations_made, prepare
from fts_client.errors import (
    ConflictError,
    FTSAPIError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    NeedDelegationError,
    ServerError,
)
from fts_client.procedures.arguments import expect_waits
from fts_client.procedures.driver import Body, Call, Flow, Recall, Sleep
from fts_client.procedures.jobs import get_job
from fts_client.procedures.proof import PROOF_FIELDS, is_what_was_sent
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_client.answers import JobStatus, Whoami
    from fts_client.clock import Clock
    from fts_client.delegation.memory import ServerMemory
    from fts_client.jobs import Job

__all__ = ["submit", "wait"]

_GENERATORS = frozenset({"deterministic", "standard"})


def submit(job: Job) -> Flow[str]:
    """Submit exactly once; see `FTSClient.submit`."""
    body = _body(job)
    params = body["params"]
    own_sid = params.get("sid") is None
    if own_sid and params["id_generator"] == "deterministic":
        params["sid"] = str(uuid.uuid4())
    server: ServerMemory = yield Recall()
    me = yield from prepare(server)
    job_id = _job_id(params, me)
    seen = delegations_made(server)
    try:
        return (yield from _submit_once(body, job_id, own_sid=own_sid))
    except NeedDelegationError as error:
        if server.sign is None:
            raise
        refused = error
    try:
        yield from delegate_after_refusal(server, seen=seen)
    except FTSError as error:
        if refused.after_doubt:
            raise refused from error
        raise
    return (
        yield from _submit_once(body, job_id, own_sid=own_sid, after_doubt=refused.after_doubt)
    )


def _body(job: Job) -> dict[str, Any]:
    """Build the body of a submission, with what decides whether it can be repeated checked and filled in."""
    from fts_client.jobs import Job  # noqa: PLC0415 - whoever made the job has loaded it

    if not isinstance(job, Job):
        raise FTSUsageError(f"A Job is needed here, got {type(job).__name__}")
    body = job.to_dict()
    params = body["params"]
    # To the server every other word means "standard", null too: such a job could be doubled unnoticed.
    generator = params["id_generator"] = params.get("id_generator") or "deterministic"
    if generator not in _GENERATORS:
        raise FTSUsageError(
            f'The id_generator is "deterministic" or "standard", got {generator!r}'
        )
    if not isinstance(params.get("sid"), str | None):
        raise FTSUsageError(f"The sid is a text, got {params['sid']!r}")
    return body


def _job_id(params: Mapping[str, Any], me: Whoami) -> str | None:
    """Compute the id that the job will have; None when the server chooses it.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
    """
    if params["id_generator"] != "deterministic" or not me.vos_id:
        return None
    try:
        base = uuid.UUID(me.vos_id[0])
    except ValueError:
        return None
    return str(uuid.uuid5(base, params["sid"]))


def sid_was_used(error: ConflictError) -> bool:
    """Say whether a 409 means that a job with this `sid` exists.

    The other 409 means that no job was made. It quotes SURLs, which may hold any word, so only the whole sentence counts.

    Source: recordings submit-deterministic-again, submit-tokens-with-certificate (FTS 3.13.4).
    """
    return error.message.startswith("The sid provided by the user is duplicated")


def _submit_once(
    body: Mapping[str, Any], job_id: str | None, *, own_sid: bool, after_doubt: bool = False
) -> Flow[str]:
    try:
        answer = yield Call("jobs.submit_job", {"body": Body(body)})
    except (FTSConnectionError, FTSResponseError, FTSAPIError) as error:
        error.after_doubt = error.after_doubt or after_doubt
        used = isinstance(error, ConflictError) and sid_was_used(error)
        # The first attempt arrived, only its answer was lost; unless the caller's sid had named another job before.
        in_question = job_id if used and error.after_doubt else None
        if in_question and (own_sid or (yield from _is_there(in_question, body))):
            return in_question
        unknown = isinstance(error, (FTSConnectionError, FTSResponseError, ServerError))
        if used or unknown or error.after_doubt:
            # A job that nobody knows of must not exist: tell which one to look for.
            error.job_id = error.job_id or job_id
        raise
    return cast("str", answer.parsed.job_id)


def _is_there(job_id: str, body: Mapping[str, Any]) -> Flow[bool]:
    """Say whether a job is the one that was sent. What cannot be looked at is not: the conflict says what is known."""
    from fts_client.answers import JobStatus  # noqa: PLC0415 - see Call.operation

    try:
        answer = yield Call("jobs.get_jobs", {"job_ids": job_id, "files": PROOF_FIELDS})
    except FTSError:
        return False
    return isinstance(answer.parsed, JobStatus) and is_what_was_sent(body, answer.parsed)


def wait(clock: Clock, job_id: str, *, timeout_s: float, poll_s: float) -> Flow[JobStatus]:
    """Wait for the end of a job; see `FTSClient.wait_for_job`."""
    expect_waits(timeout_s=timeout_s, poll_s=poll_s, max_poll_s=poll_s)
    deadline = clock.monotonic() + timeout_s
    while True:
        trouble: Exception | None = None
        try:
            job = yield from get_job(job_id)
        except (FTSConnectionError, FTSResponseError, ServerError) as error:
            # A server that restarts must not end a wait of hours.
            trouble, seen = error, f"cannot be asked for: {error}"
        else:
            if is_terminal(job.job_state):
                return job
            seen = f"is {job.job_state}"
        left_s = deadline - clock.monotonic()
        if left_s <= 0:
            raise FTSTimeoutError(
                f"After {timeout_s:g} s job {job_id} still {seen}",
                phase="wait",
                job_id=job_id,
                remedy="Wait longer, or cancel it.",
            ) from trouble
        yield Sleep(min(poll_s, left_s))
