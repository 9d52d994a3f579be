"""Defects of what is around jobs: optimizer, completion of names and storages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_call, on_json
from fts_contract.mock.exchange import json_reply
from unseen.seams import OK, asking, in_operations

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _one_for_each_source(_call: Call, body: Any) -> Any:
    first: dict[str, Any] = {}
    for row in body:
        first.setdefault(row["source_se"], row)
    return list(first.values())


def _anywhere(call: Call) -> Call:
    term = call.argument("term")
    return call if term is None else asking(call, {**call.query, "term": f"%{term}"})


def _no_failure(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    # What storages say begins with their error number.
    if reply.status == OK or not json.loads(reply.body)["message"].startswith("["):
        return reply
    return json_reply(0)


DEFECTS: Final = (
    defect_of(
        "one-current-row-for-each-source",
        "GET /optimizer/current shows one destination of each source: rows are grouped by source alone",
        "wrong-filter",
        on_json(_one_for_each_source),
        operation="list_optimizer_current",
        resource="optimizer",
        with_operations=("set_optimizer_current", "list_optimizer_evolution"),
        safe=True,
    ),
    in_operations(
        "names-completed-from-the-middle",
        "GET /autocomplete/* finds names that have the term anywhere, not only at their beginning",
        "wrong-filter",
        on_call(_anywhere),
        operations=(
            "complete_dn",
            "complete_source",
            "complete_destination",
            "complete_storage",
            "complete_vo",
        ),
        resource="autocomplete",
        safe=True,
    ),
    defect_of(
        "failed-unlink-is-a-success",
        "POST /dm/unlink answers 0 also when the storage refuses to delete the file",
        "wrong-status",
        _no_failure,
        operation="unlink_file",
        resource="dm",
        with_operations=("whoami",),
    ),
)
