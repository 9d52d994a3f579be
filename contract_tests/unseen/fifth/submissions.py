"""Defects of submission: values that are read in another unit, cut, decoded, or hashed with too much."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import attrs

from fts_contract.defects.request_seams import given
from unseen.seams import OK, SUBMIT, in_operations, on_submitted, params_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_UINT32: Final = 2**32
_INT16: Final = 2**15 - 1
_TIMES: Final = ("bring_online", "copy_pin_lifetime", "archive_timeout")
_CONFLICT: Final = 409
_submitting = partial(
    in_operations,
    operations=SUBMIT,
    resource="jobs",
    with_operations=("get_jobs", "list_job_files"),
)


def _read_as(change: Callable[[Call], Call]) -> Seam:
    """Read submissions otherwise, and those that are refused anyway as they are."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        other = change(call)
        if other is not call and (reply := carry_on(other)).status in (OK, _CONFLICT):
            return reply
        return carry_on(call)

    return seam


def _with_params(call: Call, body: dict[str, Any], **params: str) -> Call:
    body["params"] = {**body["params"], **params}
    return attrs.evolve(call, body=json.dumps(body).encode())


def _short_times(_call: Call, job: Job) -> bool:
    long = [name for name in _TIMES if (getattr(job, name) or 0) > _INT16]
    for name in long:
        setattr(job, name, _INT16)
    return bool(long)


def _of_the_user(call: Call) -> Call:
    body = given(call)
    params = params_of(body)
    sid = params.get("sid")
    if params.get("id_generator") != "deterministic" or not isinstance(sid, str):
        return call
    return _with_params(call, body, sid=f"{call.caller.user_dn}{sid}")


def _cut_size(_call: Call, job: Job) -> bool:
    large = [file for file in job.files if (file.user_filesize or 0) >= _UINT32]
    for file in large:
        file.user_filesize = (file.user_filesize or 0) % _UINT32
    return bool(large)


def _hours_as_minutes(call: Call) -> Call:
    body = given(call)
    hours = params_of(body).get("max_time_in_queue")
    if type(hours) is not int or not hours:
        return call
    return _with_params(call, body, max_time_in_queue=f"{hours}m")


def _decoded(_call: Call, job: Job) -> bool:
    encoded = [
        (file, name, text)
        for file in job.files
        for name in ("source_surl", "dest_surl")
        if unquote(text := getattr(file, name) or "") != text
    ]
    for file, name, text in encoded:
        setattr(file, name, unquote(text))
    return bool(encoded)


DEFECTS: Final = (
    _submitting(
        "tape-times-of-16-bits",
        "bring_online, copy_pin_lifetime and archive_timeout above nine hours are stored as 32767 seconds",
        "wrong-value",
        on_submitted(_short_times),
    ),
    _submitting(
        "sid-belongs-to-the-user",
        "A deterministic job id is made of VO, DN and sid: two users of a VO may use the same sid",
        "wrong-id",
        _read_as(_of_the_user),
    ),
    _submitting(
        "submitted-size-of-32-bits",
        "The filesize of a submission is stored modulo 4 GiB",
        "wrong-value",
        on_submitted(_cut_size),
    ),
    _submitting(
        "queue-hours-read-as-minutes",
        "max_time_in_queue as a number counts minutes instead of hours",
        "wrong-unit",
        _read_as(_hours_as_minutes),
    ),
    _submitting(
        "surls-stored-decoded",
        "URLs of a submission are stored percent-decoded: a%20b becomes `a b`",
        "wrong-value",
        on_submitted(_decoded),
    ),
)
