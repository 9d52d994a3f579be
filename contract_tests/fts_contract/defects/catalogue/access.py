"""Who may what, and who is shut out: grants, bans, accounts of cloud storages."""

from __future__ import annotations

import copy
import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import one_seam
from fts_contract.defects.identities import certified, everybody_may
from fts_contract.defects.seams import (
    accepting,
    as_somebody,
    dropped,
    failing,
    member,
    nulled,
    on_json,
    on_reply,
    sent_json,
    unheard,
)
from fts_contract.mock.exchange import HTML, Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Seam

_NO_CONTENT: Final = 204
_USER_OF_BOTH: Final = Reply(
    status=201, body=b'{"storage_name": "x", "user_dn": "x", "vo_name": "x"}', content_type=HTML
)


def _given(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _restored(name: str) -> Seam:
    """Carry a request out, and put this part of the state back to what it was."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        before = copy.deepcopy(getattr(call.state, name))
        reply = carry_on(call)
        if reply.status >= 300:  # noqa: PLR2004
            return reply
        setattr(call.state, name, before)
        return attrs.evolve(reply)

    return seam


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
        for file in _given(call).get("files") or ()
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


def _kept_cloud(call: Call, carry_on: Handler) -> Reply:
    clouds = call.state.config.clouds
    storage = clouds.find(call.params["storage_name"])
    reply = carry_on(call)
    if reply.status != _NO_CONTENT or storage is None:
        return reply
    clouds.put(storage)
    return attrs.evolve(reply)


def _null_status(call: Call) -> bool:
    body = _given(call)
    return "status" in body and not isinstance(body["status"], str)


def _whole_users(call: Call, carry_on: Handler) -> Reply:
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


_grant = partial(one_seam, resource="config/authorize")
_storage_ban = partial(one_seam, resource="ban/se")
_user_ban = partial(one_seam, resource="ban/dn")
_cloud_storage = partial(one_seam, resource="config/cloud_storage")
_cloud = partial(one_seam, resource="cs")
_GRANTS: Final = (
    _grant(
        "grant-admin-taken",
        "POST /config/authorize grants admin, which only the database may",
        "authorization-hole",
        "add_grant",
        accepting(b"database access", lambda call: json_reply(_given(call))),
    ),
    _grant(
        "grants-filter-ignored",
        "GET /config/authorize ignores dn",
        "ignored-parameter",
        "list_grants",
        unheard("dn"),
        safe=True,
        only="grants-stored",
    ),
    _grant(
        "grant-without-effect",
        "POST /config/authorize answers and grants nothing",
        "lost-change",
        "add_grant",
        _restored("grants"),
        with_operations=("list_grants",),
    ),
    _grant(
        "grant-not-revoked",
        "DELETE /config/authorize answers 204 and takes nothing back",
        "lost-change",
        "remove_grants",
        _restored("grants"),
        with_operations=("list_grants", "add_grant"),
    ),
    _grant(
        "grants-for-users",
        "GET /config/authorize tells everybody who is administrator",
        "authorization-hole",
        "list_grants",
        as_somebody(everybody_may("config")),
        caller="alice",
        safe=True,
    ),
    _grant(
        "grant-operation-null",
        "GET /config/authorize sends null for operations",
        "null",
        "list_grants",
        nulled("operation"),
        safe=True,
    ),
)
_BANS: Final = (
    _storage_ban(
        "ban-of-storage-not-stored",
        "POST /ban/se answers and bans nothing",
        "lost-change",
        "ban_se",
        _restored("bans"),
        with_operations=("list_banned_se",),
    ),
    _storage_ban(
        "ban-of-storage-always-cancels",
        "POST /ban/se ignores status wait and cancels the jobs",
        "ignored-parameter",
        "ban_se",
        sent_json(_always_cancel),
        with_operations=("list_banned_se",),
    ),
    _storage_ban(
        "ban-of-storage-not-enforced",
        "POST /jobs accepts jobs for a storage that is banned",
        "state-machine",
        "submit_job",
        _not_enforced,
        with_operations=("ban_se", "unban_se"),
        caller="admin",
    ),
    _storage_ban(
        "ban-of-storage-answers-null",
        "POST /ban/se answers null when no job is hit",
        "null",
        "ban_se",
        on_json(lambda _call, body: body or None),
    ),
    _storage_ban(
        "ban-of-storage-not-lifted",
        "DELETE /ban/se answers 204 and the storage stays banned",
        "lost-change",
        "unban_se",
        _restored("bans"),
        with_operations=("list_banned_se", "ban_se"),
    ),
    _storage_ban(
        "ban-of-storage-lift-unknown",
        "DELETE /ban/se is 404 for a storage that is not banned",
        "wrong-status",
        "unban_se",
        _unban_unknown,
    ),
    _storage_ban(
        "ban-of-storage-fails-on-null",
        "POST /ban/se fails when status is no text",
        "server-error",
        "ban_se",
        failing(_null_status),
    ),
    _storage_ban(
        "ban-of-storage-time-as-number",
        "GET /ban/se sends the time of the ban as a number",
        "retyped-field",
        "list_banned_se",
        member("addition_time", lambda _: 1_790_000_000),
        safe=True,
    ),
    _user_ban(
        "ban-of-user-without-status",
        "GET /ban/dn leaves status out",
        "missing-field",
        "list_banned_dn",
        dropped("status"),
        safe=True,
    ),
    _user_ban(
        "ban-list-for-users",
        "GET /ban/dn is served to users without level config",
        "authorization-hole",
        "list_banned_dn",
        as_somebody(everybody_may("config")),
        caller="alice",
        safe=True,
    ),
    _user_ban(
        "ban-of-user-not-stored",
        "POST /ban/dn answers and bans nobody",
        "lost-change",
        "ban_dn",
        _restored("banned_dns"),
        with_operations=("list_banned_dn",),
        only="dn-ban-listed",
    ),
    _user_ban(
        "ban-of-user-lifts-all",
        "DELETE /ban/dn lifts the bans of everybody",
        "side-effect",
        "unban_dn",
        _every_ban_lifted,
        with_operations=("list_banned_dn", "ban_dn"),
    ),
)
_CLOUD: Final = (
    _cloud_storage(
        "cloud-storage-without-users",
        "GET /config/cloud_storage leaves the users out",
        "missing-field",
        "list_cloud_storages",
        dropped("users"),
        safe=True,
    ),
    _cloud_storage(
        "cloud-storage-unknown-as-empty",
        "GET /config/cloud_storage/{name} answers an empty list for an unknown storage",
        "wrong-status",
        "list_cloud_storage_users",
        _whole_users,
        safe=True,
    ),
    _cloud_storage(
        "cloud-user-and-vo-at-once",
        "POST /config/cloud_storage/{name} takes user_dn and vo_name together",
        "accepts-invalid",
        "set_cloud_storage_user",
        accepting(b"Only one of", lambda _call: _USER_OF_BOTH),
        with_operations=("set_cloud_storage",),
    ),
    _cloud_storage(
        "cloud-storage-not-deleted",
        "DELETE /config/cloud_storage/{name} answers 204 and keeps the storage",
        "lost-change",
        "delete_cloud_storage",
        _kept_cloud,
        with_operations=("list_cloud_storages", "set_cloud_storage"),
        only="cloud-stored",
    ),
    _cloud(
        "cloud-registration-for-anonymous",
        "GET /cs/registered/{service} is served without a certificate",
        "authorization-hole",
        "get_cloud_registration",
        as_somebody(certified),
        safe=True,
    ),
    _cloud(
        "cloud-registration-as-text",
        "GET /cs/registered/{service} answers text, not a boolean",
        "retyped-field",
        "get_cloud_registration",
        on_json(lambda _call, body: str(body)),
        safe=True,
    ),
    _cloud(
        "cloud-service-by-exact-case",
        "GET /cs/registered/{service} knows the service in capitals only",
        "refuses-valid",
        "get_cloud_registration",
        _case_sensitive,
        safe=True,
    ),
    _cloud(
        "cloud-registration-fails-on-unknown",
        "GET /cs/registered/{service} fails on an unknown service",
        "server-error",
        "get_cloud_registration",
        failing(_fails_on_unknown_service),
        safe=True,
    ),
    _cloud(
        "cloud-grant-deleted-with-200",
        "DELETE /cs/access_grant/{service} answers 200, also when there is no grant",
        "wrong-status",
        "delete_cloud_access",
        on_reply(lambda _reply: json_reply(None), statuses={204, 404}),
    ),
)
DEFECTS: Final = (*_GRANTS, *_BANS, *_CLOUD)
