"""Defects of what the server says about itself and the caller: root, whoami, schema of submissions, activity of hosts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import as_another_caller, everybody_may
from fts_contract.defects.seams import (
    PRIVATE_KEY,
    answering,
    as_page,
    cut,
    dropped,
    member,
    nulled,
    on_call,
    on_json,
    on_reply,
    renamed,
    status,
    typed,
)
from fts_contract.mock.errors import forbidden
from fts_contract.mock.exchange import Call, Reply, error_reply
from fts_contract.mock.identity import delegation_id

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler


def _id_of_dn_alone(call: Call, body: Any) -> Any:
    caller = call.identity.caller
    if not caller.is_anonymous:
        body["delegation_id"] = delegation_id(caller.user_dn, ())
    return body


def _attributes_reversed(call: Call) -> Call:
    caller = call.identity.caller
    reverse = caller.fqans[::-1]
    if reverse == caller.fqans:
        return call
    mistaken = attrs.evolve(
        caller, fqans=reverse, delegation_id=delegation_id(caller.user_dn, reverse)
    )
    return attrs.evolve(call, identity=attrs.evolve(call.identity, caller=mistaken))


def _longer_head(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return attrs.evolve(reply, body=reply.body + b"\n") if call.method == "HEAD" else reply


def _leaf_only(reply: Reply) -> Reply:
    leaf, end, _rest = reply.body.partition(b"-----END CERTIFICATE-----\n")
    return attrs.evolve(reply, body=leaf + end)


def _refuse_anonymous(call: Call, carry_on: Any) -> Reply:
    if call.identity.caller.is_anonymous:
        return error_reply(forbidden())
    reply: Reply = carry_on(call)
    return reply


def _no_levels(call: Call, body: Any) -> Any:
    if not call.identity.caller.is_anonymous:
        body["level"] = []
    return body


def _everybody_is_the_first(call: Call, carry_on: Any) -> Reply:
    """Answer each known caller as the first one, as a cache that forgets who asked would."""
    reply: Reply = carry_on(call)
    if call.identity.caller.is_anonymous:
        return reply
    first = vars(call.state).setdefault("first_caller", call.identity)
    if first.caller == call.identity.caller:
        return reply
    answer: Reply = carry_on(attrs.evolve(call, identity=first))
    return answer


_get_server_info = partial(defect_of, operation="get_server_info", resource="root", safe=True)
_whoami = partial(defect_of, operation="whoami", resource="whoami", safe=True)
_get_certificate = partial(defect_of, operation="get_certificate", resource="whoami", safe=True)
_get_submit_schema = partial(
    defect_of, operation="get_submit_schema", resource="api-docs", safe=True
)
_get_host_activity = partial(
    defect_of, operation="get_host_activity", resource="status", safe=True
)
DEFECTS: Final = (
    _get_server_info(
        "root-schema-version-incomplete",
        "GET / leaves the minor version of the schema out",
        "missing-field",
        dropped("schema.minor"),
        only="body-mismatch",
    ),
    _get_server_info(
        "root-delegation-version-as-text",
        "GET / sends the version of the delegation service as text",
        "retyped-field",
        member("delegation.major", str),
    ),
    _get_server_info(
        "root-without-links", "GET / has null instead of its links", "null", nulled("_links")
    ),
    _whoami(
        "whoami-of-the-first-caller",
        "GET /whoami tells every caller what it told the first one",
        "stale-data",
        _everybody_is_the_first,
        only="caller-mistaken",
    ),
    _whoami(
        "whoami-without-vo-ids",
        "GET /whoami leaves vos_id out, under which clients compute job ids",
        "missing-field",
        dropped("vos_id"),
    ),
    _whoami(
        "whoami-root-flag-as-text",
        'GET /whoami answers is_root as "False", which is true for most programs',
        "retyped-field",
        member("is_root", str),
    ),
    _whoami(
        "whoami-dn-list-renamed",
        "GET /whoami calls the list of DNs dns",
        "renamed-field",
        renamed("dn", "dns"),
    ),
    _whoami(
        "whoami-level-empty",
        "GET /whoami says that a user with rights has none",
        "wrong-value",
        on_json(_no_levels),
        only="identity-rule",
    ),
    _whoami(
        "whoami-vo-with-slash",
        "GET /whoami names VOs as groups, with a slash in front, so that their ids do not fit",
        "wrong-value",
        member("vos", lambda vos: [f"/{vo}" for vo in vos]),
    ),
    _whoami(
        "whoami-delegation-id-of-dn-alone",
        "GET /whoami derives the delegation id without the VOMS attributes: it is not the caller's",
        "wrong-id",
        on_json(_id_of_dn_alone),
        with_operations=("get_delegation",),
    ),
    _whoami(
        "whoami-dn-in-comma-form",
        "GET /whoami writes the DN as RFC 4514 does, CN first, with commas",
        "wrong-value",
        member("user_dn", lambda dn: ",".join(reversed(dn.strip("/").split("/")))),
    ),
    _whoami(
        "whoami-refuses-anonymous",
        "GET /whoami answers 403 without a certificate",
        "refuses-valid",
        _refuse_anonymous,
        only="authorization-others",
    ),
    _whoami(
        "head-longer-than-get",
        "HEAD /whoami announces one byte more than GET sends",
        "header",
        _longer_head,
    ),
    # In one operation alone, other checks would see that the two disagree on the id.
    Defect(
        name="whoami-attributes-reversed",
        description="VO attributes are read last first, by GET /whoami and for the delegation id alike",
        kind="order",
        resource="whoami",
        seams=dict.fromkeys(("whoami", "get_delegation"), on_call(_attributes_reversed)),
        safe=True,
        only="attributes-in-order",
    ),
    _get_certificate(
        "certificate-with-private-key",
        "GET /whoami/certificate sends a private key after the certificates",
        "leaked-secret",
        on_reply(lambda r: attrs.evolve(r, body=r.body + PRIVATE_KEY.encode())),
        only="leak",
    ),
    _get_certificate(
        "certificate-without-chain",
        "GET /whoami/certificate sends the leaf alone, although the client sent a chain",
        "wrong-value",
        on_reply(_leaf_only),
        only="certificate-echo",
    ),
    _get_certificate(
        "certificate-as-octets",
        "GET /whoami/certificate announces application/octet-stream",
        "wrong-content-type",
        typed("application/octet-stream"),
        only="content-type-undocumented",
    ),
    _get_certificate(
        "certificate-for-anonymous",
        "GET /whoami/certificate answers 200 without a certificate",
        "authorization-hole",
        status(200, instead_of=403),
    ),
    _get_submit_schema(
        "submit-schema-cut-off",
        "GET /api-docs/schema/submit is cut off in the middle",
        "broken-body",
        cut(),
        only="body-not-json",
    ),
    _get_submit_schema(
        "submit-schema-in-latin-1",
        "GET /api-docs/schema/submit labels its JSON iso-8859-1, so clients misread letters outside ASCII",
        "wrong-content-type",
        typed("application/json; charset=iso-8859-1"),
        only="charset",
    ),
    _get_submit_schema(
        "submit-schema-as-page",
        "GET /api-docs/schema/submit answers with a page of documentation",
        "html-instead-of-json",
        as_page(),
    ),
    _get_host_activity(
        "hosts-activity-for-users",
        "GET /status/hosts is served to users without level config",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _get_host_activity(
        "hosts-activity-counts-as-text",
        "GET /status/hosts sends numbers of transfers as text",
        "retyped-field",
        member("[].active", str),
    ),
    _get_host_activity(
        "hosts-activity-no-content",
        "GET /status/hosts answers 204 instead of the hosts",
        "wrong-status",
        answering(Reply(status=204, content_type=None)),
    ),
)
