"""What the server says of itself and of the caller: root, whoami, schema of submissions, activity of hosts."""

from __future__ import annotations

from typing import Any, Final

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.defects.identities import everybody_may
from fts_contract.defects.seams import (
    answering,
    as_page,
    as_somebody,
    cut,
    dropped,
    member,
    nulled,
    on_json,
    on_reply,
    renamed,
    status,
    typed,
)
from fts_contract.mock.errors import forbidden
from fts_contract.mock.exchange import Call, Reply, error_reply
from fts_contract.mock.identity import delegation_id

_KEY: Final = (
    b"-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAq7BFUpkGp3+LQmlQ\n"
    b"-----END PRIVATE KEY-----\n"
)


def _id_of_dn_alone(call: Call, body: Any) -> Any:
    caller = call.identity.caller
    if not caller.is_anonymous:
        body["delegation_id"] = delegation_id(caller.user_dn, ())
    return body


def _leaf_only(reply: Reply) -> Reply:
    leaf, end, _rest = reply.body.partition(b"-----END CERTIFICATE-----\n")
    return attrs.evolve(reply, body=leaf + end)


def _refuse_anonymous(call: Call, carry_on: Any) -> Reply:
    if call.identity.caller.is_anonymous:
        return error_reply(forbidden())
    reply: Reply = carry_on(call)
    return reply


def _level_of_nobody(call: Call, body: Any) -> Any:
    if not call.identity.caller.is_anonymous:
        body["level"] = []
    return body


DEFECTS: Final = (
    Defect(
        name="root-schema-version-incomplete",
        description="GET / leaves the minor version of the schema out",
        kind="missing-field",
        resource="root",
        seams={"get_server_info": dropped("schema.minor")},
        safe=True,
        only="body-mismatch",
    ),
    Defect(
        name="root-delegation-version-as-text",
        description="GET / sends the version of the delegation service as text",
        kind="retyped-field",
        resource="root",
        seams={"get_server_info": member("delegation.major", str)},
        safe=True,
    ),
    Defect(
        name="root-without-links",
        description="GET / has null in the place of its links",
        kind="null",
        resource="root",
        seams={"get_server_info": nulled("_links")},
        safe=True,
    ),
    Defect(
        name="whoami-without-vo-ids",
        description="GET /whoami leaves vos_id out, under which clients compute job ids",
        kind="missing-field",
        resource="whoami",
        seams={"whoami": dropped("vos_id")},
        safe=True,
    ),
    Defect(
        name="whoami-root-flag-as-text",
        description='GET /whoami answers is_root as "False", which is true for most programs',
        kind="retyped-field",
        resource="whoami",
        seams={"whoami": member("is_root", str)},
        safe=True,
    ),
    Defect(
        name="whoami-dn-list-renamed",
        description="GET /whoami calls the list of DNs dns",
        kind="renamed-field",
        resource="whoami",
        seams={"whoami": renamed("dn", "dns")},
        safe=True,
    ),
    Defect(
        name="whoami-level-empty",
        description="GET /whoami tells a user with rights that there are none",
        kind="wrong-value",
        resource="whoami",
        seams={"whoami": on_json(_level_of_nobody)},
        safe=True,
        only="identity-rule",
    ),
    Defect(
        name="whoami-vo-with-slash",
        description="GET /whoami names VOs as groups, with a slash in front, so that their ids do not fit",
        kind="wrong-value",
        resource="whoami",
        seams={"whoami": member("vos", lambda vos: [f"/{vo}" for vo in vos])},
        safe=True,
    ),
    Defect(
        name="whoami-delegation-id-of-dn-alone",
        description="GET /whoami derives the delegation id without the VOMS attributes: it is not the caller's",
        kind="wrong-id",
        resource="whoami",
        seams={"whoami": on_json(_id_of_dn_alone)},
        with_operations=("get_delegation",),
        safe=True,
    ),
    Defect(
        name="whoami-dn-in-comma-form",
        description="GET /whoami writes the DN as RFC 4514 does, CN first, with commas",
        kind="wrong-value",
        resource="whoami",
        seams={
            "whoami": member("user_dn", lambda dn: ",".join(reversed(dn.strip("/").split("/"))))
        },
        safe=True,
    ),
    Defect(
        name="whoami-refuses-anonymous",
        description="GET /whoami answers 403 without a certificate",
        kind="refuses-valid",
        resource="whoami",
        seams={"whoami": _refuse_anonymous},
        safe=True,
        only="authorization-others",
    ),
    Defect(
        name="certificate-with-private-key",
        description="GET /whoami/certificate sends a private key behind the certificates",
        kind="leaked-secret",
        resource="whoami",
        seams={"get_certificate": on_reply(lambda r: attrs.evolve(r, body=r.body + _KEY))},
        safe=True,
        only="leak",
    ),
    Defect(
        name="certificate-without-chain",
        description="GET /whoami/certificate sends the leaf alone, although the client sent a chain",
        kind="wrong-value",
        resource="whoami",
        seams={"get_certificate": on_reply(_leaf_only)},
        safe=True,
        only="certificate-echo",
    ),
    Defect(
        name="certificate-as-octets",
        description="GET /whoami/certificate announces application/octet-stream",
        kind="wrong-content-type",
        resource="whoami",
        seams={"get_certificate": typed("application/octet-stream")},
        safe=True,
        only="content-type-undocumented",
    ),
    Defect(
        name="certificate-for-anonymous",
        description="GET /whoami/certificate answers 200 without a certificate",
        kind="authorization-hole",
        resource="whoami",
        seams={"get_certificate": status(200, instead_of=403)},
        safe=True,
    ),
    Defect(
        name="submit-schema-cut-off",
        description="GET /api-docs/schema/submit breaks off in the middle",
        kind="broken-body",
        resource="api-docs",
        seams={"get_submit_schema": cut()},
        safe=True,
        only="body-not-json",
    ),
    Defect(
        name="submit-schema-as-page",
        description="GET /api-docs/schema/submit answers with a page of documentation",
        kind="html-instead-of-json",
        resource="api-docs",
        seams={"get_submit_schema": as_page()},
        safe=True,
    ),
    Defect(
        name="hosts-activity-for-users",
        description="GET /status/hosts is served to users without level config",
        kind="authorization-hole",
        resource="status",
        seams={"get_host_activity": as_somebody(everybody_may("config"))},
        caller="alice",
        safe=True,
    ),
    Defect(
        name="hosts-activity-counts-as-text",
        description="GET /status/hosts sends numbers of transfers as text",
        kind="retyped-field",
        resource="status",
        seams={"get_host_activity": member("[].active", str)},
        safe=True,
    ),
    Defect(
        name="hosts-activity-no-content",
        description="GET /status/hosts answers 204 in the place of the hosts",
        kind="wrong-status",
        resource="status",
        seams={"get_host_activity": answering(Reply(status=204, content_type=None))},
        safe=True,
    ),
)
