"""Callers beside each other: nobody gets the key of another, and bans and grants concern whom they name, at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_WHY: Final = "made by a contract test"
_TRIES: Final = 10
_GRANTS: Final = "/config/authorize"


def _keys(talk: Conversation) -> Iterator[Fault]:
    """Source: "Delegation" as observed on FTS 3.13.4: one key for each delegation id."""
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the caller uses a token, which is not delegated")
    seen: dict[bytes, str] = {}
    callers = [talk, *(talk.of(other) for other in talk.others if other.identity is not None)]
    for caller in callers:
        delegation_id = caller.identity.delegation_id
        path = f"/delegation/{delegation_id}/request"
        if caller.session.lock("GET", path, None) is not None:
            continue
        answer = caller.ask("GET", path)
        if answer.status != requests.codes.ok:
            continue
        got = answer.headers.get("x-delegation-id")
        yield from same(answer, "X-Delegation-ID", got, delegation_id)
        try:
            request = x509.load_pem_x509_csr(answer.body)
            key = request.public_key().public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
        except ValueError:
            continue  # delegation-round-trip tells.
        if seen.setdefault(key, delegation_id) != delegation_id:
            yield Fault(answer, "two callers get requests for the same key", "key")
    if len(callers) == 1:
        raise NotApplicableError("there is only one caller; add another one with --also-cert")


def _banned(talk: Conversation) -> Iterator[Fault]:
    """Source: "Banning" as observed on FTS 3.13.4: the unfinished jobs of the user end, and every request is refused."""
    other, user, job_id = _victim(talk)
    dn = user.identity.user_dn
    yield from _spared(talk, user)
    spared = talk.submit(talk.file("spared"))
    named = f"/ban/dn?user_dn={quote(dn, safe='')}"
    try:
        answer = talk.ask("POST", "/ban/dn", json={"user_dn": dn, "message": _WHY})
        yield from same(answer, "job", job_id in listed(answer), wanted=True, after="a ban")
        bans = talk.ask("GET", "/ban/dn")
        wanted = {"message": _WHY, "admin_dn": talk.identity.user_dn}
        yield from keeps(bans, find(bans, dn=dn), wanted, after="a ban", where="ban.")
        for path in ("/whoami", f"/jobs/{job_id}", "/"):
            yield from has_status(user.ask("GET", path), 403, after="a ban of the user")
        refused = user.ask("POST", "/jobs", json={"files": [user.file("banned")], "params": {}})
        user.note_job(refused)
        yield from has_status(refused, 403, after="a ban of the user")
        kept = talk.ask("GET", f"/jobs/{spared}")
        yield from keeps(kept, record(kept), {"cancel_job": False}, after="a ban of somebody else")
    finally:
        talk.undo("DELETE", named)
        _welcome(user)
    seen = user.ask("GET", f"/jobs/{job_id}?files=file_state")
    if seen.status != requests.codes.ok:
        raise NotApplicableError(f"{other.name} is still refused after the ban")
    yield from keeps(seen, record(seen), {"job_state": "CANCELED"}, after="a ban of the user")
    files = user.ask("GET", f"/jobs/{job_id}/files")
    for file in rows(files):
        wanted = {"file_state": "CANCELED", "reason": "User banned"}
        yield from keeps(files, file, wanted, after="a ban of the user")
    bans = talk.ask("GET", "/ban/dn")
    yield from same(bans, "ban", find(bans, dn=dn), None, after="it was lifted")


def _spared(talk: Conversation, user: Conversation) -> Iterator[Fault]:
    """A ban of a longer DN, which is a name of the run, does not affect the user."""
    longer = f"{user.identity.user_dn}/CN={MARK} {talk.seed}"
    try:
        talk.ask("POST", "/ban/dn", json={"user_dn": longer, "message": _WHY})
        yield from has_status(user.ask("GET", "/whoami"), 200, after=f"a ban of {longer}")
    finally:
        talk.undo("DELETE", f"/ban/dn?user_dn={quote(longer, safe='')}")


def _victim(talk: Conversation) -> tuple[OtherCaller, Conversation, str]:
    """Find another caller who may be banned, and have it submit a job.

    Raises:
        NotApplicableError: There is none.
    """
    for other in talk.others:
        if other.identity is None or other.identity.user_dn == talk.identity.user_dn:
            continue
        body = f'{{"user_dn": "{other.identity.user_dn}"}}'.encode()
        if talk.session.lock("POST", "/ban/dn", body) is not None:
            continue
        user = talk.of(other)
        try:
            return other, user, user.submit(user.file("of-banned"))
        except OverError:
            raise
        except (NotApplicableError, requests.RequestException):
            continue
    raise NotApplicableError(
        "no other caller can be banned: that takes --exclusive --ban-callers, and one with --also-cert that has delegated"
    )


def _granted(talk: Conversation) -> Iterator[Fault]:
    """Source: "Authorize" as observed on FTS 3.13.4: a grant takes effect at the next request of the user, as level `all`."""
    for other in talk.others:
        dn, level = (other.identity.user_dn, other.identity.level) if other.identity else ("", {})
        grant = {"dn": dn, "operation": "config"}
        body = json.dumps(grant).encode()
        if dn and "config" not in level and not talk.session.lock("POST", _GRANTS, body):
            break
    else:
        raise NotApplicableError(
            "no other caller can be granted a level: that takes --exclusive --ban-callers, and one with --also-cert who lacks it"
        )
    user, named = talk.of(other), f"{_GRANTS}?{urlencode(grant)}"
    try:
        # The second time, the server may remember the first.
        for _ in range(2):
            yield from _has_level(user, level, after="no grant")
            talk.ask("POST", _GRANTS, json=grant)
            yield from _has_level(user, {**level, "config": "all"}, after="a grant")
            talk.ask("DELETE", named)
    finally:
        talk.undo("DELETE", named)
    yield from _has_level(user, level, after="a grant that was revoked")


def _has_level(user: Conversation, level: dict[str, str], *, after: str) -> Iterator[Fault]:
    links = user.ask("GET", "/config/links")
    yield from has_status(links, 200 if "config" in level else 403, after=after)
    seen = user.ask("GET", "/whoami")
    yield from same(seen, "level", record(seen).get("level"), level, after=after)


def _welcome(user: Conversation) -> None:
    """Ask until the user is served again: threads of the server may keep their old view for a while."""
    for _ in range(_TRIES):
        if user.ask("GET", "/whoami").status == requests.codes.ok:
            break
    user.clean_up()


PROBES = (
    Probe(
        check="delegation-keys",
        meaning="two callers get certificate requests for the same key",
        operations=("get_delegation_request",),
        run=_keys,
    ),
    Probe(
        check="grants-in-force",
        meaning="a level that was granted or revoked is not that of the next request of the user",
        operations=("add_grant", "remove_grants", "whoami"),
        level="config",
        run=_granted,
    ),
    Probe(
        check="user-banned",
        meaning="a banned user is served, or his jobs go on, or those of others end",
        operations=("ban_dn", "unban_dn"),
        level="config",
        run=_banned,
    ),
)
