"""Defects of submission: what is lost, mixed up or tidied between the request and the stored job."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.mock.identity import BASE_ID
from unseen.seams import OK, SUBMIT, in_operations, memory, on_submitted, params_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_CONFLICT: Final = 409
_SLASHES: Final = re.compile("(?<!:)/{2,}")


def _merged(surl: str | None) -> str | None:
    if surl is None:
        return None
    path, question_mark, query = surl.partition("?")
    return _SLASHES.sub("/", path) + question_mark + query


def _slashes_merged(_call: Call, job: Job) -> bool:
    before = [(file.source_surl, file.dest_surl) for file in job.files]
    for file in job.files:
        file.source_surl, file.dest_surl = _merged(file.source_surl), _merged(file.dest_surl)
    return before != [(file.source_surl, file.dest_surl) for file in job.files]


def _tidied(metadata: Any) -> Any:
    if not isinstance(metadata, dict):
        return metadata
    return {name: value for name, value in metadata.items() if value}


def _composed(metadata: Any) -> Any:
    text = json.dumps(metadata, ensure_ascii=False)
    return json.loads(unicodedata.normalize("NFC", text))


def _metadata_changed(change: Callable[[Any], Any]) -> Callable[[Call, Job], bool]:
    def act(_call: Call, job: Job) -> bool:
        before = [job.job_metadata, *(file.file_metadata for file in job.files)]
        job.job_metadata = change(job.job_metadata)
        for file in job.files:
            file.file_metadata = change(file.file_metadata)
        return before != [job.job_metadata, *(file.file_metadata for file in job.files)]

    return act


def _columns_swapped(_call: Call, job: Job) -> bool:
    changed = any(file.staging_metadata != file.archive_metadata for file in job.files)
    for file in job.files:
        both = file.archive_metadata, file.staging_metadata
        file.staging_metadata, file.archive_metadata = both
    return changed


def _pin_counts_for_nothing(call: Call, job: Job) -> bool:
    if job.job_state != "STAGING" or (job.bring_online or 0) > 0:
        return False
    job.job_state = "SUBMITTED"
    for file in job.files:
        if file.file_state == "STAGING":
            call.state.resume_file(file, "SUBMITTED")
    return True


def _same_job_again(call: Call, carry_on: Handler) -> Reply:
    earlier: dict[tuple[str, bytes], Reply] = memory(call).setdefault("put jobs", {})
    key = (call.caller.user_dn, call.body)
    if key in earlier:
        return attrs.evolve(earlier[key])
    reply = carry_on(call)
    if reply.status == OK:
        earlier[key] = reply
    return reply


def _ended_job_makes_room(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _CONFLICT:
        return reply
    params = params_of(json.loads(call.body))
    namespace = uuid.uuid5(BASE_ID, call.identity.vo)
    known = call.state.find(str(uuid.uuid5(namespace, str(params.get("sid")))))
    if known is None or not known.is_terminal:
        return reply
    call.state.archive(known.job_id)
    return carry_on(call)


def _stored(
    name: str, description: str, kind: Any, change: Callable[[Call, Job], bool], *reading: str
) -> Defect:
    return in_operations(
        name,
        description,
        kind,
        on_submitted(change),
        operations=SUBMIT,
        resource="jobs",
        with_operations=reading or ("list_job_files", "get_jobs"),
    )


DEFECTS: Final = (
    _stored(
        "double-slashes-of-urls-merged",
        "root://host//eos/f is stored as root://host/eos/f, which is another path",
        "wrong-value",
        _slashes_merged,
    ),
    _stored(
        "metadata-lose-what-is-false",
        "Members of metadata that are false, 0, null or empty are dropped",
        "lost-change",
        _metadata_changed(_tidied),
    ),
    _stored(
        "accents-of-metadata-composed",
        "A letter and its accent (U+0065 U+0301) in metadata are stored as one character (U+00E9)",
        "wrong-value",
        _metadata_changed(_composed),
    ),
    _stored(
        "staging-and-archive-metadata-swapped",
        "staging_metadata is stored as archive_metadata, and the other way round",
        "wrong-value",
        _columns_swapped,
    ),
    _stored(
        "pin-alone-does-not-stage",
        "A job with copy_pin_lifetime but without bring_online is SUBMITTED at once: nothing is brought online",
        "state-machine",
        _pin_counts_for_nothing,
    ),
    defect_of(
        "put-twice-makes-one-job",
        "PUT /jobs with a body that was sent before answers the earlier job, and submits none",
        "lost-job",
        _same_job_again,
        operation="submit_job_put",
        resource="jobs",
        with_operations=("get_jobs", "submit_job"),
    ),
    in_operations(
        "ended-job-makes-room-for-its-sid",
        "A sid is accepted again once its job has ended; the new job takes the place of the old one",
        "accepts-invalid",
        _ended_job_makes_room,
        operations=SUBMIT,
        resource="jobs",
        with_operations=("get_jobs", "cancel_jobs", "list_job_files"),
    ),
)
