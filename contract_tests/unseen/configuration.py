"""Defects of the configuration: storages, VO settings, activity shares, hosts, clouds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import given, sent_json
from fts_contract.defects.stores import spoiled
from unseen.seams import OK, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_HOST: Final = "fts-a.example.org"


def _star_as_default(call: Call, carry_on: Handler) -> Reply:
    body, config = given(call), call.state.config
    vo = str(body.get("vo_name", "*")).lower()
    was_known = vo in config.settings
    reply = carry_on(call)
    if reply.status != OK or was_known or vo not in config.settings:
        return reply
    inherited = {n: v for n, v in config.settings.get("*", {}).items() if n not in body}
    config.settings[vo].update({n: v for n, v in inherited.items() if n != "vo_name"})
    return attrs.evolve(reply)


def _without_zeros(body: dict[str, Any]) -> None:
    for storage in body.values():
        info = storage.get("se_info") if isinstance(storage, dict) else None
        if isinstance(info, dict):
            storage["se_info"] = {n: v for n, v in info.items() if v is False or v != 0}


def _limits(body: dict[str, Any]) -> Iterator[tuple[str, str, str, int]]:
    for storage, parts in body.items():
        operations = parts.get("operations") if isinstance(parts, dict) else None
        for vo, of_vo in (operations if isinstance(operations, dict) else {}).items():
            for operation, limit in (of_vo if isinstance(of_vo, dict) else {}).items():
                if type(limit) is int:
                    yield storage, vo, operation, limit


def _zero_limit_stored(call: Call, config: Configuration) -> bool:
    hit = False
    for name, vo, operation, limit in _limits(given(call)):
        if limit <= 0:
            storage = config.storage(name)
            storage.limits.setdefault(vo, {})[operation] = limit
            config.put_storage(storage)
            hit = True
    return hit


def _limits_replaced(call: Call, config: Configuration) -> bool:
    """Replace all limits of a storage with those of the request."""
    hit = False
    sent = list(_limits(given(call)))
    for name in {name for name, *_ in sent}:
        storage = config.storage(name)
        named = {(vo, operation) for other, vo, operation, _ in sent if other == name}
        kept = {
            vo: {o: limit for o, limit in of_vo.items() if (vo, o) in named}
            for vo, of_vo in storage.limits.items()
        }
        hit = hit or kept != storage.limits
        storage.limits = {vo: of_vo for vo, of_vo in kept.items() if of_vo}
        config.put_storage(storage)
    return hit


def _weights_add_up(call: Call, config: Configuration) -> bool:
    key = str(given(call).get("vo")).lower()
    stored = config.activity_shares[key]
    total = sum(weight for share in stored.shares for weight in share.values())
    if total in {0, 1}:
        return False
    shares = tuple({n: w / total for n, w in share.items()} for share in stored.shares)
    config.activity_shares[key] = attrs.evolve(stored, shares=shares)
    return True


def _two_services(mock: MockFTS) -> None:
    mock.state.config.add_host(_HOST, service_name="fts_qos")


def _first_service_drains(call: Call, carry_on: Handler) -> Reply:
    name = str(given(call).get("hostname")).lower()
    hosts = [h for h in call.state.config.all_hosts() if h.hostname.lower() == name][1:]
    before = [host.drain for host in hosts]
    reply = carry_on(call)
    if reply.status != OK or all(h.drain == d for h, d in zip(hosts, before, strict=True)):
        return reply
    for host, drain in zip(hosts, before, strict=True):
        host.drain = drain
    return attrs.evolve(reply)


def _own_vo_counts(call: Call, carry_on: Handler) -> Reply:
    reply, jobs_of = carry_on(call), call.state.jobs_of

    def of_caller(_vo: str | None, *, only_open: bool) -> Iterator[Job]:
        return jobs_of(call.identity.vo, only_open=only_open)

    with replaced(call.state, jobs_of=of_caller):
        counted = carry_on(attrs.evolve(call))
    return reply if counted.body == reply.body else counted


def _users_lost(call: Call, config: Configuration) -> bool:
    storage = config.clouds.find(str(given(call).get("storage_name")))
    if storage is None or not storage.users:
        return False
    storage.users.clear()
    return True


DEFECTS: Final = (
    defect_of(
        "new-vo-copies-settings-of-all",
        "POST /config/global of a new VO takes what was left out from the settings of `*`, not from the defaults",
        "wrong-value",
        _star_as_default,
        operation="set_global_config",
        resource="config/global",
        with_operations=("get_global_config", "delete_global_config"),
    ),
    defect_of(
        "zero-setting-of-storage-not-stored",
        "POST /config/se takes 0 for a field that was not sent",
        "lost-change",
        sent_json(_without_zeros),
        operation="set_se_config",
        resource="config/se",
        with_operations=("get_se_config", "delete_se_config"),
    ),
    defect_of(
        "zero-limit-stored",
        "POST /config/se stores a limit of 0 or below in place of removing it: nothing is staged any more",
        "wrong-value",
        spoiled(_zero_limit_stored),
        operation="set_se_config",
        resource="config/se",
        with_operations=("get_se_config", "delete_se_config"),
    ),
    defect_of(
        "unnamed-limits-removed",
        "POST /config/se removes the limits of a storage that the request does not name",
        "lost-change",
        spoiled(_limits_replaced),
        operation="set_se_config",
        resource="config/se",
        with_operations=("get_se_config", "delete_se_config"),
    ),
    defect_of(
        "activity-weights-made-to-add-up",
        "POST /config/activity_shares stores weights that add up to 1 in place of those sent",
        "wrong-unit",
        spoiled(_weights_add_up),
        operation="set_activity_shares",
        resource="config/activity_shares",
        with_operations=("get_activity_shares", "list_activity_shares", "delete_activity_shares"),
    ),
    Defect(
        name="one-service-of-the-host-drains",
        description="POST /config/drain changes the first service of the host only",
        kind="lost-change",
        resource="config",
        seams={"set_drain": _first_service_drains},
        with_operations=("list_hosts",),
        arrange=_two_services,
    ),
    defect_of(
        "hosts-count-own-vo",
        "GET /status/hosts counts the transfers of the caller's VO in place of all",
        "wrong-filter",
        _own_vo_counts,
        operation="get_host_activity",
        resource="status",
        safe=True,
        caller="root",
    ),
    defect_of(
        "changed-cloud-storage-loses-users",
        "POST /config/cloud_storage of a known storage forgets its users and their keys",
        "side-effect",
        spoiled(_users_lost),
        operation="set_cloud_storage",
        resource="config/cloud_storage",
        with_operations=(
            "set_cloud_storage_user",
            "list_cloud_storage_users",
            "list_cloud_storages",
            "delete_cloud_storage",
        ),
    ),
)
