"""Submit one job exactly once.

The procedures of this folder are flows: generators that yield `Call` or `Sleep` and receive the answer, or have the error thrown
into them. They do no I/O, so one text serves both clients and can be tested by feeding it answers.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_client.delegation.procedure import identity, prepare, with_delegation
from fts_client.errors import (
    ConflictError,
    FTSAPIError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSUsageError,
)
from fts_client.errors.logs import safe_logger
from fts_client.errors.redaction import redact
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Body, Call, Flow, Recall
from fts_client.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_api.models import JobStatus, Whoami
    from fts_client.delegation.memory import ServerMemory
    from fts_client.errors import NeedDelegationError
    from fts_client.jobs import Job

_log = safe_logger(__name__)

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Numbers that HTTP does not know say as little.
_FIRST_SERVER_ERROR: Final = 500
# How far the hosts of one service may differ.
_CLOCKS_DIFFER: Final = timedelta(minutes=1)
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
    job_id = job_id_of(params, (yield from prepare(server)))
    attempt = partial(_submit_once, body, job_id, own_sid, time.monotonic())
    return (yield from with_delegation(server, attempt))


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
    return body


def job_id_of(params: Mapping[str, Any], me: Whoami) -> str | None:
    """Compute the id that a job will have; None when the server chooses it.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
    """
    if params.get("id_generator") != "deterministic" or not me.vos_id:
        return None
    try:
        return str(uuid.uuid5(uuid.UUID(me.vos_id[0]), params.get("sid")))  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError):
        # The VO has another id, or the sid holds half a character, which no request can hold either.
        return None


def sid_of(campaign: str, job: Job, *, copy: int = 1) -> str:
    """Compute the `sid` of a job of a campaign from the key and from what it transfers.

    Args:
        campaign: The key.
        job: The job. Only its sources and destinations count; parameters, metadata and tokens may differ in the next run.
        copy: Which one it is of several jobs with the same pairs, from 1.
    """
    pairs = [[transfer.sources, transfer.destinations] for transfer in job.transfers]
    named = [campaign, pairs] if copy == 1 else [campaign, pairs, copy]
    content = json.dumps(named, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


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
    body: Mapping[str, Any],
    job_id: str | None,
    own_sid: bool,  # noqa: FBT001 - of a partial
    began_s: float,
    refused: NeedDelegationError | None,
) -> Flow[str]:
    advice = _advice(job_id, body["params"])
    try:
        answer = yield Call("jobs.submit_job", {"body": Body(body)})
        return accepted(answer.parsed.job_id, job_id)
    except GeneratorExit as stop:
        # Cancelled, or interrupted by Ctrl-C: the answer will not be read.
        if stop.__context__ is not None:
            stop.__context__.add_note(advice)
        _log.warning("A submission was broken off. %s", advice)
        raise
    except (FTSConnectionError, FTSResponseError, FTSAPIError) as error:
        error.after_doubt = error.after_doubt or (refused is not None and refused.after_doubt)
        return (yield from _judged(error, job_id, body, began_s, own_sid=own_sid))


def settle(body: Mapping[str, Any], outcome: object, *, began_s: float) -> Flow[str]:
    """Find out what became of a submission that was not made by `submit`.

    Args:
        body: What was sent.
        outcome: The job id that the server answered, or the `FTSError` in its place.
        began_s: `time.monotonic()` before it was sent.

    Returns:
        The id of the job, which an earlier attempt may have made.

    Raises:
        FTSError: No job was made, or that is not known; then `job_id` names the one that may exist.
    """
    params = body["params"]
    server: ServerMemory = yield Recall()
    if not isinstance(outcome, FTSError):
        try:
            return accepted(outcome, job_id_of(params, server.me) if server.me else None)
        except FTSResponseError as error:
            outcome = error
    in_doubt = (
        sid_was_used(outcome)
        or outcome.after_doubt
        or (server.me is not None and _says_nothing(outcome))
    )
    fixed = params.get("id_generator") == "deterministic" and isinstance(params.get("sid"), str)
    if not (fixed and in_doubt):
        raise outcome
    job_id = job_id_of(params, (yield from identity(server)))
    return (yield from _judged(outcome, job_id, body, began_s))


def _judged(
    error: FTSError,
    job_id: str | None,
    body: Mapping[str, Any],
    began_s: float,
    *,
    own_sid: bool = False,
) -> Flow[str]:
    """Return the id of the job if an earlier attempt made it; else raise the error, which then names the job that may exist."""
    used = sid_was_used(error)
    # The first attempt reached the server and only its answer was lost, unless the caller's sid belongs to an older job.
    made = job_id if used and error.after_doubt else None
    if made and (own_sid or (yield from _is_there(made, body, began_s))):
        return made
    unknown = error.after_doubt or _says_nothing(error)
    if used or unknown:
        # Say the id, so that the caller can look the job up.
        error.job_id = error.job_id or job_id
    if unknown:
        error.remedy = redact(_advice(job_id, body["params"]))
    elif used and job_id:
        error.remedy = (
            f"Job {job_id} has this sid: look it up, or use another sid for another job."
        )
    raise error


def _says_nothing(error: FTSError) -> bool:
    """Say whether an error leaves open if a job was made."""
    if isinstance(error, FTSAPIError):
        return error.status_code >= _FIRST_SERVER_ERROR
    if isinstance(error, FTSConnectionError):
        return error.request_sent
    return isinstance(error, FTSResponseError)


def _advice(job_id: str | None, params: Mapping[str, Any]) -> str:
    """Say what to do when it is not known whether a job was made."""
    if params["id_generator"] != "deterministic":
        return "A job may have been made: look for it with list_jobs() before you submit again."
    name = f"Job {job_id}" if job_id else "The job"
    return f"{name} may exist: look it up, or submit the same with sid={params['sid']!r}, which makes no second job."


def accepted(answered: object, job_id: str | None = None) -> str:
    """Return the job id of an answer; with a deterministic id it can only be that one."""
    if not isinstance(answered, str) or not _UUID.fullmatch(answered):
        raise FTSResponseError(f"The server answered a submission with {answered!r} as job id")
    if job_id is not None and answered.lower() != job_id:
        raise FTSResponseError(
            f"The server answered the submission of job {job_id} with the id {answered}"
        )
    return job_id or answered


def _is_there(job_id: str, body: Mapping[str, Any], began_s: float) -> Flow[bool]:
    """Say whether a job is the one that was sent; False if the server does not show it."""
    from fts_api.models import JobStatus  # noqa: PLC0415 - see Call.operation

    try:
        answer = yield Call("jobs.get_jobs", {"job_ids": job_id, "files": "source_surl,dest_surl"})
    except FTSError:
        return False
    job = answer.parsed
    elapsed_s = time.monotonic() - began_s
    return (
        isinstance(job, JobStatus)
        and not _is_older(job.submit_time, answer.headers.get("Date"), elapsed_s)
        and _is_what_was_sent(body, job)
    )


def _is_older(submitted: str, server_time: str | None, elapsed_s: float) -> bool:
    """Say whether a job was submitted before we began, by the clock of the server; False if it does not tell the time."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - few programs need it

    try:
        then = parse_timestamp(submitted)
        began = parsedate_to_datetime(server_time or "") - timedelta(seconds=elapsed_s)
    except (TypeError, ValueError):
        return False
    return then is not None and then < began - _CLOCKS_DIFFER


