"""Defects of submission: values that are believed, cut or refused, and ids that are not unique."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from unseen.seams import SUBMIT, in_operations, on_submitted, params_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect, Handler, Kind
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job


def _given_params(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.body)
    except ValueError:
        return {}
    return params_of(body) if isinstance(body, dict) else {}


def _method_believed(call: Call, job: Job) -> bool:
    metadata = _given_params(call).get("job_metadata")
    if not isinstance(metadata, dict) or "auth_method" not in metadata:
        return False
    stored, claimed = job.job_metadata["auth_method"], metadata["auth_method"]
    job.job_metadata = {**job.job_metadata, "auth_method": claimed}
    return bool(stored != claimed)


def _zeros_lost(_call: Call, job: Job) -> bool:
    changed = False
    for file in job.files:
        algorithm, colon, digits = (file.checksum or "").partition(":")
        if digits.startswith("0"):
            file.checksum = f"{algorithm}{colon}{digits.lstrip('0') or '0'}"
            changed = True
    return changed


def _ids_from_one(call: Call, job: Job) -> bool:
    for number, file in enumerate(job.files, start=1):
        file.file_id = number
    call.state.insert(job)
    return True


def _strict(call: Call, carry_on: Handler) -> Reply:
    nulls = [name for name, value in _given_params(call).items() if value is None]
    if not nulls or not call.identity.may("transfer"):
        return carry_on(call)
    return refusal(400, f"Invalid value within the request: {nulls[0]} must not be null")


def _stored(
    name: str, description: str, kind: Kind, change: Callable[[Call, Job], bool]
) -> Defect:
    return in_operations(
        name,
        description,
        kind,
        on_submitted(change),
        operations=SUBMIT,
        resource="jobs",
        with_operations=("get_jobs", "list_job_files"),
    )


DEFECTS: Final = (
    _stored(
        "claimed-auth-method-is-believed",
        "auth_method in the job_metadata of a submission is kept, so that users can claim another one than theirs",
        "accepts-invalid",
        _method_believed,
    ),
    _stored(
        "zeros-of-checksums-lost",
        "Checksums lose the zeros at their beginning: adler32:00a1b2c3 is stored as adler32:a1b2c3",
        "wrong-value",
        _zeros_lost,
    ),
    _stored(
        "file-ids-begin-anew-in-each-job",
        "The files of every job have the ids 1, 2, 3: the new table counts them by job",
        "wrong-id",
        _ids_from_one,
    ),
    in_operations(
        "null-parameter-is-refused",
        "POST /jobs answers 400 to a parameter that is null, as old clients send what they leave to the server",
        "refuses-valid",
        _strict,
        operations=SUBMIT,
        resource="jobs",
        with_operations=("get_jobs",),
    ),
)
