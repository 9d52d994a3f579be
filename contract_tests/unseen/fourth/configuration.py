"""Defects of /config: rows that a list hides, changes that hit other rows, and secrets in the audit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import after, on_call, on_json
from fts_contract.mock.banning import release_for_storage
from fts_contract.mock.collation import collated
from fts_contract.mock.fields import fits, parameter

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call, Reply


def _named_storages_only(_call: Call, body: Any) -> Any:
    return [link for link in body if "*" not in (link["source"], link["destination"])]


def _without_link(call: Call, _reply: Reply) -> bool:
    body, config = call.json_object(), call.state.config
    source, destination = (
        f"{parts.scheme}://{parts.hostname}".lower()
        for parts in (urlsplit(body["source"]), urlsplit(body["destination"]))
    )
    share = int(body["share"])
    if config.link_between(source, destination) is not None or not fits(share):
        return False
    config.add_share(source, destination, vo=body["vo"], share=share)
    return True


def _ban_goes_too(call: Call, _reply: Reply) -> bool:
    state, storage = call.state, parameter(call, "se")
    lifted = [ban for ban in state.bans if collated(ban.storage) == collated(storage)]
    state.bans = [ban for ban in state.bans if ban not in lifted]
    for ban in lifted:
        release_for_storage(state, storage=storage, vo=ban.vo)
    return bool(lifted)


def _own_settings(call: Call) -> Call:
    body = given(call)
    if not body or "vo_name" in body:
        return call
    body = {**body, "vo_name": call.identity.vo}
    return attrs.evolve(call, body=json.dumps(body).encode())


def _forgotten_when_off(call: Call, _reply: Reply) -> bool:
    shares, vo = call.state.config.activity_shares, collated(call.json_object()["vo"])
    if shares[vo].active:
        return False
    del shares[vo]
    return True


def _all_hosts(call: Call, _reply: Reply) -> bool:
    drain = call.json_object().get("drain", True)
    others = [host for host in call.state.config.all_hosts() if host.drain is not drain]
    for host in others:
        host.drain = drain
    return bool(others)


def _audited(call: Call, _reply: Reply) -> bool:
    call.record("cloud-user", json.dumps(call.json_object()))
    return True


DEFECTS: Final = (
    defect_of(
        "links-of-any-storage-not-listed",
        "GET /config/links leaves out the links with * at an end; GET /config/links/{name} shows them",
        "wrong-filter",
        on_json(_named_storages_only),
        operation="list_links",
        resource="config/links",
        with_operations=("get_link", "set_link", "delete_link", "complete_source"),
        safe=True,
    ),
    defect_of(
        "share-without-a-link-is-stored",
        "POST /config/shares stores a share between storages that no link joins: the foreign key is gone",
        "accepts-invalid",
        after(_without_link),
        operation="set_share",
        resource="config/shares",
        with_operations=("list_shares", "delete_share", "list_links"),
    ),
    defect_of(
        "settings-take-the-ban-along",
        "DELETE /config/se of a banned storage lifts its ban as well: the rows of the storage are deleted in cascade",
        "side-effect",
        after(_ban_goes_too),
        operation="delete_se_config",
        resource="config/se",
        with_operations=("set_se_config", "ban_se", "list_banned_se", "unban_se"),
    ),
    defect_of(
        "settings-without-vo-are-the-callers",
        "POST /config/global without vo_name changes the settings of the caller's VO, not those of all",
        "wrong-value",
        on_call(_own_settings),
        operation="set_global_config",
        resource="config/global",
        with_operations=("get_global_config", "delete_global_config", "whoami"),
    ),
    defect_of(
        "shares-switched-off-are-forgotten",
        "POST /config/activity_shares with active=false deletes the shares, so that they cannot be switched on again",
        "lost-change",
        after(_forgotten_when_off),
        operation="set_activity_shares",
        resource="config/activity_shares",
        with_operations=(
            "get_activity_shares",
            "list_activity_shares",
            "delete_activity_shares",
        ),
    ),
    defect_of(
        "every-host-drains",
        "POST /config/drain changes every host of the service, whichever is named",
        "side-effect",
        after(_all_hosts),
        operation="set_drain",
        resource="config/drain",
        with_operations=("list_hosts",),
    ),
    defect_of(
        "keys-of-clouds-in-the-audit",
        "POST /config/cloud_storage/{name} writes the keys of the user into the audit log",
        "leaked-secret",
        after(_audited),
        operation="set_cloud_storage_user",
        resource="config/cloud_storage",
        with_operations=("set_cloud_storage", "delete_cloud_storage", "list_config_audit"),
    ),
)
