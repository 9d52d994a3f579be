"""`/config/authorize`: levels that an administrator grants to DNs; they take effect with the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import column, parameter
from fts_contract.mock.pages import negotiated

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST_DN: Final = 255
_LONGEST_OPERATION: Final = 64


def _refuse_admin(operation: str) -> None:
    if operation == "admin":
        raise bad_request("'admin' level can only be changed via database access")


def _as_stored(stored: Collection[str], text: str) -> str:
    """Give a text as it is stored, if it is."""
    return next((known for known in stored if collated(known) == collated(text)), text)


def list_grants(call: Call) -> Reply:
    """Grants by DN; `dn` and `operation` choose."""
    call.need("config", certificate=True)
    dn, operation = call.argument("dn"), call.argument("operation")
    grants = [
        {"dn": granted_to, "operation": granted}
        for granted_to, operations in call.state.grants.items()
        for granted in operations
        if (dn is None or collated(granted_to) == collated(dn))
        and (operation is None or collated(granted) == collated(operation))
    ]
    grants.sort(key=lambda g: (g["dn"].lower(), g["operation"].lower()))
    return negotiated(call, grants, title="FTS3 - Authorization")


def add_grant(call: Call) -> Reply:
    """Grant a DN an operation.

    Source: observed on FTS 3.13.4: repeating a grant gives the same answer and leaves no audit row.
    """
    call.need("config", certificate=True)
    body = call.json_object()
    dn, operation = body.get("dn"), body.get("operation")
    if not dn or not operation:
        raise bad_request("Missing dn and/or operation")
    dn = column(dn, name="dn", longest=_LONGEST_DN)
    operation = column(operation, name="operation", longest=_LONGEST_OPERATION)
    _refuse_admin(operation)
    grants = call.state.grants
    granted = grants.setdefault(_as_stored(grants, dn), set())
    if _as_stored(granted, operation) not in granted:
        granted.add(operation)
        call.record("authorize", f'{operation} granted to "{dn}"')
    return json_reply({"dn": dn, "operation": operation})


def remove_grants(call: Call) -> Reply:
    """Revoke one grant of a DN, or all but `admin`; the audit gets a row even when there was nothing to revoke."""
    call.need("config", certificate=True)
    dn = parameter(call, "dn", missing="Missing DN parameter")
    operation = parameter(call, "operation")
    _refuse_admin(operation)
    known = _as_stored(call.state.grants, dn)
    granted = call.state.grants.get(known, set())
    if operation:
        granted.discard(_as_stored(granted, operation))
        call.record("revoke", f'{operation} revoked for "{dn}"')
    else:
        granted &= {"admin"}
        call.record("revoke", f'All revoked for "{dn}"')
    if not granted:
        call.state.grants.pop(known, None)
    return NO_CONTENT
