"""Defects of the job that a submission makes: its replicas, states, ends and limits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import on_json
from unseen.seams import OK, SUBMIT, in_operations, jobs_named, on_submitted, params_of

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call
    from fts_contract.mock.records import Job


def _diagonal(_call: Call, job: Job) -> bool:
    sources = dict.fromkeys(file.source_surl for file in job.files)
    dests = dict.fromkeys(file.dest_surl for file in job.files)
    if job.job_type != "R" or min(len(sources), len(dests)) < 2:  # noqa: PLR2004
        return False
    pairs = list(zip(sources, dests, strict=False))
    job.files = [file for file in job.files if (file.source_surl, file.dest_surl) in pairs]
    return True


def _numbered_by_pair(_call: Call, job: Job) -> bool:
    if job.job_type != "R":
        return False
    for position, file in enumerate(job.files):
        file.file_index = position
    return True


def _spread_reuse(_call: Call, job: Job) -> bool:
    if job.job_type not in ("Y", "H"):
        return False
    for position, file in enumerate(job.files):
        file.hashed_id = ((file.hashed_id or 0) + 977 * position) % 65536
    return len(job.files) > 1


def _pin_alone(call: Call, job: Job) -> bool:
    if job.job_state != "STAGING" or (job.bring_online or 0) > 0:
        return False
    job.job_state = "SUBMITTED"
    for file in job.files:
        if file.file_state == "STAGING":
            call.state.set_file_state(file, "SUBMITTED")
            call.state.engine.resume(file, call.now)
    return True


def _first_checksum(call: Call, job: Job) -> bool:
    body = given(call)
    files: list[dict[str, Any]] = body["files"]
    if params_of(body).get("verify_checksum"):
        return False
    mode = "t" if files[0].get("checksum") else "n"
    changed, job.verify_checksum = mode != job.verify_checksum, mode
    return changed


def _ends_of_first_hop(_call: Call, job: Job) -> bool:
    if job.job_type != "H" or job.dest_se == job.files[0].dest_se:
        return False
    job.dest_se = job.files[0].dest_se
    return True


def _left_in_queue(call: Call, body: Any) -> Any:
    """Show seconds left in place of the time at which they are over."""
    limits = {job.job_id: job.max_time_in_queue for job in jobs_named(call)}
    if call.params.get("field") == "max_time_in_queue":
        return body - int(call.now) if body is not None else None
    for job in body if isinstance(body, list) else [body]:
        if isinstance(job, dict) and limits.get(job.get("job_id", "")) is not None:
            job["max_time_in_queue"] -= int(call.now)
    return body


_submitting = partial(
    in_operations,
    operations=SUBMIT,
    resource="jobs",
    with_operations=("get_jobs", "list_job_files"),
)

DEFECTS: Final = (
    _submitting(
        "replicas-joined-pairwise",
        "POST /jobs joins the first source with the first destination and so on, not each with each",
        "missing-field",
        on_submitted(_diagonal),
    ),
    _submitting(
        "replicas-numbered-as-files",
        "file_index counts the replicas of a file, so that they no longer share one",
        "wrong-id",
        on_submitted(_numbered_by_pair),
    ),
    _submitting(
        "files-of-one-session-spread",
        "The files of a reuse or multihop job have different hashed_id and go to different hosts",
        "wrong-value",
        on_submitted(_spread_reuse),
    ),
    _submitting(
        "pin-lifetime-alone-stages-nothing",
        "A job with copy_pin_lifetime and without bring_online starts SUBMITTED in place of STAGING",
        "state-machine",
        on_submitted(_pin_alone),
    ),
    _submitting(
        "checksum-of-first-file-decides",
        "verify_checksum follows the checksum of the first file in place of the last one that has one",
        "wrong-value",
        on_submitted(_first_checksum),
    ),
    _submitting(
        "multihop-ends-at-first-hop",
        "dest_se of a multihop job is the destination of its first hop",
        "wrong-value",
        on_submitted(_ends_of_first_hop),
    ),
    in_operations(
        "queue-limit-shown-as-duration",
        "GET /jobs/{id} shows the seconds that are left in place of the time in max_time_in_queue",
        "wrong-unit",
        on_json(_left_in_queue, statuses={OK, 207}),
        operations=("get_jobs", "get_job_field"),
        resource="jobs",
        with_operations=("submit_job",),
    ),
)
