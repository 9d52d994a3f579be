"""`GET /whoami`, `GET /whoami/certificate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asn1crypto import pem

from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.identity import BASE_ID, vo_id
from fts_contract.mock.pki.certificates import original

if TYPE_CHECKING:
    from fts_contract.mock.oauth2 import TokenUser


def whoami(call: Call) -> Reply:
    """Who the server takes the caller for; for anyone.

    Source: recordings whoami-alice, whoami-anonymous (FTS 3.13.4): `level` is an empty list for anonymous.
    """
    identity, caller = call.identity, call.caller
    return json_reply(
        {
            "user_dn": caller.user_dn,
            "dn": list(caller.dns),
            "base_id": str(BASE_ID),
            "voms_cred": list(caller.fqans),
            "vos": list(identity.vos),
            "vos_id": [vo_id(vo) for vo in identity.vos],
            "roles": list(caller.roles),
            "level": [] if caller.is_anonymous else identity.shown_level or identity.level,
            "delegation_id": caller.delegation_id,
            "method": caller.method,
            "is_root": caller.is_root,
            **_about_token(caller.token),
        }
    )


def _about_token(user: TokenUser | None) -> dict[str, Any]:
    """What only token users see; the two empty objects are internals of FTS that leak.

    Source: recording tok-whoami-plain (FTS 3.13.4).
    """
    if user is None:
        return {}
    return {
        "oauth2_scope": user.scope,
        "wlcg_profile": user.has_profile,
        "get_granted_level_for_overriden": {},
        "get_granted_level_for": {},
    }


def get_certificate(call: Call) -> Reply:
    """The client's certificates as PEM, leaf first."""
    call.need_certificate()
    chain = call.caller.chain
    body = b"".join(pem.armor("CERTIFICATE", original(certificate)) for certificate in chain)
    return Reply(status=200, body=body, content_type="application/x-pem-file")
