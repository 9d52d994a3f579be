"""Defects of identity and delegation: ids, keys, credentials, levels."""

from __future__ import annotations

import json
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import known_by_path
from fts_contract.defects.seams import after, on_json, on_reply
from fts_contract.mock.identity import delegation_id, vo_id
from unseen.seams import OK, as_somebody_else, in_operations, memory

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.delegation_store import Request
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.identity import Caller
    from unseen.seams import Scope

_FORBIDDEN: Final = 403
_CREATED: Final = 201
_MINUTE_S: Final = 60.0
_PEM: Final = re.compile(rb"-----BEGIN.+?-----END [A-Z ]+-----\n", re.DOTALL)
_PUT_AND_POST: Final = ("set_delegation_credential", "set_delegation_credential_post")


def _id_of_reversed_attributes(caller: Caller, _scope: Scope) -> Caller:
    if len(caller.fqans) < 2:  # noqa: PLR2004
        return caller
    changed = delegation_id(caller.user_dn, reversed(caller.fqans))
    return attrs.evolve(caller, delegation_id=changed)


def _name_as_vo(_call: Call, body: Any) -> Any:
    if not body["voms_cred"] and body["vos"] == [body["delegation_id"]]:
        name = body["user_dn"].rpartition("=")[2]
        body["vos"], body["vos_id"] = [name], [vo_id(name)]
    return body


def _in_any_case(call: Call, carry_on: Handler) -> Reply:
    own, asked = call.identity.caller.delegation_id, call.params["dlg_id"]
    if own is None or asked == own or asked.lower() != own:
        return carry_on(call)
    return carry_on(attrs.evolve(call, params={"dlg_id": own}))


def _administrators_see_all(call: Call, carry_on: Handler) -> Reply:
    reply, asked = carry_on(call), call.params["dlg_id"]
    if reply.status != _FORBIDDEN or not call.identity.may("config"):
        return reply
    known = vars(call.state.delegations)["_credentials"]
    owner = next((dn for slot, dn in known if slot == asked), None)
    if owner is None:
        return reply
    as_owner = known_by_path(call)
    caller = attrs.evolve(as_owner.identity.caller, user_dn=owner)
    return carry_on(
        attrs.evolve(as_owner, identity=attrs.evolve(as_owner.identity, caller=caller))
    )


def _requests(call: Call) -> dict[tuple[str, str], Request]:
    found: dict[tuple[str, str], Request] = vars(call.state.delegations)["_requests"]
    return found


def _slot(call: Call) -> tuple[str, str]:
    return call.identity.caller.delegation_id or "", call.identity.caller.user_dn


def _one_key(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    own = _requests(call)[_slot(call)]
    first: Request = memory(call).setdefault(f"key-{own.bits}", own)
    if first.pem == own.pem:
        return reply
    _requests(call)[_slot(call)] = attrs.evolve(own, key=first.key, pem=first.pem)
    return attrs.evolve(reply, body=first.pem)


def _new_each_time(call: Call, carry_on: Handler) -> Reply:
    asked = call.params["dlg_id"] == call.identity.caller.delegation_id
    if not asked or _requests(call).pop(_slot(call), None) is None:
        return carry_on(call)
    return carry_on(attrs.evolve(call))


def _longest_kept(call: Call, carry_on: Handler) -> Reply:
    store, caller = call.state.delegations, call.identity.caller
    before = store.get(caller)
    reply = carry_on(call)
    now = store.get(caller)
    if reply.status != _CREATED or not before or not now or now.ends_at >= before.ends_at:
        return reply
    store.store(caller, proxy=before.proxy, ends_at=before.ends_at, attributes=before.attributes)
    return attrs.evolve(reply)


def _request_goes_too(call: Call, _reply: Reply) -> bool:
    return _requests(call).pop(_slot(call), None) is not None


def _last_first(reply: Reply) -> Reply:
    blocks = _PEM.findall(reply.body)
    return attrs.evolve(reply, body=b"".join(reversed(blocks)))


def _level_of_a_minute_ago(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    body, levels = json.loads(reply.body), memory(call)
    at, level = levels.get(body["user_dn"], (-_MINUTE_S, None))
    if time.monotonic() - at >= _MINUTE_S:
        levels[body["user_dn"]] = (time.monotonic(), body["level"])
        return reply
    if level == body["level"]:
        return reply
    return attrs.evolve(reply, body=json.dumps({**body, "level": level}).encode())


_get = partial(
    defect_of,
    operation="get_delegation",
    resource="delegation",
    with_operations=("whoami",),
    safe=True,
)
_request = partial(
    defect_of,
    operation="get_delegation_request",
    resource="delegation",
    with_operations=("whoami", *_PUT_AND_POST),
)

DEFECTS: Final = (
    Defect(
        name="delegation-id-of-reversed-attributes",
        description="The delegation id is made of the attributes from the last to the first, in which order they are not shown",
        kind="wrong-id",
        resource="whoami",
        with_operations=("whoami", "get_delegation"),
        middleware=as_somebody_else(_id_of_reversed_attributes),
        safe=True,
    ),
    defect_of(
        "name-in-place-of-virtual-vo",
        "GET /whoami names the VO of a caller without attributes after his common name, not after the delegation id",
        "wrong-value",
        on_json(_name_as_vo),
        operation="whoami",
        resource="whoami",
        safe=True,
        caller="root",
    ),
    defect_of(
        "certificate-chain-upside-down",
        "GET /whoami/certificate sends the certificate of the caller last",
        "order",
        on_reply(_last_first),
        operation="get_certificate",
        resource="whoami",
        safe=True,
    ),
    _get(
        "delegation-id-in-capitals-accepted",
        "GET /delegation/{id} accepts the caller's id in capitals",
        "accepts-invalid",
        _in_any_case,
    ),
    _get(
        "administrator-sees-foreign-delegations",
        "GET /delegation/{id} shows administrators the credentials of others",
        "authorization-hole",
        _administrators_see_all,
        caller="admin",
    ),
    _request(
        "one-key-for-all-callers",
        "GET /delegation/{id}/request hands the same key out to all callers with keys of one size",
        "delegation-check",
        _one_key,
    ),
    _request(
        "new-key-for-each-request",
        "GET /delegation/{id}/request makes a new key each time: a proxy for the request before is refused",
        "delegation-check",
        _new_each_time,
    ),
    in_operations(
        "shorter-proxy-not-stored",
        "PUT .../credential answers 201 to a proxy that ends before the stored one, and keeps that",
        "lost-change",
        _longest_kept,
        operations=_PUT_AND_POST,
        resource="delegation",
        with_operations=("get_delegation", "get_delegation_request", "whoami"),
    ),
    defect_of(
        "delete-forgets-the-request",
        "DELETE /delegation/{id} forgets the request as well: a proxy for it is refused afterwards",
        "side-effect",
        after(_request_goes_too),
        operation="delete_delegation",
        resource="delegation",
        with_operations=("get_delegation_request", "whoami", *_PUT_AND_POST),
    ),
    defect_of(
        "levels-shown-a-minute-late",
        "GET /whoami shows the levels of a caller as they were up to a minute ago",
        "stale-data",
        _level_of_a_minute_ago,
        operation="whoami",
        resource="whoami",
        with_operations=("add_grant", "remove_grants"),
        caller="admin",
    ),
)
