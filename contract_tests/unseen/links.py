"""Defects of links and grants: which are found, by whom, and what a change of one does to others."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import after
from fts_contract.defects.stores import spoiled
from fts_contract.mock.fields import parameter
from unseen.seams import OK, asking, memory, refusal, rows_instead, rows_of

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.exchange import Call, Reply

_NOT_FOUND: Final = 404
_FORBIDDEN: Final = 403
_CACHED_S: Final = 1.0


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


def _either_filter(call: Call, carry_on: Handler) -> Reply:
    reply, arguments = carry_on(call), call.query
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
)
