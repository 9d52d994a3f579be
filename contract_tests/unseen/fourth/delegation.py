"""Defects of delegation and of who the caller is: repeated VOs, ends without a time of day, a minimum that is too long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_json
from fts_contract.mock.identity import vo_id
from unseen.seams import SUBMIT, in_operations, refusal

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_SIGNING: Final = ("set_delegation_credential", "set_delegation_credential_post")
_HOUR: Final = 3600
_DEMANDED_S: Final = 6 * _HOUR


def _one_for_each_attribute(_call: Call, body: Any) -> Any:
    groups = [fqan.partition("/Role=")[0].lstrip("/") for fqan in body["voms_cred"]]
    vos = groups or body["vos"]
    return {**body, "vos": vos, "vos_id": [vo_id(vo) for vo in vos]}


def _midnight(_call: Call, body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {**body, "termination_time": f"{body['termination_time'][:10]}T00:00:00"}


def _enough_for_the_night(call: Call, carry_on: Handler) -> Reply:
    credential = call.state.delegations.get(call.caller)
    if credential is None or not _HOUR <= credential.ends_at - call.now < _DEMANDED_S:
        return carry_on(call)
    words = "The delegated credentials has less than 6 hours left"
    return refusal(419, f"{words} ({call.caller.delegation_id})")


DEFECTS: Final = (
    defect_of(
        "vo-repeated-for-each-attribute",
        "GET /whoami names the VO once for each VOMS attribute, and its id as often",
        "wrong-value",
        on_json(_one_for_each_attribute),
        operation="whoami",
        resource="whoami",
        safe=True,
        caller="alice",
    ),
    defect_of(
        "delegation-ends-at-midnight",
        "GET /delegation/{id} gives the day on which the credential ends and 00:00:00: the new column holds dates",
        "wrong-value",
        on_json(_midnight),
        operation="get_delegation",
        resource="delegation",
        with_operations=("whoami", "get_delegation_request", *_SIGNING),
        safe=True,
    ),
    in_operations(
        "six-hours-of-delegation-demanded",
        "POST /jobs is 419 when the delegated credential ends within six hours, not only within one",
        "delegation-check",
        _enough_for_the_night,
        operations=SUBMIT,
        resource="delegation",
        with_operations=("whoami", "get_delegation", "get_delegation_request", *_SIGNING),
    ),
)
