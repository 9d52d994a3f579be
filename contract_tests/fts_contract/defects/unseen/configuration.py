"""Defects of the configuration: links, shares, storages, grants, VO settings, hosts, clouds."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import given, sent_json
from fts_contract.defects.seams import after
from fts_contract.defects.stores import spoiled
from fts_contract.defects.unseen.seams import (
    OK,
    asking,
    memory,
    query_of,
    refusal,
    replaced,
    rows_instead,
    rows_of,
)
from fts_contract.mock.fields import parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_NOT_FOUND: Final = 404
_FORBIDDEN: Final = 403
_CACHED_S: Final = 1.0
_HOST: Final = "fts-a.example.org"

# Links and shares


def _name_begins_so(call: Call, carry_on: Handler) -> Reply:
    reply, wanted = carry_on(call), call.params["sym_name"].lower()
    if reply.status != _NOT_FOUND:
        return reply
    names = [link.symbolicname for link in call.state.config.all_links()]
    found = next((name for name in names if name.lower().startswith(wanted)), None)
    if found is None:
        return reply
    return carry_on(attrs.evolve(call, params={"sym_name": found}))


def _looked_up_before_level(call: Call, carry_on: Handler) -> Reply:
    reply, name = carry_on(call), call.params["sym_name"]
    if reply.status != _FORBIDDEN or call.state.config.link_named(name) is not None:
        return reply
    return refusal(404, f"Link {name} does not exist")


def _cached_in_any_form(call: Call, carry_on: Handler) -> Reply:
    reply, cache = carry_on(call), memory(call)
    if reply.status != OK:
        return reply
    at, cached = cache.get("page", (-_CACHED_S, reply))
    if time.monotonic() - at < _CACHED_S and cached.content_type != reply.content_type:
        page: Reply = cached
        return page
    cache["page"] = (time.monotonic(), reply)
    return reply


def _renamed_link_stays(call: Call, carry_on: Handler) -> Reply:
    """Take a link over under its new name, and forget what it does not mention."""
    body, config = given(call), call.state.config
    ends = (str(body.get("source", "*")), str(body.get("destination", "*")))
    before = config.link_between(*ends)
    reply = carry_on(call)
    after_change = config.link_between(*ends)
    if before is None or after_change is None or before.symbolicname == after_change.symbolicname:
        return reply
    after_change.optimizer_mode = after_change.tcp_buffer_size = after_change.nostreams = None
    return attrs.evolve(reply)


# Grants and audit


def _either_filter(call: Call, carry_on: Handler) -> Reply:
    reply, arguments = carry_on(call), query_of(call)
    if rows_of(reply) is None or not (call.argument("dn") and call.argument("operation")):
        return reply
    found: list[Any] = []
    for name in ("dn", "operation"):
        found += rows_of(carry_on(asking(call, {name: arguments[name]}))) or []
    return rows_instead(reply, list({json.dumps(row): row for row in found}.values()))


def _grants_of_longer_dns(call: Call, _reply: Reply) -> bool:
    dn = parameter(call, "dn")
    longer = [other for other in call.state.grants if other != dn and other.startswith(dn)]
    for other in longer:
        del call.state.grants[other]
    return bool(longer)


def _audit_of_the_target(call: Call, config: Configuration) -> bool:
    if not config.audit or config.audit[-1].action != "authorize":
        return False
    config.audit[-1] = attrs.evolve(config.audit[-1], dn=str(given(call).get("dn")))
    return True


# VO settings, storages, activity shares


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


# Hosts and clouds


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


_get_link = partial(defect_of, operation="get_link", resource="config/links", safe=True)

DEFECTS: Final = (
    _get_link(
        "link-found-by-beginning-of-name",
        "GET /config/links/{name} answers the first link whose name begins so when there is none of this name",
        "accepts-invalid",
        _name_begins_so,
        with_operations=("list_links",),
    ),
    _get_link(
        "missing-link-told-to-everybody",
        "GET /config/links/{name} looks the link up before the level: 404 or 403 tells anybody which links exist",
        "authorization-hole",
        _looked_up_before_level,
        caller="alice",
    ),
    defect_of(
        "page-and-json-share-a-cache",
        "GET /config/links is kept for a second whatever `Accept` says: a program gets the page of a browser",
        "html-instead-of-json",
        _cached_in_any_form,
        operation="list_links",
        resource="config/links",
        safe=True,
    ),
    defect_of(
        "link-taken-over-loses-its-settings",
        "POST /config/links with a new name for known ends resets optimizer_mode, tcp_buffer_size and nostreams",
        "lost-change",
        _renamed_link_stays,
        operation="set_link",
        resource="config/links",
        with_operations=("get_link", "list_links", "delete_link"),
    ),
    defect_of(
        "grants-match-either-filter",
        "GET /config/authorize with dn and operation answers grants that fit one of them",
        "wrong-filter",
        _either_filter,
        operation="list_grants",
        resource="config/authorize",
        safe=True,
    ),
    defect_of(
        "grants-of-longer-names-removed",
        "DELETE /config/authorize removes the grants of every DN that begins with the given one",
        "side-effect",
        after(_grants_of_longer_dns),
        operation="remove_grants",
        resource="config/authorize",
        with_operations=("add_grant", "list_grants"),
    ),
    defect_of(
        "audit-names-whom-it-concerns",
        "The audit row of a grant names the user who got it in place of the administrator",
        "wrong-value",
        spoiled(_audit_of_the_target),
        operation="add_grant",
        resource="config/audit",
        with_operations=("list_config_audit", "remove_grants"),
    ),
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
