"""`/ban/se`, `/ban/dn`."""

from __future__ import annotations

import json
from typing import Any, Final

from fts_contract.mock.banning import (
    cancel_for_storage,
    cancel_for_user,
    hold_for_storage,
    release_for_storage,
)
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import JSON, Call, Reply, json_reply
from fts_contract.mock.fields import column, parameter

_LONGEST: Final = 256
_LONGEST_DN: Final = 255


def _input(call: Call) -> dict[str, Any]:
    """Read the parameters: JSON of exactly this type, else query and form together.

    Raises:
        APIError: 400; FTS 3.13.4 answers 500 to a list.
    """
    if call.content_type != JSON:
        return {**call.form, **{name: call.query.getlist(name)[0] for name in call.query}}
    try:
        value = json.loads(call.body)
    except (ValueError, RecursionError):
        raise bad_request("Malformed input") from None
    if not isinstance(value, dict):
        raise bad_request("Malformed input")
    return value


def list_banned_se(call: Call) -> Reply:
    """Banned storages of all VOs."""
    call.need("config")
    bans = sorted(call.state.bans, key=lambda ban: ban.storage)
    shown = [
        {
            "se": ban.storage,
            "vo": ban.vo,
            "status": ban.status,
            "message": ban.message,
            "addition_time": ban.addition_time,
            "admin_dn": ban.admin_dn,
        }
        for ban in bans
    ]
    return json_reply(shown)


def ban_se(call: Call) -> Reply:
    """Ban a storage for the first VO of the caller; answers the ids of the jobs that it hits.

    Source: observed on FTS 3.13.4. A storage that another VO has banned is 400 here and 500 there.
    """
    call.need("config")
    given = _input(call)
    storage = given.get("storage")
    if not storage:
        raise bad_request("Missing storage parameter")
    storage = column(storage, name="storage", longest=_LONGEST)
    status = _status(given)
    message = column(given.get("message", ""), name="message", longest=_LONGEST)
    vo, state = call.identity.vo, call.state
    known = next((ban for ban in state.bans if ban.storage.lower() == storage.lower()), None)
    if known is not None and known.vo != vo:
        raise bad_request(f"{storage} is banned by another VO")
    state.ban_storage(
        storage, vo=vo, status=status, message=message, admin_dn=call.identity.caller.user_dn
    )
    act = cancel_for_storage if status == "CANCEL" else hold_for_storage
    return json_reply(act(state, storage=storage, vo=vo))


def _status(given: dict[str, Any]) -> str:
    wanted = given.get("status", "cancel")
    if not isinstance(wanted, str) or wanted.upper() not in ("CANCEL", "WAIT"):
        raise bad_request("status can only be cancel or wait")
    if not given.get("allow_submit"):
        return wanted.upper()
    if wanted.upper() == "CANCEL":
        raise bad_request("allow_submit and status = CANCEL can not be combined")
    return "WAIT_AS"


def unban_se(call: Call) -> Reply:
    """Lift the ban of a storage for the caller's VO; 204 also when there is none."""
    call.need("config")
    storage = parameter(call, "storage")
    if not storage:
        raise bad_request("Missing storage parameter")
    vo, state = call.identity.vo, call.state
    kept = [b for b in state.bans if (b.storage.lower(), b.vo) != (storage.lower(), vo)]
    if len(kept) != len(state.bans):
        state.bans = kept
        release_for_storage(state, storage=storage, vo=vo)
    return Reply(status=204, content_type=None)


def list_banned_dn(call: Call) -> Reply:
    """Banned users; `status` is always null."""
    call.need("config")
    bans = sorted(call.state.banned_dns.values(), key=lambda ban: ban.dn)
    shown = [
        {
            "dn": ban.dn,
            "message": ban.message,
            "addition_time": ban.addition_time,
            "admin_dn": ban.admin_dn,
            "status": None,
        }
        for ban in bans
    ]
    return json_reply(shown)


def ban_dn(call: Call) -> Reply:
    """Ban a user; answers the ids of the jobs that are canceled for it."""
    call.need("config")
    given = _input(call)
    user_dn = given.get("user_dn")
    if not user_dn:
        raise bad_request("Missing dn parameter")
    user_dn = column(user_dn, name="user_dn", longest=_LONGEST_DN)
    message = column(given.get("message", ""), name="message", longest=_LONGEST)
    admin_dn = call.identity.caller.user_dn
    if user_dn == admin_dn:
        raise APIError(409, "The user tried to ban (her|his)self")
    call.state.ban_dn(user_dn, message=message, admin_dn=admin_dn)
    return json_reply(cancel_for_user(call.state, user_dn))


def unban_dn(call: Call) -> Reply:
    """Lift the ban of a user; 204 also when there is none."""
    call.need("config")
    user_dn = parameter(call, "user_dn")
    if not user_dn:
        raise bad_request("Missing user_dn parameter")
    call.state.banned_dns.pop(user_dn, None)
    return Reply(status=204, content_type=None)
