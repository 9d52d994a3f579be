"""Defects of bans: storages and VOs that they mix up, and bans that cannot be changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import after
from fts_contract.mock.banning import release_for_storage
from fts_contract.mock.collation import collated
from fts_contract.mock.fields import parameter
from unseen.seams import OK, SUBMIT, in_operations, refusal

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply


def _hosts(body: Any) -> set[str | None]:
    try:
        urls = [url for file in body["files"] for url in (*file["sources"], *file["destinations"])]
        return {urlsplit(url).hostname for url in urls}
    except (AttributeError, KeyError, TypeError, ValueError):
        return set()


def _whatever_the_scheme(call: Call, carry_on: Handler) -> Reply:
    try:
        hosts = _hosts(json.loads(call.body))
    except ValueError:
        return carry_on(call)
    for ban in call.state.bans:
        is_ours = ban.vo in (call.identity.vo, "*") and ban.status != "WAIT_AS"
        if is_ours and urlsplit(ban.storage).hostname in hosts:
            return refusal(403, f"{ban.storage} is banned")
    return carry_on(call)


def _as_first_banned(call: Call, carry_on: Handler) -> Reply:
    first = {collated(ban.storage): ban for ban in call.state.bans}
    reply = carry_on(call)
    bans = [
        attrs.evolve(ban, status=known.status, message=known.message)
        if (known := first.get(collated(ban.storage))) is not None
        else ban
        for ban in call.state.bans
    ]
    if reply.status != OK or bans == call.state.bans:
        return reply
    call.state.bans = bans
    return attrs.evolve(reply)


def _of_all_vos(call: Call, _reply: Reply) -> bool:
    storage = parameter(call, "storage")
    lifted = [ban for ban in call.state.bans if collated(ban.storage) == collated(storage)]
    call.state.bans = [ban for ban in call.state.bans if ban not in lifted]
    for ban in lifted:
        release_for_storage(call.state, storage=storage, vo=ban.vo)
    return bool(lifted)


DEFECTS: Final = (
    in_operations(
        "ban-of-a-storage-hits-its-host",
        "A ban of davs://host refuses jobs that use root://host: the scheme does not count",
        "refuses-valid",
        _whatever_the_scheme,
        operations=SUBMIT,
        resource="ban/se",
        with_operations=("ban_se", "unban_se"),
        caller="admin",
    ),
    defect_of(
        "ban-stays-as-it-was-first",
        "A second POST /ban/se for a storage is answered 200 and keeps the first status and message",
        "lost-change",
        _as_first_banned,
        operation="ban_se",
        resource="ban/se",
        with_operations=("list_banned_se", "unban_se"),
    ),
    defect_of(
        "bans-of-other-vos-lifted",
        "DELETE /ban/se lifts the ban of a storage that another VO has made",
        "authorization-hole",
        after(_of_all_vos),
        operation="unban_se",
        resource="ban/se",
        with_operations=("ban_se", "list_banned_se"),
    ),
)