def _is_what_was_sent(body: Mapping[str, Any], job: JobStatus) -> bool:
    """Say whether a job has the transfers and the job metadata of a submission.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs): the server strips white space, writes the scheme in lower case, stores
        several sources and destinations as every pair of them, wraps a text as metadata into an object with a label, and adds
        `auth_method`.
    """
    stored = job.to_dict()
    found = [
        (as_stored(file.get("source_surl")), as_stored(file.get("dest_surl")))
        for file in stored.get("files") or ()
    ]
    sent = [
        (as_stored(source), as_stored(destination))
        for file in body["files"]
        for source in file["sources"]
        for destination in file["destinations"]
    ]
    # Compared as JSON: the metadata that were given may hold tuples, and keys that are not text.
    metadata = json.loads(json.dumps(body["params"].get("job_metadata")))
    return sorted(found) == sorted(sent) and _metadata(stored["job_metadata"]) == _metadata(
        metadata
    )


def as_stored(text: object) -> str:
    """Write a SURL as the server stores it, and without the activity that it adds to the sources of staging jobs."""
    scheme, colon, rest = "".join(str(text).split()).partition(":")
    return scheme.lower() + colon + _ADDED_ACTIVITY.sub("", rest)


def _metadata(value: Any) -> Any:
    if isinstance(value, str):
        return {"label": value}
    return {key: item for key, item in (value or {}).items() if key != "auth_method"}
