"""Defects of the configuration of the server: hosts, drain, audit, settings of VOs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import as_another_caller, everybody_may, given
from fts_contract.defects.seams import (
    as_page,
    cut,
    dropped,
    failing,
    member,
    on_call,
    on_json,
    renamed,
    with_fault,
)
from fts_contract.defects.stores import forgotten, spoiled
from fts_contract.mock.clock import wire_time
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.configuration import Configuration

_SHORT_S: Final = 1.5
_FLAGS: Final = ("retry", "max_time_queue", "global_timeout", "sec_per_mb")


def _json_always(call: Call) -> Call:
    if "text/html" not in call.headers.get("accept", ""):
        return call
    return attrs.evolve(call, headers={**call.headers, "accept": "application/json"})


def _epoch(text: Any) -> Any:
    return 1_790_000_000 if isinstance(text, str) else text


def _without_star(_call: Call, body: Any) -> Any:
    return {vo: settings for vo, settings in body.items() if vo != "*"}


def _row(call: Call, config: Configuration) -> dict[str, Any] | None:
    vo = given(call).get("vo_name", "*")
    return config.settings.get(vo.lower()) if isinstance(vo, str) else None


def _not_merged(call: Call, config: Configuration) -> bool:
    row, touched = _row(call, config), False
    for name in _FLAGS:
        if row is not None and name not in given(call) and row[name]:
            row[name], touched = 0, True
    return touched


def _in_minutes(call: Call, config: Configuration) -> bool:
    row = _row(call, config)
    if row is None or not given(call).get("global_timeout"):
        return False
    row["global_timeout"] *= 60
    return True


def _unknown_fields(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == 400 and b"unknown" in reply.body:  # noqa: PLR2004
        return json_reply({"*": {}})
    return reply


def _star_deleted(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 400:  # noqa: PLR2004
        return reply
    return Reply(status=204, content_type=None)


def _writes_audit(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 200:  # noqa: PLR2004
        return reply
    call.state.config.record(
        call.identity.caller.user_dn, action="read", config=f"read {call.path} at {call.now}"
    )
    return attrs.evolve(reply)


def _inverted(call: Call, config: Configuration) -> bool:
    wanted = given(call)
    for host in config.all_hosts():
        if host.hostname == wanted.get("hostname"):
            host.drain = not wanted.get("drain", True)
    return True


def _local_audit(call: Call, config: Configuration) -> bool:
    if config.audit:
        config.audit[-1] = attrs.evolve(config.audit[-1], datetime=wire_time(call.now + 7200))
    return bool(config.audit)


_list_hosts = partial(defect_of, operation="list_hosts", resource="config/hosts", safe=True)
_set_drain = partial(defect_of, operation="set_drain", resource="config/hosts")
_list_config_audit = partial(
    defect_of, operation="list_config_audit", resource="config/audit", safe=True
)
_get_global_config = partial(
    defect_of, operation="get_global_config", resource="config/global", safe=True
)
_set_global_config = partial(defect_of, operation="set_global_config", resource="config/global")
_delete_global_config = partial(
    defect_of, operation="delete_global_config", resource="config/global"
)
_HOSTS: Final = (
    _list_hosts(
        "hosts-drain-as-text",
        "GET /config sends drain as text",
        "retyped-field",
        member("drain", str),
    ),
    _list_hosts(
        "hosts-beat-in-seconds",
        "GET /config gives heartbeats as seconds since 1970",
        "wrong-unit",
        member("beat", _epoch),
    ),
    _list_hosts(
        "hosts-page-for-programs",
        "GET /config answers a page to programs that ask for JSON",
        "html-instead-of-json",
        as_page(),
        only="content-negotiation",
    ),
    _list_hosts(
        "hosts-json-for-browsers",
        "GET /config answers JSON to browsers that ask for a page",
        "wrong-content-type",
        on_call(_json_always),
    ),
    _list_hosts(
        "hosts-for-users",
        "GET /config is served to users without level config",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _set_drain(
        "drain-without-effect",
        "POST /config/drain answers and the host takes new work",
        "lost-change",
        forgotten("config.hosts", "config.own_host"),
        with_operations=("list_hosts",),
        only="drain-visible",
    ),
    _set_drain(
        "drain-inverted",
        "POST /config/drain switches on what should be off",
        "wrong-value",
        spoiled(_inverted),
        with_operations=("list_hosts",),
    ),
    _set_drain(
        "drain-answers-object",
        "POST /config/drain answers an object instead of null",
        "retyped-field",
        on_json(lambda _call, _body: {"drain": True}),
    ),
    _set_drain(
        "drain-leaves-no-audit",
        "POST /config/drain writes nothing into the audit log",
        "lost-change",
        forgotten("config.audit"),
        resource="config/audit",
        with_operations=("list_config_audit",),
    ),
    _list_config_audit(
        "audit-oldest-first",
        "GET /config/audit gives the oldest changes first",
        "order",
        on_json(lambda _call, body: sorted(body, key=lambda row: row["datetime"])),
    ),
    _list_config_audit(
        "audit-actor-renamed",
        "GET /config/audit calls dn user_dn",
        "renamed-field",
        renamed("dn", "user_dn"),
    ),
    Defect(
        name="audit-too-slow",
        description="GET /config/audit needs longer than any client waits",
        kind="slow-answer",
        resource="config/audit",
        with_operations=("list_config_audit",),
        arrange=with_fault("delay", "GET /config/audit$", delay_s=2 * _SHORT_S),
        timeout_s=_SHORT_S,
        safe=True,
    ),
    _set_drain(
        "audit-in-local-time",
        "POST /config/drain records the time of another time zone in the audit log",
        "wrong-unit",
        spoiled(_local_audit),
        resource="config/audit",
        with_operations=("list_config_audit",),
        only="times",
    ),
)
_GLOBAL: Final = (
    _get_global_config(
        "global-without-star",
        "GET /config/global leaves the settings for all VOs out",
        "missing-field",
        on_json(_without_star),
    ),
    _get_global_config(
        "global-flags-as-letters",
        'GET /config/global sends flags as "Y" and "N"',
        "retyped-field",
        member("[].no_streaming", lambda flag: "Y" if flag else "N"),
    ),
    _get_global_config(
        "global-read-writes-audit",
        "GET /config/global writes a row into the audit log",
        "side-effect",
        _writes_audit,
        with_operations=("list_config_audit",),
        only="get-has-no-effect",
    ),
    _set_global_config(
        "global-set-forgets-the-rest",
        "POST /config/global resets the settings that it does not name",
        "lost-change",
        spoiled(_not_merged),
        with_operations=("get_global_config",),
        only="global-stored",
    ),
    _set_global_config(
        "global-set-cut-off",
        "POST /config/global cuts its answer off after the first byte",
        "broken-body",
        cut(to=1),
    ),
    _set_global_config(
        "global-set-without-effect",
        "POST /config/global answers with the old settings and keeps them",
        "lost-change",
        forgotten("config.settings"),
        with_operations=("get_global_config",),
    ),
    _set_global_config(
        "global-timeout-in-minutes",
        "POST /config/global reads global_timeout as minutes",
        "wrong-unit",
        spoiled(_in_minutes),
        with_operations=("get_global_config",),
    ),
    _set_global_config(
        "global-set-takes-unknown-fields",
        "POST /config/global answers 200 to settings that do not exist",
        "accepts-invalid",
        _unknown_fields,
    ),
    _delete_global_config(
        "global-delete-without-vo",
        "DELETE /config/global is 204 without saying whose settings",
        "accepts-invalid",
        _star_deleted,
    ),
    _delete_global_config(
        "global-delete-without-effect",
        "DELETE /config/global answers 204 and keeps the settings",
        "lost-change",
        forgotten("config.settings"),
        with_operations=("get_global_config", "set_global_config"),
    ),
    _get_global_config(
        "global-row-without-timeout",
        "GET /config/global leaves global_timeout out",
        "missing-field",
        dropped("[].global_timeout"),
    ),
    _set_global_config(
        "global-fails-for-new-vos",
        "POST /config/global fails for a VO without settings",
        "server-error",
        failing(
            lambda call: (
                isinstance(vo := given(call).get("vo_name"), str)
                and vo.lower() not in call.state.config.settings
            )
        ),
    ),
)
DEFECTS: Final = (*_HOSTS, *_GLOBAL)
