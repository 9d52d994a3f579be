"""Defects of the optimizer, of completions, of data management and of the activity of hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import query
from fts_contract.defects.seams import on_json
from unseen.seams import in_operations, refusal

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_UNAVAILABLE: Final = 503


def _destination_needs_source(arguments: dict[str, str]) -> dict[str, str]:
    if arguments.get("source_se") or not arguments.get("dest_se"):
        return arguments
    return {name: value for name, value in arguments.items() if name != "dest_se"}


def _once_for_each_link(call: Call, body: Any) -> Any:
    links = call.state.config.all_links()
    every = [*(link.source for link in links), *(link.destination for link in links)]
    return [name for name in every if name in body]


def _timeout_unknown(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _UNAVAILABLE:
        return reply
    message: str = json.loads(reply.body)["message"]
    return refusal(500, message) if message.startswith("[110]") else reply


def _all_active(_call: Call, body: Any) -> Any:
    return {
        host: {"active": sum(counts.values())} if "staging" in counts else counts
        for host, counts in body.items()
    }


DEFECTS: Final = (
    in_operations(
        "optimizer-ignores-destination-alone",
        "GET /optimizer/evolution and .../current ignore dest_se unless source_se is there",
        "ignored-parameter",
        query(_destination_needs_source),
        operations=("list_optimizer_evolution", "list_optimizer_current"),
        resource="optimizer",
        safe=True,
    ),
    defect_of(
        "completed-storages-repeated",
        "GET /autocomplete/storage answers a storage as often as there are links from and to it",
        "wrong-value",
        on_json(_once_for_each_link),
        operation="complete_storage",
        resource="autocomplete",
        with_operations=("list_links",),
        safe=True,
    ),
    in_operations(
        "timeout-of-storage-is-500",
        "GET /dm/stat and /dm/list answer 500 in place of 503 when the storage does not answer in time (errno 110)",
        "wrong-status",
        _timeout_unknown,
        operations=("stat_file", "list_directory"),
        resource="dm",
        safe=True,
    ),
    defect_of(
        "staging-counted-as-transfers",
        "GET /status/hosts counts files that a host is staging among the active ones",
        "wrong-value",
        on_json(_all_active),
        operation="get_host_activity",
        resource="status",
        safe=True,
    ),
)
