"""Defects of grants, bans and accounts of cloud storages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import (
    as_another_caller,
    certified,
    everybody_may,
    given,
    ignored_parameters,
    sent_json,
)
from fts_contract.defects.seams import (
    accepting,
    dropped,
    failing,
    member,
    nulled,
    on_json,
    on_reply,
)
from fts_contract.defects.stores import forgotten
from fts_contract.mock.exchange import HTML, Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler

_NO_CONTENT: Final = 204
_USER_OF_BOTH: Final = Reply(
    status=201, body=b'{"storage_name": "x", "user_dn": "x", "vo_name": "x"}', content_type=HTML
)


def _every_ban_lifted(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != _NO_CONTENT or not call.state.banned_dns:
        return reply
    call.state.banned_dns.clear()
    return attrs.evolve(reply)


def _not_enforced(call: Call, carry_on: Handler) -> Reply:
    """Accept submissions whatever is banned."""
    bans, call.state.bans = call.state.bans, []
    try:
        reply = carry_on(call)
    finally:
        call.state.bans = bans
    banned = {ban.storage for ban in bans}
    ends = {
        f"{url.split('://')[0]}://{url.split('://')[-1].split('/')[0]}"
        for file in given(call).get("files") or ()
        if isinstance(file, dict)
        for name in ("sources", "destinations")
        for url in file.get(name) or ()
        if isinstance(url, str)
    }
    return attrs.evolve(reply) if reply.status == 200 and banned & ends else reply  # noqa: PLR2004


def _unban_unknown(call: Call, carry_on: Handler) -> Reply:
    storage = call.argument("storage")
    if storage and not any(ban.storage == storage for ban in call.state.bans):
        return json_reply({"status": "404 Not Found", "message": "Not banned"}, status=404)
    return carry_on(call)


def _null_status(call: Call) -> bool:
    body = given(call)
    return "status" in body and not isinstance(body["status"], str)


def _empty_for_unknown(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return json_reply([]) if reply.status == 404 else reply  # noqa: PLR2004


def _always_cancel(body: dict[str, Any]) -> None:
    if body.get("status"):
        body["status"] = "cancel"
        body.pop("allow_submit", None)


def _case_sensitive(call: Call, carry_on: Handler) -> Reply:
    service = call.params["service"]
    if service.lower() == "dropbox" and service != "DROPBOX":
        return json_reply({"status": "404 Not Found", "message": "No such service"}, status=404)
    return carry_on(call)


def _fails_on_unknown_service(call: Call) -> bool:
    return not call.identity.caller.is_anonymous and call.params["service"].lower() != "dropbox"


_add_grant = partial(defect_of, operation="add_grant", resource="config/authorize")
_list_grants = partial(defect_of, operation="list_grants", resource="config/authorize", safe=True)
_remove_grants = partial(defect_of, operation="remove_grants", resource="config/authorize")
_ban_se = partial(defect_of, operation="ban_se", resource="ban/se")
_submit_job = partial(defect_of, operation="submit_job", resource="ban/se")
_unban_se = partial(defect_of, operation="unban_se", resource="ban/se")
_list_banned_se = partial(defect_of, operation="list_banned_se", resource="ban/se", safe=True)
_list_banned_dn = partial(defect_of, operation="list_banned_dn", resource="ban/dn", safe=True)
_ban_dn = partial(defect_of, operation="ban_dn", resource="ban/dn")
_unban_dn = partial(defect_of, operation="unban_dn", resource="ban/dn")
_list_cloud_storages = partial(
    defect_of, operation="list_cloud_storages", resource="config/cloud_storage", safe=True
)
_list_cloud_storage_users = partial(
    defect_of, operation="list_cloud_storage_users", resource="config/cloud_storage", safe=True
)
_set_cloud_storage_user = partial(
    defect_of, operation="set_cloud_storage_user", resource="config/cloud_storage"
)
_delete_cloud_storage = partial(
    defect_of, operation="delete_cloud_storage", resource="config/cloud_storage"
)
_get_cloud_registration = partial(
    defect_of, operation="get_cloud_registration", resource="cs", safe=True
)
_delete_cloud_access = partial(defect_of, operation="delete_cloud_access", resource="cs")
_GRANTS: Final = (
    _add_grant(
        "grant-admin-taken",
        "POST /config/authorize grants admin, which only the database may",
        "authorization-hole",
        accepting(b"database access", lambda call: json_reply(given(call))),
    ),
    _list_grants(
        "grants-filter-ignored",
        "GET /config/authorize ignores dn",
        "ignored-parameter",
        ignored_parameters("dn"),
        only="grants-stored",
    ),
    _add_grant(
        "grant-without-effect",
        "POST /config/authorize answers and grants nothing",
        "lost-change",
        forgotten("grants"),
        with_operations=("list_grants",),
    ),
    _remove_grants(
        "grant-not-revoked",
        "DELETE /config/authorize answers 204 and takes nothing back",
        "lost-change",
        forgotten("grants"),
        with_operations=("list_grants", "add_grant"),
    ),
    _list_grants(
        "grants-for-users",
        "GET /config/authorize tells every caller who the administrators are",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _list_grants(
        "grant-operation-null",
        "GET /config/authorize sends null for operations",
        "null",
        nulled("operation"),
    ),
)
_BANS: Final = (
    _ban_se(
        "ban-of-storage-not-stored",
        "POST /ban/se answers and bans nothing",
        "lost-change",
        forgotten("bans"),
        with_operations=("list_banned_se",),
    ),
    _ban_se(
        "ban-of-storage-always-cancels",
        "POST /ban/se ignores status wait and cancels the jobs",
        "ignored-parameter",
        sent_json(_always_cancel),
        with_operations=("list_banned_se",),
    ),
    _submit_job(
        "ban-of-storage-not-enforced",
        "POST /jobs accepts jobs for a storage that is banned",
        "state-machine",
        _not_enforced,
        with_operations=("ban_se", "unban_se"),
        caller="admin",
    ),
    _ban_se(
        "ban-of-storage-answers-null",
        "POST /ban/se answers null when no job is hit",
        "null",
        on_json(lambda _call, body: body or None),
    ),
    _unban_se(
        "ban-of-storage-not-lifted",
        "DELETE /ban/se answers 204 and the storage stays banned",
        "lost-change",
        forgotten("bans"),
        with_operations=("list_banned_se", "ban_se"),
    ),
    _unban_se(
        "ban-of-storage-lift-unknown",
        "DELETE /ban/se is 404 for a storage that is not banned",
        "wrong-status",
        _unban_unknown,
    ),
    _ban_se(
        "ban-of-storage-fails-on-null",
        "POST /ban/se fails when status is not a string",
        "server-error",
        failing(_null_status),
    ),
    _list_banned_se(
        "ban-of-storage-time-as-number",
        "GET /ban/se sends the time of the ban as a number",
        "retyped-field",
        member("addition_time", lambda _: 1_790_000_000),
    ),
    _list_banned_dn(
        "ban-of-user-without-status",
        "GET /ban/dn leaves status out",
        "missing-field",
        dropped("status"),
    ),
    _list_banned_dn(
        "ban-list-for-users",
        "GET /ban/dn is served to users without level config",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _ban_dn(
        "ban-of-user-not-stored",
        "POST /ban/dn answers and bans nobody",
        "lost-change",
        forgotten("banned_dns"),
        with_operations=("list_banned_dn",),
        only="dn-ban-listed",
    ),
    _unban_dn(
        "ban-of-user-lifts-all",
        "DELETE /ban/dn lifts the bans of everybody",
        "side-effect",
        _every_ban_lifted,
        with_operations=("list_banned_dn", "ban_dn"),
    ),
)
_CLOUD: Final = (
    _list_cloud_storages(
        "cloud-storage-without-users",
        "GET /config/cloud_storage leaves the users out",
        "missing-field",
        dropped("users"),
    ),
    _list_cloud_storage_users(
        "cloud-storage-unknown-as-empty",
        "GET /config/cloud_storage/{name} answers an empty list for an unknown storage",
        "wrong-status",
        _empty_for_unknown,
    ),
    _set_cloud_storage_user(
        "cloud-user-and-vo-at-once",
        "POST /config/cloud_storage/{name} takes user_dn and vo_name together",
        "accepts-invalid",
        accepting(b"Only one of", lambda _call: _USER_OF_BOTH),
        with_operations=("set_cloud_storage",),
    ),
    _delete_cloud_storage(
        "cloud-storage-not-deleted",
        "DELETE /config/cloud_storage/{name} answers 204 and keeps the storage",
        "lost-change",
        forgotten("config.clouds"),
        with_operations=("list_cloud_storages", "set_cloud_storage"),
        only="cloud-stored",
    ),
    _get_cloud_registration(
        "cloud-registration-for-anonymous",
        "GET /cs/registered/{service} is served without a certificate",
        "authorization-hole",
        as_another_caller(certified),
    ),
    _get_cloud_registration(
        "cloud-registration-as-text",
        "GET /cs/registered/{service} answers text, not a boolean",
        "retyped-field",
        on_json(lambda _call, body: str(body)),
    ),
    _get_cloud_registration(
        "cloud-service-by-exact-case",
        "GET /cs/registered/{service} knows the service in capitals only",
        "refuses-valid",
        _case_sensitive,
    ),
    _get_cloud_registration(
        "cloud-registration-fails-on-unknown",
        "GET /cs/registered/{service} fails on an unknown service",
        "server-error",
        failing(_fails_on_unknown_service),
    ),
    _delete_cloud_access(
        "cloud-grant-deleted-with-200",
        "DELETE /cs/access_grant/{service} answers 200, even when there is no grant",
        "wrong-status",
        on_reply(lambda _reply: json_reply(None), statuses={204, 404}),
    ),
)
DEFECTS: Final = (*_GRANTS, *_BANS, *_CLOUD)
