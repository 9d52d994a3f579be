"""Submit one job exactly once.

The procedures of this folder are flows: generators that yield `Call` or `Sleep` and receive the answer, or have the error thrown
into them. They do no I/O, so one text serves both clients and can be tested by feeding it answers.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from fts_client.delegation.procedure import (
    delegate_after_refusal,
    delegations_made,
    identity,
    prepare,
)
from fts_client.errors import (
    ConflictError,
    FTSAPIError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSUsageError,
    NeedDelegationError,
    ServerError,
)
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Body, Call, Flow, Recall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_client.delegation.memory import ServerMemory
    from fts_client.jobs import Job
    from fts_client.models import JobStatus, Whoami

__all__ = ["settle", "sid_was_used", "submit"]

# The server appends it to the sources of staging jobs.
_ADDED_ACTIVITY: Final = re.compile(r"[?&]activity=[^&]*$")


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
    """Build the body of a submission; check and fill in what decides whether it can be repeated."""
    from fts_client.jobs import Job  # noqa: PLC0415 - already loaded if this is a job

    if not isinstance(job, Job):
        expect(job, Job, "A Job")
    body = job.to_dict()
    params = body["params"]
    # The server takes any other word, and null, for "standard": such a job could be doubled unnoticed.
    generator = params["id_generator"] = params.get("id_generator") or "deterministic"
    if generator not in {"deterministic", "standard"}:
        raise FTSUsageError(
            f'id_generator must be "deterministic" or "standard", got {generator!r}'
        )
    if not isinstance(params.get("sid"), str | None):
        raise FTSUsageError(f"sid must be a text, got {type(params['sid']).__name__}")
    return body


def _job_id(params: Mapping[str, Any], me: Whoami) -> str | None:
    """Compute the id that the job will have; None when the server chooses it.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
    """
    if params["id_generator"] != "deterministic" or not me.vos_id:
        return None
    try:
        return str(uuid.uuid5(uuid.UUID(me.vos_id[0]), params["sid"]))
    except ValueError:
        # The VO has another id, or the sid holds half a character, which no request can hold either.
        return None


def sid_was_used(error: FTSError) -> bool:
    """Say whether an error is the 409 that means that a job with this `sid` exists.

    The other 409 means that no job was made. It quotes SURLs, which may hold any word, so only the beginning of the sentence
    tells them apart.

    Source: recordings submit-deterministic-again, submit-tokens-with-certificate (FTS 3.13.4).
    """
    return isinstance(error, ConflictError) and error.message.startswith(
        "The sid provided by the user is duplicated"
    )


def _submit_once(
    body: Mapping[str, Any], job_id: str | None, *, own_sid: bool, after_doubt: bool = False
) -> Flow[str]:
    try:
        answer = yield Call("jobs.submit_job", {"body": Body(body)})
    except (FTSConnectionError, FTSResponseError, FTSAPIError) as error:
        error.after_doubt = error.after_doubt or after_doubt
        used = sid_was_used(error)
        # The first attempt reached the server and only its answer was lost, unless the caller's sid belongs to an older job.
        in_question = job_id if used and error.after_doubt else None
        if in_question and (own_sid or (yield from _is_there(in_question, body))):
            return in_question
        unknown = isinstance(error, (FTSConnectionError, FTSResponseError, ServerError))
        if used or unknown or error.after_doubt:
            # Attach the id so that the caller can look the job up.
            error.job_id = error.job_id or job_id
        raise
    return cast("str", answer.parsed.job_id)


def settle(body: Mapping[str, Any], error: FTSError) -> Flow[str | None]:
    """Find out what became of a submission that failed and was not made by `submit`.

    Returns:
        The id of the job, if an earlier attempt made it. None if not; then the error names the job that may exist.
    """
    params = body["params"]
    if params.get("id_generator") != "deterministic" or not isinstance(params.get("sid"), str):
        return None
    used = sid_was_used(error)
    unknown = isinstance(error, (FTSConnectionError, FTSResponseError, ServerError))
    server: ServerMemory = yield Recall()
    if not used and (not unknown or server.me is None):
        return None
    job_id = _job_id(params, (yield from identity(server)))
    if used and error.after_doubt and job_id and (yield from _is_there(job_id, body)):
        return job_id
    if isinstance(error, (FTSConnectionError, FTSResponseError, FTSAPIError)):
        error.job_id = error.job_id or job_id
    return None


def _is_there(job_id: str, body: Mapping[str, Any]) -> Flow[bool]:
    """Say whether a job is the one that was sent; False if the server does not show it."""
    from fts_client.models import JobStatus  # noqa: PLC0415 - see Call.operation

    try:
        answer = yield Call("jobs.get_jobs", {"job_ids": job_id, "files": "source_surl,dest_surl"})
    except FTSError:
        return False
    return isinstance(answer.parsed, JobStatus) and _is_what_was_sent(body, answer.parsed)


def _is_what_was_sent(body: Mapping[str, Any], job: JobStatus) -> bool:
    """Say whether a job has the transfers and the job metadata of a submission.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs): the server strips white space, writes the scheme in lower case, stores
        several sources and destinations as every pair of them, wraps a text as metadata into an object with a label, and adds
        `auth_method`.
    """
    stored = job.to_dict()
    found = [
        (_surl(file.get("source_surl")), _surl(file.get("dest_surl")))
        for file in stored.get("files") or ()
    ]
    sent = [
        (_surl(source), _surl(destination))
        for file in body["files"]
        for source in file["sources"]
        for destination in file["destinations"]
    ]
    metadata = body["params"].get("job_metadata")
    return sorted(found) == sorted(sent) and _metadata(stored["job_metadata"]) == _metadata(
        metadata
    )


def _surl(text: object) -> str:
    scheme, colon, rest = "".join(str(text).split()).partition(":")
    return scheme.lower() + colon + _ADDED_ACTIVITY.sub("", rest)


def _metadata(value: Any) -> Any:
    if isinstance(value, str):
        return {"label": value}
    return {key: item for key, item in (value or {}).items() if key != "auth_method"}
