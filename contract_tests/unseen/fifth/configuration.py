"""Defects of the configuration: null against 0, names in paths, and changes that take more or less with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import on_call, on_json
from unseen.seams import OK, in_operations

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _zero_for_null(_call: Call, body: Any) -> Any:
    return [{name: 0 if v is None else v for name, v in link.items()} for link in body]


def _read_as_latin1(call: Call) -> Call:
    name = call.params["sym_name"]
    read = name.encode().decode("latin-1")
    if read == name or call.state.config.link_named(name) is None:
        return call
    return attrs.evolve(call, params={"sym_name": read})


def _settings_only(call: Call, carry_on: Handler) -> Reply:
    config = call.state.config
    before = {
        name: config.storage(name).limits
        for name, wanted in given(call).items()
        if isinstance(wanted, dict) and wanted.get("se_info") and wanted.get("operations")
    }
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    lost = [name for name, limits in before.items() if config.storage(name).limits != limits]
    for name in lost:
        config.put_storage(attrs.evolve(config.storage(name), limits=before[name]))
    return attrs.evolve(reply) if lost else reply


def _one_a_second(_call: Call, body: Any) -> Any:
    return list({row["datetime"]: row for row in reversed(body)}.values())[::-1]


DEFECTS: Final = (
    defect_of(
        "link-list-shows-null-as-zero",
        "GET /config/links gives 0 for the settings of a link that are null in GET /config/links/{symbolicname}",
        "wrong-value",
        on_json(_zero_for_null),
        operation="list_links",
        resource="config/links",
        with_operations=("get_link",),
        safe=True,
    ),
    in_operations(
        "link-names-in-paths-read-as-latin1",
        "GET and DELETE /config/links/{symbolicname} do not find a link whose name has letters outside ASCII",
        "routing",
        on_call(_read_as_latin1),
        operations=("get_link", "delete_link"),
        resource="config/links",
        with_operations=("set_link", "list_links"),
    ),
    defect_of(
        "limits-lost-beside-settings",
        "POST /config/se stores se_info and forgets the operations that came with it, though the answer shows both",
        "lost-change",
        _settings_only,
        operation="set_se_config",
        resource="config/se",
        with_operations=("get_se_config", "delete_se_config"),
    ),
    defect_of(
        "audit-of-one-row-a-second",
        "GET /config/audit shows one of the changes that were made within the same second",
        "lost-change",
        on_json(_one_a_second),
        operation="list_config_audit",
        resource="config/audit",
        with_operations=("set_link", "set_global_config", "add_grant", "remove_grants"),
    ),
)
