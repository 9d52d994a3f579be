"""Defects of delegated credentials: whose they are, how long they last, and which of two stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import attrs
from cryptography.x509 import load_pem_x509_certificates

from fts_contract.defects.seams import after
from unseen.seams import OK, in_operations, refusal

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.delegation_store import Credential
    from fts_contract.mock.exchange import Call, Reply

_ENDS_SOON: Final = 419
_HOUR_S: Final = 3600
_CREATED: Final = 201
_PUT: Final = ("set_delegation_credential", "set_delegation_credential_post")
_read_back = partial(
    in_operations,
    operations=_PUT,
    resource="delegation",
    with_operations=("get_delegation_request", "get_delegation", "delete_delegation"),
)


def _stored(call: Call, credential: Credential) -> None:
    call.state.delegations.store(
        call.caller,
        proxy=credential.proxy,
        ends_at=credential.ends_at,
        attributes=credential.attributes,
    )


def _until_the_last_end(call: Call, _reply: Reply) -> bool:
    credential = call.state.delegations.get(call.caller)
    if credential is None or not credential.proxy:
        return False
    try:
        chain = load_pem_x509_certificates(credential.proxy.encode())
    except ValueError:  # FTS skips broken blocks beside the certificates.
        return False
    ends_at = max(certificate.not_valid_after_utc.timestamp() for certificate in chain)
    if ends_at <= credential.ends_at:
        return False
    _stored(call, attrs.evolve(credential, ends_at=ends_at))
    return True


def _the_longer_one(call: Call, carry_on: Handler) -> Reply:
    before = call.state.delegations.get(call.caller)
    reply = carry_on(call)
    now_stored = call.state.delegations.get(call.caller)
    if reply.status != _CREATED or before is None or now_stored is None:
        return reply
    if before.ends_at <= now_stored.ends_at:
        return reply
    _stored(call, before)
    return attrs.evolve(reply)


def _an_hour_left(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    credential = call.state.delegations.get(call.caller)
    if reply.status != OK or credential is None or credential.ends_at - call.now >= _HOUR_S:
        return reply
    return refusal(_ENDS_SOON, "The delegated credentials has less than one hour left")


DEFECTS: Final = (
    _read_back(
        "credential-ends-with-its-last-certificate",
        "A delegated credential lasts as long as the longest-lived certificate of its chain, not the shortest",
        "wrong-value",
        after(_until_the_last_end, statuses={_CREATED}),
    ),
    _read_back(
        "shorter-credential-is-dropped",
        "A credential that ends before the stored one is answered 201 and thrown away",
        "lost-change",
        _the_longer_one,
    ),
    in_operations(
        "storage-needs-an-hour-of-credential",
        "/dm/* answers 419 already when the delegated credential has less than an hour left, as submissions do",
        "delegation-check",
        _an_hour_left,
        operations=("stat_file", "list_directory", "unlink_file"),
        resource="dm",
    ),
)
