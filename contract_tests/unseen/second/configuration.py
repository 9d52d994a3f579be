"""Defects of the configuration: deletes that take too much or too little, keys that are too short, false for nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given, sent_json
from fts_contract.defects.seams import after, on_json
from fts_contract.mock.fields import parameter

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_NO_CONTENT: Final = 204


def _all_vos(call: Call, _reply: Reply) -> bool:
    settings = call.state.config.settings
    others = [vo for vo in settings if vo != "*"]
    for vo in others:
        del settings[vo]
    return bool(others)


def _storage(url: Any) -> str:
    parts = urlsplit(url if isinstance(url, str) else "")
    return f"{parts.scheme}://{parts.hostname}".lower()


def _other_shares_go(call: Call, _reply: Reply) -> bool:
    body, shares = given(call), call.state.config.shares
    ends = (_storage(body.get("source")), _storage(body.get("destination")))
    vo = str(body.get("vo")).lower()
    others = [key for key in shares if key[:2] == ends and key[2] != vo]
    for key in others:
        del shares[key]
    return bool(others)


def _false_is_nothing(body: dict[str, Any]) -> None:
    if body.get("drain") is False:
        del body["drain"]


def _operation_not_read(call: Call, carry_on: Handler) -> Reply:
    if parameter(call, "operation") in {"", "admin"}:
        return carry_on(call)
    query = {name: value for name, value in call.query.items() if name != "operation"}
    form = {name: value for name, value in call.form.items() if name != "operation"}
    return carry_on(attrs.evolve(call, query=query, form=form))


def _limits_stay(call: Call, carry_on: Handler) -> Reply:
    config = call.state.config
    before = config.storages.get(parameter(call, "se").lower())
    reply = carry_on(call)
    if reply.status != _NO_CONTENT or before is None or not before.limits:
        return reply
    config.put_storage(attrs.evolve(before, info=None))
    return attrs.evolve(reply)


def _keys_of_all_storages(call: Call, _reply: Reply) -> bool:
    who, hit = call.params["id"], False
    for storage in call.state.config.clouds.all():
        for key in ((who, ""), ("", who.lower())):
            hit = storage.users.pop(key, None) is not None or hit
    return hit


def _same_case_only(call: Call, body: Any) -> Any:
    wanted = call.argument("se")
    return {name: entry for name, entry in body.items() if wanted in (None, name)}


_deleting = partial(defect_of, caller="admin")

DEFECTS: Final = (
    _deleting(
        "settings-of-all-vos-deleted",
        "DELETE /config/global?vo_name= deletes the settings of every VO",
        "side-effect",
        after(_all_vos),
        operation="delete_global_config",
        resource="config/global",
        with_operations=("set_global_config", "get_global_config"),
    ),
    defect_of(
        "one-share-for-each-link",
        "POST /config/shares replaces the shares of other VOs of the same link",
        "side-effect",
        after(_other_shares_go),
        operation="set_share",
        resource="config/shares",
        with_operations=("set_link", "delete_link", "list_shares", "delete_share"),
        caller="admin",
    ),
    defect_of(
        "drain-cannot-be-ended",
        "POST /config/drain takes `drain: false` for no value, which means true",
        "wrong-value",
        sent_json(_false_is_nothing),
        operation="set_drain",
        resource="config",
        with_operations=("list_hosts",),
        caller="admin",
    ),
    _deleting(
        "revoking-one-operation-revokes-all",
        "DELETE /config/authorize?dn=&operation= removes every grant of the DN",
        "ignored-parameter",
        _operation_not_read,
        operation="remove_grants",
        resource="config/authorize",
        with_operations=("add_grant", "list_grants"),
    ),
    _deleting(
        "deleted-storage-keeps-its-limits",
        "DELETE /config/se removes se_info, and leaves the limits of operations",
        "lost-change",
        _limits_stay,
        operation="delete_se_config",
        resource="config/se",
        with_operations=("set_se_config", "get_se_config"),
    ),
    _deleting(
        "keys-removed-from-all-cloud-storages",
        "DELETE /config/cloud_storage/{name}/{id} removes the keys of the user or VO from all cloud storages",
        "side-effect",
        after(_keys_of_all_storages),
        operation="delete_cloud_storage_user",
        resource="config/cloud_storage",
        with_operations=(
            "set_cloud_storage",
            "set_cloud_storage_user",
            "list_cloud_storage_users",
            "delete_cloud_storage",
        ),
    ),
    defect_of(
        "storage-chosen-in-same-case-only",
        "GET /config/se?se=MOCK://HOST answers {} where there are settings of mock://host",
        "wrong-filter",
        on_json(_same_case_only),
        operation="get_se_config",
        resource="config/se",
        safe=True,
        caller="admin",
    ),
)
