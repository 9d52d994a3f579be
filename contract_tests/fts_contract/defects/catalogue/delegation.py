"""Defects of delegation: certificate requests, credentials, and how they are checked."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import as_another_caller, certified, known_by_path
from fts_contract.defects.seams import (
    PRIVATE_KEY,
    after,
    failing,
    header,
    member,
    on_json,
    on_reply,
    renamed,
    shifted,
    status,
    typed,
)
from fts_contract.defects.stores import kept_credential
from fts_contract.mock.errors import METHOD_NOT_ALLOWED, APIError
from fts_contract.mock.exchange import HTML, Call, Reply, error_reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Seam

_WEAK_BITS: Final = 1024
_HOUR: Final = 3600
_CREATED: Final = 201


def _store(call: Call) -> None:
    call.state.delegations.store(
        call.identity.caller, proxy="", ends_at=call.now + 12 * _HOUR, attributes=""
    )


def _accept(*texts: str) -> Seam:
    """Take credentials that are refused with these words."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status != 400 or not any(text.encode() in reply.body for text in texts):  # noqa: PLR2004
            return reply
        _store(call)
        return Reply(status=_CREATED, content_type=HTML)

    return seam


def _later(call: Call, reply: Reply) -> bool:
    """Record the latest end of the certificates, not the earliest."""
    del reply
    caller = call.identity.caller
    known = call.state.delegations.get(caller)
    if known is None:
        return False
    ends = [
        certificate.not_valid_after_utc.timestamp()
        for certificate in x509.load_pem_x509_certificates(call.body)
    ]
    call.state.delegations.store(
        caller, proxy=known.proxy, ends_at=max(ends) + _HOUR, attributes=known.attributes
    )
    return True


def _own_in_place(call: Call, carry_on: Handler) -> Reply:
    """Show the caller's own credential under every id."""
    own = call.identity.caller.delegation_id
    if own is None or call.params["dlg_id"] == own:
        return carry_on(call)
    return carry_on(attrs.evolve(call, params={**call.params, "dlg_id": own}))


def _no_check_of_id(call: Call, carry_on: Handler) -> Reply:
    if (
        call.identity.caller.is_anonymous
        or call.params["dlg_id"] == call.identity.caller.delegation_id
    ):
        return carry_on(call)
    return Reply(status=204, content_type=None)


