"""Defects of what means the same in another spelling, and of what does not fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import sent_json
from fts_contract.defects.seams import on_call, status
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import error_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_NONE: Final = "00000000-0000-1000-8000-00000000000a"


def _longer_head(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return attrs.evolve(reply, body=reply.body + b"\n") if call.method == "HEAD" else reply


def _lower_case_only(call: Call) -> Call:
    ids = call.params["job_ids"]
    if ids == ids.lower():
        return call
    return attrs.evolve(call, params={"job_ids": _NONE})


def _utf_8_only(call: Call, carry_on: Handler) -> Reply:
    if not call.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return carry_on(call)
    return error_reply(bad_request("Badly formatted JSON request"))


def _replicas_without_hops(body: dict[str, Any]) -> None:
    params, files = body.get("params"), body.get("files")
    several = isinstance(files, list) and any(
        isinstance(file, dict) and len(file.get("sources") or ()) > 1 for file in files
    )
    if several and isinstance(params, dict):
        params.pop("multihop", None)


DEFECTS: Final = (
    defect_of(
        "head-longer-than-get",
        "HEAD /whoami announces one byte more than GET sends",
        "header",
        _longer_head,
        operation="whoami",
        resource="whoami",
        safe=True,
    ),
    defect_of(
        "stat-busy-as-404",
        "GET /dm/stat answers 404 when the storage is busy",
        "wrong-status",
        status(404, instead_of=503),
        operation="stat_file",
        resource="dm",
        safe=True,
    ),
    defect_of(
        "jobs-found-in-lower-case-only",
        "GET /jobs/{ids} finds no job by an id in capitals",
        "wrong-id",
        on_call(_lower_case_only),
        operation="get_jobs",
        resource="jobs",
        with_operations=("list_jobs",),
        safe=True,
    ),
    defect_of(
        "submission-in-utf-16-refused",
        "POST /jobs answers 400 to JSON in UTF-16",
        "refuses-valid",
        _utf_8_only,
        operation="submit_job",
        resource="jobs",
        with_operations=("submit_job_put", "get_jobs", "list_job_files"),
    ),
    defect_of(
        "replicas-in-hops-accepted",
        "POST /jobs accepts replicas in a multihop job, and makes no hops",
        "accepts-invalid",
        sent_json(_replicas_without_hops),
        operation="submit_job",
        resource="jobs",
        with_operations=("list_jobs", "list_files"),
        only="submission-rules",
    ),
)
