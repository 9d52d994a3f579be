"""Defects of bans: which storages and jobs they reach, and what is left of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given
from fts_contract.mock.collation import collated
from unseen.seams import OK, SUBMIT, in_operations, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

_FORBIDDEN: Final = 403
_NO_CONTENT: Final = 204
_REFUSING: Final = ("CANCEL", "WAIT")


def _parts(url: Any) -> tuple[str, str]:
    """Scheme and host of a URL; both empty for anything else."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
    except ValueError:
        return "", ""
    return parts.scheme, parts.hostname or ""


def _storages(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Scheme and host of each URL in the body of a submission."""
    files = body.get("files")
    for file in files if isinstance(files, list) else ():
        for name in ("sources", "destinations") if isinstance(file, dict) else ():
            surls = file.get(name)
            yield from map(_parts, surls if isinstance(surls, list) else ())


def _by_host(call: Call, carry_on: Handler) -> Reply:
    state, bans = call.state, call.state.bans
    banned = {ban.storage for ban in bans}
    more = {
        storage: attrs.evolve(ban, storage=storage)
        for scheme, host in _storages(given(call))
        for ban in bans
        if host and ban.status in _REFUSING and _parts(ban.storage)[1] == host
        if (storage := f"{scheme}://{host}") not in banned
    }
    state.bans = [*bans, *more.values()]
    reply = carry_on(call)
    state.bans = bans
    refused = reply.status == _FORBIDDEN and any(s.encode() in reply.body for s in more)
    return attrs.evolve(reply) if refused else reply


def _first_ban_kept(call: Call, carry_on: Handler) -> Reply:
    known = {(collated(ban.storage), ban.vo): ban for ban in call.state.bans}
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    kept = [known.get((collated(ban.storage), ban.vo), ban) for ban in call.state.bans]
    if kept == call.state.bans:
        return reply
    call.state.bans = kept
    return attrs.evolve(reply)


def _in_the_vo_of_the_admin(call: Call, carry_on: Handler) -> Reply:
    jobs_of, vo = call.state.jobs_of, call.identity.vo
    spared: list[Job] = []

    def of_one_vo(_vo: str | None, *, only_open: bool) -> Iterator[Job]:
        spared.extend(job for job in jobs_of(None, only_open=only_open) if job.vo_name != vo)
        return jobs_of(vo, only_open=only_open)

    with replaced(call.state, jobs_of=of_one_vo):
        reply = carry_on(call)
    user_dn = given(call).get("user_dn") or call.query.get("user_dn") or call.form.get("user_dn")
    hit = reply.status == OK and any(job.user_dn == user_dn for job in spared)
    return attrs.evolve(reply) if hit else reply


def _longer_names_too(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    user_dn = call.argument("user_dn") or call.form.get("user_dn")
    bans = call.state.banned_dns
    longer = [dn for dn in bans if user_dn and collated(dn).startswith(collated(user_dn))]
    if reply.status != _NO_CONTENT or not longer:
        return reply
    for dn in longer:
        del bans[dn]
    return attrs.evolve(reply)


DEFECTS: Final = (
    in_operations(
        "bans-cover-every-scheme-of-a-host",
        "Submissions for root://host are refused while davs://host is banned",
        "refuses-valid",
        _by_host,
        operations=SUBMIT,
        resource="ban/se",
        with_operations=("ban_se", "list_banned_se", "unban_se"),
    ),
    defect_of(
        "second-ban-keeps-the-first",
        "POST /ban/se for a banned storage leaves status, message and time of the first ban as they were",
        "lost-change",
        _first_ban_kept,
        operation="ban_se",
        resource="ban/se",
        with_operations=("list_banned_se", "unban_se", "submit_job"),
    ),
    defect_of(
        "user-ban-stops-at-the-vo-of-the-admin",
        "POST /ban/dn cancels the jobs that the user has in the VO of the administrator, and no others",
        "lost-change",
        _in_the_vo_of_the_admin,
        operation="ban_dn",
        resource="ban/dn",
        with_operations=("submit_job", "get_jobs", "unban_dn"),
    ),
    defect_of(
        "user-bans-lifted-by-prefix",
        "DELETE /ban/dn also lifts the bans of users whose DN begins with the one that is given",
        "side-effect",
        _longer_names_too,
        operation="unban_dn",
        resource="ban/dn",
        with_operations=("ban_dn", "list_banned_dn"),
    ),
)
