"""Defects of delegation and of who the caller is: requests, ends of credentials, ids of VOs."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.seams import after, on_json
from fts_contract.mock.identity import BASE_ID
from unseen.seams import in_operations, memory, refusal, replaced

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_NO_CONTENT: Final = 204
_SIGNING: Final = ("set_delegation_credential", "set_delegation_credential_post")


def _lasts_as_long_as_the_certificate(call: Call, _reply: Reply) -> bool:
    credential = call.state.delegations.get(call.caller)
    ends_at = max(c.not_valid_after_utc.timestamp() for c in call.caller.chain)
    if credential is None or credential.ends_at >= ends_at:
        return False
    call.state.delegations.store(
        call.caller, proxy=credential.proxy, ends_at=ends_at, attributes=credential.attributes
    )
    return True


def _new_request(call: Call, carry_on: Handler) -> Reply:
    delegations = call.state.delegations
    if delegations.pending(call.caller) is None:
        return carry_on(call)
    with replaced(delegations, pending=lambda _caller: None):
        return attrs.evolve(carry_on(call))


def _voided(call: Call) -> set[tuple[str | None, str]]:
    found: set[tuple[str | None, str]] = memory(call).setdefault("voided requests", set())
    return found


def _slot(call: Call) -> tuple[str | None, str]:
    return call.caller.delegation_id, call.caller.user_dn


def _void(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == _NO_CONTENT:
        _voided(call).add(_slot(call))
    return reply


def _make_valid(call: Call, carry_on: Handler) -> Reply:
    _voided(call).discard(_slot(call))
    return carry_on(call)


def _only_valid(call: Call, carry_on: Handler) -> Reply:
    if _slot(call) in _voided(call):
        return refusal(400, "No credential cache found")
    return carry_on(call)


def _by_md5(_call: Call, body: Any) -> Any:
    return {**body, "vos_id": [str(uuid.uuid3(BASE_ID, vo)) for vo in body["vos"]]}


DEFECTS: Final = (
    in_operations(
        "proxy-lasts-as-long-as-its-certificate",
        "GET /delegation/{id} gives the end of the user's certificate, not that of the shorter proxy",
        "wrong-value",
        after(_lasts_as_long_as_the_certificate),
        operations=_SIGNING,
        resource="delegation",
        with_operations=("whoami", "get_delegation", "get_delegation_request"),
    ),
    defect_of(
        "each-request-has-a-new-key",
        "Each GET of a delegation request makes a new one, and the proxies of earlier ones are refused",
        "stale-data",
        _new_request,
        operation="get_delegation_request",
        resource="delegation",
        with_operations=("whoami", *_SIGNING, "get_delegation"),
        safe=True,
    ),
    Defect(
        name="deleting-delegation-voids-request",
        description="DELETE of a delegation voids the request as well: a proxy for it is answered 400",
        kind="delegation-check",
        resource="delegation",
        seams={
            "delete_delegation": _void,
            "get_delegation_request": _make_valid,
            **dict.fromkeys(_SIGNING, _only_valid),
        },
        with_operations=("whoami", "get_delegation"),
    ),
    defect_of(
        "ids-of-vos-by-md5",
        "GET /whoami gives UUIDs of version 3 in vos_id, which do not lead to the ids of jobs with a sid",
        "wrong-id",
        on_json(_by_md5),
        operation="whoami",
        resource="whoami",
        with_operations=("submit_job",),
        safe=True,
    ),
)
