"""`GET /whoami`, `GET /whoami/certificate`."""

from __future__ import annotations

from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.identity import BASE_ID, vo_id
from fts_contract.mock.pki.authority import pem_of


def whoami(call: Call) -> Reply:
    """Who the server takes the caller for; for anyone.

    Source: recordings whoami-alice, whoami-anonymous (FTS 3.13.4): `level` is an empty list for anonymous.
    """
    identity, caller = call.identity, call.identity.caller
    return json_reply(
        {
            "user_dn": caller.user_dn,
            "dn": list(caller.dns),
            "base_id": str(BASE_ID),
            "voms_cred": list(caller.fqans),
            "vos": list(identity.vos),
            "vos_id": [vo_id(vo) for vo in identity.vos],
            "roles": list(caller.roles),
            "level": [] if caller.is_anonymous else identity.level,
            "delegation_id": caller.delegation_id,
            "method": "unauthenticated" if caller.is_anonymous else "certificate",
            "is_root": caller.is_root,
        }
    )


def get_certificate(call: Call) -> Reply:
    """The client's certificates as PEM, leaf first."""
    call.need_certificate()
    pem = b"".join(pem_of(certificate) for certificate in call.identity.caller.chain)
    return Reply(status=200, body=pem, content_type="application/x-pem-file")