def _new_request() -> Seam:
    """Hand out a request for another key each time."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status != 200:  # noqa: PLR2004
            return reply
        return attrs.evolve(reply, body=_request(_keys()))

    keys: list[rsa.RSAPrivateKey] = []

    def _keys() -> rsa.RSAPrivateKey:
        # Two in turns: making keys is slow.
        if len(keys) < 2:  # noqa: PLR2004
            keys.append(rsa.generate_private_key(65537, 2048))
        keys.append(keys.pop(0))
        return keys[-1]

    return seam


def _weak(reply: Reply) -> Reply:
    return attrs.evolve(reply, body=_request(rsa.generate_private_key(65537, _WEAK_BITS)))


def _request(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Dummy")])
    signed = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def _with_proxy(_call: Call, body: Any) -> Any:
    return {**body, "proxy": PRIVATE_KEY} if isinstance(body, dict) else body


def _none_as_404(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == 200 and reply.body in {b"null", b"[]"}:  # noqa: PLR2004
        return error_reply(APIError(404, "Delegated credentials not found"))
    return reply


def _any_list(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    try:
        wanted = json.loads(call.body)
    except ValueError:
        return reply
    if reply.status != 400 or isinstance(wanted, list):  # noqa: PLR2004
        return reply
    return Reply(
        status=203, body=b"2030-01-01 00:00:00.000000", content_type="text/plain; charset=utf-8"
    )


_get_delegation = partial(defect_of, operation="get_delegation", resource="delegation", safe=True)
_set_delegation_credential = partial(
    defect_of, operation="set_delegation_credential", resource="delegation"
)
_delete_delegation = partial(defect_of, operation="delete_delegation", resource="delegation")
_get_delegation_request = partial(
    defect_of, operation="get_delegation_request", resource="delegation"
)
_set_delegation_credential_post = partial(
    defect_of, operation="set_delegation_credential_post", resource="delegation"
)
_set_delegation_voms = partial(defect_of, operation="set_delegation_voms", resource="delegation")
_get_delegation_page = partial(
    defect_of, operation="get_delegation_page", resource="delegation", safe=True
)
_PUT: Final = "set_delegation_credential"
_ROUND: Final = ("get_delegation", "get_delegation_request")
DEFECTS: Final = (
    _get_delegation(
        "delegation-of-others-shown",
        "GET /delegation/{id} also answers for the id of someone else",
        "authorization-hole",
        _own_in_place,
    ),
    _get_delegation(
        "delegation-for-anonymous",
        "GET /delegation/{id} is served without a certificate to any caller who knows the id",
        "authorization-hole",
        as_another_caller(known_by_path),
    ),
    _get_delegation(
        "delegation-end-with-zone",
        "GET /delegation/{id} writes the end with an offset",
        "wrong-unit",
        member("termination_time", lambda text: f"{text}+00:00"),
    ),
    _get_delegation(
        "delegation-end-in-local-time",
        "GET /delegation/{id} writes the end two hours late: clients renew too late",
        "wrong-unit",
        member("termination_time", shifted(hours=2)),
        with_operations=(_PUT,),
        safe=False,
    ),
    _set_delegation_credential(
        "delegation-outlives-its-proxy",
        "PUT .../credential records the latest end of the certificates, not the earliest",
        "delegation-check",
        after(_later),
        with_operations=_ROUND,
    ),
    _get_delegation(
        "delegation-attributes-renamed",
        "GET /delegation/{id} calls voms_attrs voms_attributes",
        "renamed-field",
        renamed("voms_attrs", "voms_attributes"),
    ),
    _get_delegation(
        "delegation-attributes-as-text",
        "GET /delegation/{id} sends the attributes as text, not as a list",
        "retyped-field",
        member("voms_attrs", " ".join),
    ),
    _get_delegation(
        "delegation-none-as-404",
        "GET /delegation/{id} is 404 before the first delegation",
        "wrong-status",
        _none_as_404,
        with_operations=("delete_delegation",),
        safe=False,
    ),
    _delete_delegation(
        "delegation-delete-without-effect",
        "DELETE /delegation/{id} answers 204 and keeps the credential",
        "lost-change",
        kept_credential,
        with_operations=("get_delegation",),
    ),
    _delete_delegation(
        "delegation-delete-nothing-as-204",
        "DELETE /delegation/{id} answers 204 when there is no credential",
        "wrong-status",
        status(204, instead_of=404),
    ),
    _delete_delegation(
        "delegation-delete-of-others",
        "DELETE /delegation/{id} accepts the id of someone else",
        "authorization-hole",
        _no_check_of_id,
    ),
    _get_delegation_request(
        "delegation-request-differs-each-time",
        "GET .../request hands out another key each time: proxies for the earlier one are refused",
        "stale-data",
        _new_request(),
        with_operations=(_PUT,),
    ),
    _get_delegation_request(
        "delegation-request-with-weak-key",
        "GET .../request asks to sign a key of 1024 bits",
        "delegation-check",
        on_reply(_weak),
    ),
    _get_delegation_request(
        "delegation-request-without-id",
        "GET .../request leaves the header X-Delegation-ID out",
        "header",
        header("X-Delegation-ID", None),
    ),
    _get_delegation_request(
        "delegation-request-with-other-id",
        "GET .../request names another id in X-Delegation-ID",
        "header",
        header("X-Delegation-ID", "0123456789abcdef"),
    ),
    _get_delegation_request(
        "delegation-request-as-json",
        "GET .../request labels the PEM application/json",
        "wrong-content-type",
        typed("application/json"),
    ),
    _get_delegation_request(
        "delegation-request-with-its-key",
        "GET .../request sends the private key along with the request",
        "leaked-secret",
        on_reply(lambda r: attrs.evolve(r, body=r.body + PRIVATE_KEY.encode())),
    ),
    _get_delegation(
        "delegation-with-its-proxy",
        "GET /delegation/{id} shows the delegated proxy with its key",
        "leaked-secret",
        on_json(_with_proxy),
    ),
    _set_delegation_credential(
        "credential-of-foreign-issuer-taken",
        "PUT .../credential accepts proxies that the caller did not sign",
        "delegation-check",
        _accept("was not signed by the client"),
        with_operations=_ROUND,
        only="delegation-refused",
    ),
    _set_delegation_credential(
        "credential-for-another-key-taken",
        "PUT .../credential accepts proxies for another key than that of the request",
        "delegation-check",
        _accept("does not match the stored"),
        with_operations=_ROUND,
    ),
    _set_delegation_credential(
        "credential-with-bad-signature-taken",
        "PUT .../credential does not verify the signature of the proxy",
        "delegation-check",
        _accept("Failed to verify"),
        with_operations=_ROUND,
    ),
    _set_delegation_credential(
        "credential-garbage-taken",
        "PUT .../credential answers 201 to a body that is not a certificate",
        "accepts-invalid",
        _accept("Malformed"),
    ),
    _set_delegation_credential(
        "credential-answers-200",
        "PUT .../credential answers 200 where clients expect 201",
        "wrong-status",
        status(200, instead_of=_CREATED),
        with_operations=_ROUND,
    ),
    _set_delegation_credential(
        "credential-not-stored",
        "PUT .../credential answers 201 and stores nothing",
        "lost-change",
        kept_credential,
        with_operations=_ROUND,
    ),
    _set_delegation_credential_post(
        "credential-by-post-refused",
        "POST .../credential, which some clients use, is 405",
        "refuses-valid",
        lambda _call, _carry_on: error_reply(APIError(405, METHOD_NOT_ALLOWED, {"Allow": "PUT"})),
    ),
    _set_delegation_voms(
        "voms-fails-without-credential",
        "POST .../voms fails when nothing was delegated",
        "server-error",
        failing(lambda call: call.state.delegations.get(call.identity.caller) is None),
        with_operations=("delete_delegation",),
    ),
    _set_delegation_voms(
        "voms-takes-objects",
        "POST .../voms answers 203 to a body that is not an array",
        "accepts-invalid",
        _any_list,
    ),
    _get_delegation_page(
        "delegation-page-for-anonymous",
        "GET /delegation is served without a certificate",
        "authorization-hole",
        as_another_caller(certified),
    ),
    _get_delegation_page(
        "delegation-page-as-json",
        "GET /delegation answers JSON instead of a page",
        "wrong-content-type",
        on_reply(lambda _reply: json_reply({})),
    ),
)
