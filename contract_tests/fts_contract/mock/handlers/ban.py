"""`/ban/se`, `/ban/dn`."""

from __future__ import annotations

from typing import Any, Final

import attrs

from fts_contract.mock.banning import (
    cancel_for_storage,
    cancel_for_user,
    hold_for_storage,
    release_for_storage,
)
from fts_contract.mock.collation import collated
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import JSON, NO_CONTENT, Call, Reply, json_reply, parse_json
from fts_contract.mock.fields import column, driver_text, parameter

_LONGEST: Final = 256
_LONGEST_OF_USER: Final = 255


def _input(call: Call) -> dict[str, Any]:
    """Read the parameters: JSON of exactly this type, else query and form together.

    Raises:
        APIError: 400; FTS 3.13.4 answers 500 to a list.
    """
    if call.content_type != JSON:
        return {**call.form, **call.query}
    value = parse_json(call.body, refusal="Malformed input")
    if not isinstance(value, dict):
        raise bad_request("Malformed input")
    return value


def list_banned_se(call: Call) -> Reply:
    """Banned storages of all VOs."""
    call.need("config")
    rows = [attrs.asdict(ban) for ban in sorted(call.state.bans, key=lambda ban: ban.storage)]
    return json_reply([{"se": row.pop("storage"), **row} for row in rows])


def ban_se(call: Call) -> Reply:
    """Ban a storage for the first VO of the caller; the answer lists the jobs that it changes.

    Source: observed on FTS 3.13.4. A storage that another VO has banned is 400 here and 500 there.
    """
    call.need("config")
    given = _input(call)
    storage = given.get("storage")
    if not storage:
        raise bad_request("Missing storage parameter")
    storage = column(storage, name="storage", longest=_LONGEST)
    status = _status(given)
    message = driver_text(given.get("message", ""), name="message", longest=_LONGEST)
    vo, state = call.identity.vo, call.state
    known = next((ban for ban in state.bans if collated(ban.storage) == collated(storage)), None)
    if known is not None and known.vo != vo:
        raise bad_request(f"{storage} is banned by another VO")
    state.ban_storage(storage, vo=vo, status=status, message=message, admin_dn=call.caller.user_dn)
    call.record("ban-se", f"Storage {storage} for {vo} banned ({status})")
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
    """Lift the ban of a storage for the caller's VO. Even without a ban, held files of the VO go on and the audit gets a row."""
    call.need("config")
    storage = parameter(call, "storage", missing="Missing storage parameter")
    vo, state = call.identity.vo, call.state
    state.bans = [b for b in state.bans if (collated(b.storage), b.vo) != (collated(storage), vo)]
    release_for_storage(state, storage=storage, vo=vo)
    call.record("unban-se", f"Storage {storage} unbanned")
    return NO_CONTENT


def list_banned_dn(call: Call) -> Reply:
    """Banned users; `status` is always null."""
    call.need("config")
    bans = sorted(call.state.banned_dns.values(), key=lambda ban: ban.dn)
    return json_reply([attrs.asdict(ban) for ban in bans])


def ban_dn(call: Call) -> Reply:
    """Ban a user; the answer lists the jobs that this cancels."""
    call.need("config")
    given = _input(call)
    user_dn = given.get("user_dn")
    if not user_dn:
        raise bad_request("Missing dn parameter")
    user_dn = column(user_dn, name="user_dn", longest=_LONGEST_OF_USER)
    message = driver_text(given.get("message", ""), name="message", longest=_LONGEST)
    admin_dn = call.caller.user_dn
    if collated(user_dn) == collated(admin_dn):
        raise APIError(409, "The user tried to ban (her|his)self")
    call.record("ban-dn", f"User {user_dn} banned")
    call.state.ban_dn(user_dn, message=message, admin_dn=admin_dn)
    return json_reply(cancel_for_user(call.state, user_dn))


def unban_dn(call: Call) -> Reply:
    """Lift the ban of a user. Without a ban, too, the answer is 204 and the audit gets a row."""
    call.need("config")
    user_dn = parameter(call, "user_dn", missing="Missing user_dn parameter")
    bans = call.state.banned_dns
    for known in [dn for dn in bans if collated(dn) == collated(user_dn)]:
        del bans[known]
    call.record("unban-dn", f"User {user_dn} unbanned")
    return NO_CONTENT
