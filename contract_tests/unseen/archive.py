"""Defects of the archive: who may read it, what it finds, and what it shows."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import as_another_caller, everybody_may
from fts_contract.defects.seams import on_json
from unseen.seams import OK, replaced

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _id_as_pattern(call: Call, carry_on: Handler) -> Reply:
    reply, wanted = carry_on(call), call.params["job_id"]
    if reply.status == OK or not set(wanted) & {"%", "_"}:
        return reply
    parts = {"%": ".*", "_": "."}
    like = re.compile("".join(parts.get(c) or re.escape(c) for c in wanted.lower()))
    found = next((job_id for job_id in vars(call.state)["_archive"] if like.fullmatch(job_id)), "")
    return carry_on(attrs.evolve(call, params={"job_id": found})) if found else reply


def _live_jobs_too(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 404:  # noqa: PLR2004
        return reply
    with replaced(call.state, archived=call.state.find):
        return carry_on(attrs.evolve(call))


def _ends_swapped(_call: Call, body: Any) -> Any:
    for file in body["files"]:
        file["source_se"], file["dest_se"] = file["dest_se"], file["source_se"]
    return body


def _backend_address(_call: Call, body: Any) -> Any:
    body["_links"]["fts:archivedJob"]["href"] = "http://fts-backend-2.internal:8080/archive/{id}"
    return body


_archive = partial(defect_of, resource="archive", safe=True)

DEFECTS: Final = (
    _archive(
        "archived-field-open-to-strangers",
        "GET /archive/{id}/{field} asks nobody for permission; GET /archive/{id} does",
        "authorization-hole",
        as_another_caller(everybody_may("transfer")),
        operation="get_archived_job_field",
        with_operations=("get_archived_job",),
    ),
    _archive(
        "archived-id-is-an-sql-pattern",
        "GET /archive/{id} compares with LIKE: a percent sign finds some job",
        "accepts-invalid",
        _id_as_pattern,
        operation="get_archived_job",
    ),
    _archive(
        "archive-shows-live-jobs",
        "GET /archive/{id} answers jobs that were never archived",
        "accepts-invalid",
        _live_jobs_too,
        operation="get_archived_job",
        with_operations=("list_jobs", "get_jobs"),
    ),
    _archive(
        "archived-storages-swapped",
        "source_se and dest_se of the files in GET /archive/{id} are swapped, their URLs are not",
        "wrong-value",
        on_json(_ends_swapped),
        operation="get_archived_job",
    ),
    _archive(
        "archive-link-names-backend",
        "The link in GET /archive is the address of the server behind the balancer",
        "leaked-secret",
        on_json(_backend_address),
        operation="get_archive_index",
    ),
)
