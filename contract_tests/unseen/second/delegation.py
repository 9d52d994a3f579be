"""Defects of identity and delegation: roles that are none, credentials of others with the same name, a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import after, on_json, status

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call, Reply


def _null_among_roles(call: Call, body: Any) -> Any:
    parts = [part for fqan in call.caller.fqans for part in fqan.split("/")]
    roles = [part.removeprefix("Role=") for part in parts if part.startswith("Role=")]
    return {**body, "roles": list(dict.fromkeys(roles))}


def _every_id_of_the_user(call: Call, _reply: Reply) -> bool:
    credentials: dict[tuple[str, str], Any] = vars(call.state.delegations)["_credentials"]
    others = [slot for slot in credentials if slot[1] == call.caller.user_dn]
    for slot in others:
        del credentials[slot]
    return bool(others)


DEFECTS: Final = (
    defect_of(
        "no-role-is-a-role",
        "GET /whoami lists NULL among the roles of callers with an attribute such as /testvo/Role=NULL",
        "wrong-value",
        on_json(_null_among_roles),
        operation="whoami",
        resource="whoami",
        safe=True,
    ),
    defect_of(
        "delegations-of-other-attributes-deleted",
        "DELETE /delegation/{id} deletes all credentials of the user, also those under the id without attributes",
        "side-effect",
        after(_every_id_of_the_user),
        operation="delete_delegation",
        resource="delegation",
        with_operations=("get_delegation", "whoami", "get_delegation_request"),
    ),
    defect_of(
        "posted-credential-is-200",
        "POST /delegation/{id}/credential answers 200 where PUT answers 201",
        "wrong-status",
        status(200, instead_of=201),
        operation="set_delegation_credential_post",
        resource="delegation",
        with_operations=("whoami", "get_delegation_request", "get_delegation"),
    ),
)
