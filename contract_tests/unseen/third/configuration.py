"""Defects of /config: values that are read or shown wrongly, and changes that reach too far or too late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, Seam, defect_of
from fts_contract.defects.seams import after, member, on_call, on_json
from fts_contract.mock.exchange import JSON
from unseen.seams import in_operations

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply

_FLAGS: Final = ("no_streaming", "show_user_dn", "no_delegation")
_CREATED: Final = 201


def _unset_as_zero(_call: Call, body: Any) -> Any:
    for entry in body.values():
        info = entry.get("se_info", {})
        for name, value in info.items():
            if value is None and "_max_" in name:
                info[name] = 0
    return body


def _whole(path: str) -> Seam:
    return member(path, lambda weights: {name: int(weight) for name, weight in weights.items()})


def _limits_replaced(call: Call, _reply: Reply) -> bool:
    changed = False
    config = call.state.config
    for name, wanted in call.json_object().items():
        storage, operations = config.storage(name), wanted.get("operations")
        kept = {vo: limits for vo, limits in storage.limits.items() if vo in (operations or ())}
        if operations and kept != storage.limits:
            config.put_storage(attrs.evolve(storage, limits=kept))
            changed = True
    return changed


class _LevelsOnce(dict[str, set[str]]):
    """Grants, of which the first ones that a user came with are remembered."""

    count: Callable[[], None]
    remembered: dict[str, set[str]]

    # The mock asks with an empty tuple as default where it looks for the levels of a caller.
    def get(self, dn: str, default: Any = None) -> Any:
        found = super().get(dn, default)
        if default != ():
            return found
        known = self.remembered.setdefault(dn, set(found))
        if known != set(found):
            self.count()
        return known


def _levels_once(mock: MockFTS, count: Callable[[], None]) -> None:
    grants = _LevelsOnce(mock.state.grants)
    grants.count, grants.remembered = count, {}
    mock.state.grants = grants


def _users_dropped(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _CREATED:
        return reply
    storage = call.state.config.clouds.find(reply.body.decode())
    if storage is None or not storage.users:
        return reply
    storage.users = {}
    return attrs.evolve(reply)


def _text_is_true(call: Call) -> Call:
    if not call.content_type.startswith(JSON):
        return call
    try:
        body = json.loads(call.body)
    except ValueError:
        return call
    if not isinstance(body, dict):
        return call
    texts = {name: True for name in _FLAGS if isinstance(body.get(name), str) and body[name]}
    return attrs.evolve(call, body=json.dumps({**body, **texts}).encode()) if texts else call


DEFECTS: Final = (
    defect_of(
        "unset-limits-shown-as-zero",
        "GET /config/se shows 0, which allows nothing, for limits that were never set and are null",
        "wrong-value",
        on_json(_unset_as_zero),
        operation="get_se_config",
        resource="config/se",
        with_operations=("set_se_config",),
        safe=True,
    ),
    Defect(
        name="weights-cut-to-integers",
        description="Activity shares of 0.5 are shown as 0: the column holds whole numbers",
        kind="wrong-value",
        resource="config/activity_shares",
        seams={
            "list_activity_shares": _whole("[].share"),
            "get_activity_shares": _whole("share"),
        },
        with_operations=("set_activity_shares",),
        safe=True,
    ),
    defect_of(
        "limits-of-other-vos-forgotten",
        "POST /config/se with limits of one VO removes those of the other VOs at the storage",
        "lost-change",
        after(_limits_replaced),
        operation="set_se_config",
        resource="config/se",
        with_operations=("get_se_config", "delete_se_config"),
    ),
    Defect(
        name="levels-remembered-from-the-first-request",
        description="A grant or its end has no effect for users who have made a request before: levels are read once",
        kind="stale-data",
        resource="config/authorize",
        with_operations=("add_grant", "remove_grants", "whoami", "list_links"),
        inside=_levels_once,
    ),
    defect_of(
        "cloud-registered-again-loses-its-users",
        "POST /config/cloud_storage for a known storage removes the keys of its users",
        "side-effect",
        _users_dropped,
        operation="set_cloud_storage",
        resource="config/cloud_storage",
        with_operations=(
            "set_cloud_storage_user",
            "list_cloud_storage_users",
            "delete_cloud_storage",
        ),
    ),
    in_operations(
        "text-false-is-true",
        'Settings that are sent as "false" are stored as true, because the text is not empty',
        "wrong-value",
        on_call(_text_is_true),
        operations=("set_global_config", "set_link"),
        resource="config/global",
        with_operations=("get_global_config", "list_links", "get_link"),
    ),
)
