"""Defects of what is around jobs: optimizer, completion of names, directories, hosts and cloud storages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_json
from fts_contract.mock.exchange import json_reply
from unseen.seams import OK

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _by_pair(_call: Call, body: Any) -> Any:
    return sorted(body, key=lambda row: (row["source_se"], row["dest_se"]))


def _lower(_call: Call, body: Any) -> Any:
    return [dn.lower() for dn in body]


def _bare_names(_call: Call, body: Any) -> Any:
    return {name.removesuffix("/"): entry for name, entry in body.items()}


def _by_transfer_host(_call: Call, body: Any) -> Any:
    shown: dict[str, dict[str, int]] = {}
    for host, counts in body.items():
        for kind, count in counts.items():
            of_host = shown.setdefault(host if kind == "active" else "null", {})
            of_host[kind] = of_host.get(kind, 0) + count
    return shown


def _asked_for(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK or json.loads(reply.body):
        return reply
    storage = call.state.config.clouds.find(call.params["service"])
    user = None if storage is None else storage.users.get((call.caller.user_dn, ""))
    return reply if user is None or not user.request_token else json_reply(value=True)


DEFECTS: Final = (
    defect_of(
        "current-rows-by-storage",
        "GET /optimizer/current is sorted by the names of the storages, not with the newest row first",
        "order",
        on_json(_by_pair),
        operation="list_optimizer_current",
        resource="optimizer",
        with_operations=("set_optimizer_current",),
        safe=True,
    ),
    defect_of(
        "completed-dns-in-lower-case",
        "GET /autocomplete/dn answers the DNs in lower case, as they are written nowhere else",
        "wrong-value",
        on_json(_lower),
        operation="complete_dn",
        resource="autocomplete",
        with_operations=("whoami",),
        safe=True,
    ),
    defect_of(
        "directories-listed-like-files",
        "GET /dm/list gives the names of directories without the slash at their end",
        "wrong-value",
        on_json(_bare_names),
        operation="list_directory",
        resource="dm",
        safe=True,
    ),
    defect_of(
        "staging-counted-under-no-host",
        "GET /status/hosts counts files that are being staged by transfer_host, which they do not have yet",
        "wrong-value",
        on_json(_by_transfer_host),
        operation="get_host_activity",
        resource="status",
        with_operations=("list_files",),
        safe=True,
    ),
    defect_of(
        "asked-for-counts-as-registered",
        "GET /cs/registered/{service} is true for users who have only asked for access",
        "wrong-value",
        _asked_for,
        operation="get_cloud_registration",
        resource="cs",
        with_operations=(
            "whoami",
            "set_cloud_storage",
            "set_cloud_storage_user",
            "delete_cloud_storage",
        ),
        caller="admin",
    ),
)
