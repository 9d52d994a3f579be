"""Defects of the list of files: whose files it shows, and of which storages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import everybody_may
from unseen.seams import OK, rows_instead, rows_of, without

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _vo_of_anybody(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    vo = call.argument("vo_name")
    if reply.status != OK or vo is None or vo in call.identity.vos:
        return reply
    return rows_instead(reply, rows_of(carry_on(everybody_may("transfer")(call))) or [])


def _files_of_owner(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    owners = {
        job.job_id: job.user_dn for job in call.state.jobs_of(call.identity.vo, only_open=True)
    }
    dn = call.identity.caller.user_dn
    return rows_instead(
        reply, [row for row in rows_of(reply) or [] if owners.get(row["job_id"], dn) == dn]
    )


def _storage_at_either_end(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    source = call.argument("source_se")
    if reply.status != OK or source is None:
        return reply
    rows = rows_of(carry_on(without(call, "source_se"))) or []
    return rows_instead(reply, [r for r in rows if source in (r["source_se"], r["dest_se"])])


_list_files = partial(
    defect_of,
    operation="list_files",
    resource="files",
    with_operations=("list_jobs", "list_job_files"),
    safe=True,
)

DEFECTS: Final = (
    _list_files(
        "files-of-vo-asked-for",
        "GET /files?vo_name= shows members of any VO the files of the one they name",
        "authorization-hole",
        _vo_of_anybody,
    ),
    _list_files(
        "files-of-colleagues-hidden",
        "GET /files shows only the caller's own files, GET /jobs all jobs of the VO",
        "wrong-filter",
        _files_of_owner,
    ),
    _list_files(
        "files-source-filter-matches-destination",
        "GET /files?source_se= finds files with the storage at either end",
        "wrong-filter",
        _storage_at_either_end,
    ),
)
