"""Defects of submission: defaults that stick or return, columns that are too short, checks that are missing."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.defects.request_seams import given, sent_json
from unseen.seams import (
    OK,
    SUBMIT,
    in_operations,
    job_made,
    memory,
    on_submitted,
    params_of,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_KEPT: Final = ("retry_delay", "nostreams", "timeout")
_CHECKSUM_COLUMN: Final = 64


def _asking(call: Call, body: dict[str, Any], **params: Any) -> Call:
    """The same submission with other parameters."""
    whole = {**body, "params": {**params_of(body), **params}}
    return attrs.evolve(call, body=json.dumps(whole).encode())


def _zero_is_not_given(call: Call, carry_on: Handler) -> Reply:
    body = given(call)
    usual = call.state.config.settings.get("*", {}).get("retry", 0)
    retry = params_of(body).get("retry")
    if type(retry) is not int or retry or not usual:
        return carry_on(call)
    return carry_on(_asking(call, body, retry=usual))


def _parameters_stay(call: Call, carry_on: Handler) -> Reply:
    body, kept = given(call), memory(call).setdefault("params", {})
    params = params_of(body)
    left_out = {name: value for name, value in kept.items() if name not in params}
    readable = "files" in body and isinstance(body.get("params", {}), dict)
    reply = carry_on(_asking(call, body, **left_out) if left_out and readable else call)
    if reply.status == OK:
        kept.update({n: params[n] for n in _KEPT if params.get(n) is not None})
    return reply


def _storage_of(surl: str | None, known: str | None) -> str | None:
    parts = urlsplit(surl or "")
    return known if parts.port is None else f"{known}:{parts.port}"


def _ports_kept(_call: Call, job: Job) -> bool:
    before = [(file.source_se, file.dest_se) for file in job.files]
    for file in job.files:
        file.source_se = _storage_of(file.source_surl, file.source_se)
        file.dest_se = _storage_of(file.dest_surl, file.dest_se)
    if before == [(file.source_se, file.dest_se) for file in job.files]:
        return False
    job.source_se = job.source_se and job.files[0].source_se
    job.dest_se = job.dest_se and job.files[-1].dest_se
    return True


def _any_storages(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if b"Reuse jobs must only" not in reply.body:
        return reply
    again = carry_on(_asking(call, given(call), reuse=False))
    job = job_made(call, again)
    if job is not None:
        job.job_type = "Y"
        for file in job.files:
            file.hashed_id = job.files[0].hashed_id
    return again


def _files(body: dict[str, Any]) -> list[dict[str, Any]]:
    files = body.get("files")
    return [f for f in files if isinstance(f, dict)] if isinstance(files, list) else []


def _checksum_cut(body: dict[str, Any]) -> None:
    for file in _files(body):
        if isinstance(file.get("checksum"), str):
            file["checksum"] = file["checksum"][:_CHECKSUM_COLUMN]


def _first_activity(body: dict[str, Any]) -> None:
    files = _files(body)
    for file in files[1:]:
        file.pop("activity", None)
        if "activity" in files[0]:
            file["activity"] = files[0]["activity"]


_submitting = partial(
    in_operations,
    operations=SUBMIT,
    resource="jobs",
    with_operations=("get_jobs", "list_job_files"),
)

DEFECTS: Final = (
    _submitting(
        "zero-retries-become-the-usual-ones",
        "POST /jobs takes `retry: 0` for no value, and stores the retry of `*` in /config/global",
        "wrong-value",
        _zero_is_not_given,
    ),
    _submitting(
        "parameters-of-last-submission-stay",
        "POST /jobs without retry_delay, nostreams or timeout takes those of the previous submission, even of another user",
        "stale-data",
        _parameters_stay,
    ),
    _submitting(
        "port-is-part-of-the-storage",
        "POST /jobs keeps the port of a URL in source_se and dest_se: mock://host:8443",
        "wrong-value",
        on_submitted(_ports_kept),
    ),
    _submitting(
        "one-session-for-any-storages",
        "POST /jobs accepts `reuse: true` for files between different storages",
        "accepts-invalid",
        _any_storages,
    ),
    _submitting(
        "long-checksum-cut",
        "POST /jobs stores the first 64 characters of a checksum, so that sha256:... loses its end",
        "wrong-value",
        sent_json(_checksum_cut),
    ),
    _submitting(
        "activity-of-first-file-for-all",
        "POST /jobs gives every file of a job the activity of the first one",
        "wrong-value",
        sent_json(_first_activity),
    ),
)
