"""Configuration of the server: hosts, drain, audit, settings of VOs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, one_seam
from fts_contract.defects.identities import everybody_may
from fts_contract.defects.seams import (
    as_page,
    as_somebody,
    cut,
    dropped,
    failing,
    member,
    on_call,
    on_json,
    renamed,
)
from fts_contract.defects.stores import forgotten, spoiled
from fts_contract.mock.clock import wire_time
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.faults import Fault

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.configuration import Configuration

_SHORT_S: Final = 1.5
_FLAGS: Final = ("retry", "max_time_queue", "global_timeout", "sec_per_mb")


def _json_always(call: Call) -> Call:
    if "text/html" not in call.headers.get("accept", ""):
        return call
    return attrs.evolve(call, headers={**call.headers, "accept": "application/json"})


def _epoch(text: Any) -> Any:
    return 1_790_000_000 if isinstance(text, str) else text


def _slowly(mock: MockFTS) -> None:
    mock.faults.add(Fault("delay", "GET /config/audit$", count=None, delay_s=2 * _SHORT_S))


def _without_star(_call: Call, body: Any) -> Any:
    return {vo: settings for vo, settings in body.items() if vo != "*"}


def _given(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _row(call: Call, config: Configuration) -> dict[str, Any] | None:
    vo = _given(call).get("vo_name", "*")
    return config.settings.get(vo.lower()) if isinstance(vo, str) else None


def _not_merged(call: Call, config: Configuration) -> bool:
    row, touched = _row(call, config), False
    for name in _FLAGS:
        if row is not None and name not in _given(call) and row[name]:
            row[name], touched = 0, True
    return touched


def _in_minutes(call: Call, config: Configuration) -> bool:
    row = _row(call, config)
    if row is None or not _given(call).get("global_timeout"):
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
    wanted = _given(call)
    for host in config.all_hosts():
        if host.hostname == wanted.get("hostname"):
            host.drain = not wanted.get("drain", True)
    return True


def _local_audit(call: Call, config: Configuration) -> bool:
    if config.audit:
        config.audit[-1] = attrs.evolve(config.audit[-1], datetime=wire_time(call.now + 7200))
    return bool(config.audit)


_host = partial(one_seam, resource="config/hosts")
_audit = partial(one_seam, resource="config/audit")
_setting = partial(one_seam, resource="config/global")
_HOSTS: Final = (
    _host(
        "hosts-drain-as-text",
        "GET /config sends drain as text",
        "retyped-field",
        "list_hosts",
        member("drain", str),
        safe=True,
    ),
    _host(
        "hosts-beat-in-seconds",
        "GET /config gives heartbeats as seconds since 1970",
        "wrong-unit",
        "list_hosts",
        member("beat", _epoch),
        safe=True,
    ),
    _host(
        "hosts-page-for-programs",
        "GET /config answers a page to programs that ask for JSON",
        "html-instead-of-json",
        "list_hosts",
        as_page(),
        safe=True,
        only="content-negotiation",
    ),
    _host(
        "hosts-json-for-browsers",
        "GET /config answers JSON to browsers that ask for a page",
        "wrong-content-type",
        "list_hosts",
        on_call(_json_always),
        safe=True,
    ),
    _host(
        "hosts-for-users",
        "GET /config is served to users without level config",
        "authorization-hole",
        "list_hosts",
        as_somebody(everybody_may("config")),
        caller="alice",
        safe=True,
    ),
    _host(
        "drain-without-effect",
        "POST /config/drain answers and the host takes new work",
        "lost-change",
        "set_drain",
        forgotten("hosts", "own_host"),
        with_operations=("list_hosts",),
        only="drain-visible",
    ),
    _host(
        "drain-inverted",
        "POST /config/drain switches on what should be off",
        "wrong-value",
        "set_drain",
        spoiled(_inverted),
        with_operations=("list_hosts",),
    ),
    _host(
        "drain-answers-object",
        "POST /config/drain answers an object in the place of null",
        "retyped-field",
        "set_drain",
        on_json(lambda _call, _body: {"drain": True}),
    ),
    _audit(
        "drain-leaves-no-audit",
        "POST /config/drain writes nothing into the audit log",
        "lost-change",
        "set_drain",
        forgotten("audit"),
        with_operations=("list_config_audit",),
    ),
    _audit(
        "audit-oldest-first",
        "GET /config/audit gives the oldest changes first",
        "order",
        "list_config_audit",
        on_json(lambda _call, body: sorted(body, key=lambda row: row["datetime"])),
        safe=True,
    ),
    _audit(
        "audit-actor-renamed",
        "GET /config/audit calls dn user_dn",
        "renamed-field",
        "list_config_audit",
        renamed("dn", "user_dn"),
        safe=True,
    ),
    Defect(
        name="audit-too-slow",
        description="GET /config/audit needs longer than any client waits",
        kind="slow-answer",
        resource="config/audit",
        with_operations=("list_config_audit",),
        arrange=_slowly,
        timeout_s=_SHORT_S,
        safe=True,
    ),
    _audit(
        "audit-in-local-time",
        "POST /config/drain notes the time of another time zone in the audit log",
        "wrong-unit",
        "set_drain",
        spoiled(_local_audit),
        with_operations=("list_config_audit",),
        only="times",
    ),
)
_GLOBAL: Final = (
    _setting(
        "global-without-star",
        "GET /config/global leaves the settings for all VOs out",
        "missing-field",
        "get_global_config",
        on_json(_without_star),
        safe=True,
    ),
    _setting(
        "global-flags-as-letters",
        'GET /config/global sends flags as "Y" and "N"',
        "retyped-field",
        "get_global_config",
        member("[].no_streaming", lambda flag: "Y" if flag else "N"),
        safe=True,
    ),
    _setting(
        "global-read-writes-audit",
        "GET /config/global writes a row into the audit log",
        "side-effect",
        "get_global_config",
        _writes_audit,
        with_operations=("list_config_audit",),
        safe=True,
        only="get-has-no-effect",
    ),
    _setting(
        "global-set-forgets-the-rest",
        "POST /config/global resets the settings that it does not name",
        "lost-change",
        "set_global_config",
        spoiled(_not_merged),
        with_operations=("get_global_config",),
        only="global-stored",
    ),
    _setting(
        "global-set-cut-off",
        "POST /config/global breaks its answer off behind the first byte",
        "broken-body",
        "set_global_config",
        cut(to=1),
    ),
    _setting(
        "global-set-without-effect",
        "POST /config/global answers with the old settings and keeps them",
        "lost-change",
        "set_global_config",
        forgotten("settings"),
        with_operations=("get_global_config",),
    ),
    _setting(
        "global-timeout-in-minutes",
        "POST /config/global reads global_timeout as minutes",
        "wrong-unit",
        "set_global_config",
        spoiled(_in_minutes),
        with_operations=("get_global_config",),
    ),
    _setting(
        "global-set-takes-unknown-fields",
        "POST /config/global answers 200 to settings that do not exist",
        "accepts-invalid",
        "set_global_config",
        _unknown_fields,
    ),
    _setting(
        "global-delete-without-vo",
        "DELETE /config/global is 204 without saying whose settings",
        "accepts-invalid",
        "delete_global_config",
        _star_deleted,
    ),
    _setting(
        "global-delete-without-effect",
        "DELETE /config/global answers 204 and keeps the settings",
        "lost-change",
        "delete_global_config",
        forgotten("settings"),
        with_operations=("get_global_config", "set_global_config"),
    ),
    _setting(
        "global-row-without-timeout",
        "GET /config/global leaves global_timeout out",
        "missing-field",
        "get_global_config",
        dropped("[].global_timeout"),
        safe=True,
    ),
    _setting(
        "global-fails-for-new-vos",
        "POST /config/global fails for a VO without settings",
        "server-error",
        "set_global_config",
        failing(
            lambda call: (
                isinstance(vo := _given(call).get("vo_name"), str)
                and vo.lower() not in call.state.config.settings
            )
        ),
    ),
)
DEFECTS: Final = (*_HOSTS, *_GLOBAL)
