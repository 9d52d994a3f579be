"""Bans: listed at once, enforced on jobs and submissions, and gone when lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_WHY = "made by a contract test"
_ENDS = ("sources", "destinations")


def _ban(talk: Conversation) -> Iterator[Fault]:
    """Source: "Banning" as observed on FTS 3.13.4."""
    storage = talk.storage("ban-from")
    hit, spared = talk.submit(talk.file("ban")), talk.submit(talk.file("ban-other"))
    body = {"storage": storage, "message": _WHY, "status": "cancel"}
    try:
        answer = talk.ask("POST", "/ban/se", json=body)
        yield from same(answer, "canceled jobs", listed(answer), [hit])
        yield from _is_listed(talk, storage, "CANCEL")
        jobs = talk.ask("GET", f"/jobs/{hit},{spared}")
        states = [job.get("job_state") == "CANCELED" for job in rows(jobs)]
        yield from same(
            jobs, "canceled", states, [True, False], after="a ban of the storage of the first"
        )
        files = talk.ask("GET", f"/jobs/{hit}/files")
        for file in rows(files):
            wanted = {"file_state": "CANCELED", "reason": "Storage banned"}
            yield from keeps(files, file, wanted, after="a ban of its storage")
        yield from _refuses(talk)
    finally:
        talk.undo("DELETE", f"/ban/se?storage={storage}")
    yield from _is_lifted(talk, storage)
    yield from _accepts(talk, talk.file("ban"), after="the ban was lifted")


def _wait(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; files on hold are released when the ban is lifted."""
    storage, held_or_gone = talk.storage("wait-to"), ("ON_HOLD", "ON_HOLD_STAGING", "CANCELED")
    ids = [job_id for job_id, _ in _waiting(talk)]
    spared = [talk.submit(talk.file("wait", destinations=[f"{storage}.org/file?time=600"]))]
    try:
        talk.ask("POST", "/ban/se", json={"storage": storage, "status": "wait"})
        yield from _is_listed(talk, storage, "WAIT", message="")
        # What runs already goes on.
        moved = ("SUBMITTED", "STAGING", "CANCELED")
        yield from _none_is(talk, ids, *moved, after="a ban with status wait")
        yield from _none_is(talk, spared, *held_or_gone, after="a ban of another storage")
        yield from _refuses(talk, word="wait")
        body = {"storage": storage, "status": "wait", "allow_submit": True, "message": _WHY}
        talk.ask("POST", "/ban/se", json=body)
        yield from _is_listed(talk, storage, "WAIT_AS")
        for job_id, held in _waiting(talk):
            ids.append(job_id)
            files = talk.ask("GET", f"/jobs/{job_id}/files")
            states = [file.get("file_state") for file in rows(files)]
            after = "a submission to a storage that waits"
            yield from same(files, "file_state", states, [held], after=after)
    finally:
        talk.undo("DELETE", f"/ban/se?storage={storage}")
    yield from _is_lifted(talk, storage)
    yield from _none_is(talk, ids, *held_or_gone, after="the ban was lifted")


def _waiting(talk: Conversation) -> list[tuple[str, str]]:
    """Submit jobs to and from the storage that waits, and one that is brought online first, where callers may do so.

    Returns:
        Id, and the state of its file while it is on hold.
    """
    source = talk.file("wait-back", sources=[f"{talk.storage('wait-to')}/file?size=1024"])
    found = [(talk.submit(file), "ON_HOLD") for file in (talk.file("wait"), source)]
    if talk.credential.kind == "certificate":
        tape = f"{talk.storage('wait-tape')}/file?size=1024&staging_time=600"
        job_id = talk.submit(talk.file("wait", sources=[tape]), bring_online=7200)
        found.append((job_id, "ON_HOLD_STAGING"))
    return found


def _none_is(talk: Conversation, ids: list[str], *states: str, after: str) -> Iterator[Fault]:
    for job_id in ids:
        files = talk.ask("GET", f"/jobs/{job_id}/files")
        for file in rows(files):
            if (state := file.get("file_state")) in states:
                yield Fault(files, f"a file is {state!r}, after {after}", "file_state")


def _spellings(talk: Conversation) -> Iterator[Fault]:
    """Source: the same: the storage is scheme and host, in any case, whatever port and path; any end of any pair counts."""
    storage = talk.storage("spelt-from")
    host = storage.partition("://")[2]
    banned = [
        f"mock://{host}:8443/file?size=1",
        f"MOCK://{host.upper()}/file?size=1",
        f"Mock://{host}:1/a/b/../file?size=1",
        f"mock://somebody@{host}/file?size=1",
    ]
    port, good = banned[0], f"{talk.storage('spelt-else')}/file?size=1"
    refused = [
        *(talk.file("spelt-a", sources=[surl]) for surl in banned),
        *(talk.file("spelt-b", destinations=[surl]) for surl in banned[:2]),
        talk.file("spelt-c", sources=[good, port]),
        talk.file("spelt-d", destinations=[f"{good}&time=600", port]),
    ]
    others = (
        f"mock://{host}.org/file?size=1",
        f"mock://{talk.name('sub')}.{host}/file?size=1",
        f"davs://{host}/file?size=1",
        f"mock://{talk.name('else')}.example.org/{storage}?size=1",
        good,
    )
    hit = [
        talk.submit(talk.file("spelt-e", sources=[port])),
        talk.submit(talk.file("spelt-f", destinations=[f"{port}&time=600"])),
    ]
    spared = [talk.submit(talk.file("spelt-g", sources=[surl])) for surl in others]
    spared += [
        talk.submit(talk.file("spelt-g", destinations=[f"{surl}&time=600"])) for surl in others
    ]
    try:
        answer = talk.ask("POST", "/ban/se", json={"storage": storage, "message": _WHY})
        yield from same(answer, "canceled jobs", sorted(map(str, listed(answer))), sorted(hit))
        jobs = talk.ask("GET", f"/jobs/{','.join([*hit, *spared])}")
        states = [job.get("job_state") == "CANCELED" for job in rows(jobs)]
        due = [True] * len(hit) + [False] * len(spared)
        yield from same(jobs, "canceled", states, due, after="a ban")
        for file in refused:
            yield from _refuses(talk, file)
            yield from _refuses(talk, talk.file("spelt-h"), file)
        for surl in others:
            for file in (
                talk.file("spelt-i", sources=[surl]),
                talk.file("spelt-i", destinations=[f"{surl}&time=600"]),
            ):
                yield from _accepts(talk, file, after=f"a ban of {storage}")
    finally:
        talk.undo("DELETE", f"/ban/se?storage={storage}")
    yield from _is_lifted(talk, storage)


def _other_vo(talk: Conversation) -> Iterator[Fault]:
    """Source: the same: a ban is for the first VO of the caller, and an unban lifts only that one."""
    for other in talk.others:
        known = other.identity
        if (
            known is not None
            and "config" in known.level
            and known.vos[:1] != talk.identity.vos[:1]
        ):
            theirs = talk.of(other)
            break
    else:
        raise NotApplicableError(
            "it needs administrators of two VOs; add the other one with --also-cert"
        )
    storage, after = talk.storage("ban-vo-from"), "a ban by an administrator of another VO"
    job_id = talk.submit(talk.file("ban-vo"))
    try:
        answer = theirs.ask("POST", "/ban/se", json={"storage": storage})
        yield from same(answer, "canceled jobs", answer.json, [], after=after)
        yield from _none_is(talk, [job_id], "CANCELED", after=after)
        yield from _accepts(talk, talk.file("ban-vo"), after=after)
        talk.ask("DELETE", f"/ban/se?storage={storage}")
        bans = talk.ask("GET", "/ban/se")
        wanted = {"vo": theirs.vo, "status": "CANCEL"}
        after = "an unban by an administrator of another VO"
        yield from keeps(bans, find(bans, se=storage), wanted, after=after, where="ban.")
    finally:
        theirs.undo("DELETE", f"/ban/se?storage={storage}")
    yield from _is_lifted(talk, storage)


def _is_listed(
    talk: Conversation, storage: str, status: str, *, message: str = _WHY
) -> Iterator[Fault]:
    bans = talk.ask("GET", "/ban/se")
    wanted = {
        "vo": talk.vo,
        "status": status,
        "message": message,
        "admin_dn": talk.identity.user_dn,
    }
    yield from keeps(bans, find(bans, se=storage), wanted, after="a ban", where="ban.")


def _is_lifted(talk: Conversation, storage: str) -> Iterator[Fault]:
    bans = talk.ask("GET", "/ban/se")
    yield from same(bans, "ban", find(bans, se=storage), None, after="it was lifted")


def _accepts(talk: Conversation, file: dict[str, Any], *, after: str) -> Iterator[Fault]:
    answer = talk.ask("POST", "/jobs", json={"files": [file], "params": {}})
    talk.note_job(answer)
    # 419: the caller has no delegated credential.
    yield from has_status(answer, 200, 419, after=after)


def _refuses(talk: Conversation, *files: dict[str, Any], word: str = "ban") -> Iterator[Fault]:
    sent = list(files or [talk.file(word)])
    if len(sent) > 1 and any(len(file[end]) > 1 for file in sent for end in _ENDS):
        return  # A job with several replicas has one file.
    refused = talk.ask("POST", "/jobs", json={"files": sent, "params": {}})
    if refused.status == 419:  # noqa: PLR2004 - the caller has no delegated credential
        return
    yield from has_status(refused, 403, after="a submission to a banned storage")
    job_id = record(refused).get("job_id")
    if isinstance(job_id, str):
        talk.undo("DELETE", f"/jobs/{job_id}")


def _dn(talk: Conversation) -> Iterator[Fault]:
    """Source: the same. The caller's own DN is not banned, because the caller could not undo that."""
    dn = f"/DC=org/DC=example/CN={talk.name('nobody')}"
    wanted: dict[str, Any] = {"dn": dn, "message": _WHY, "admin_dn": talk.identity.user_dn}
    others = {str(row.get("dn")) for row in rows(talk.ask("GET", "/ban/dn"))}
    try:
        answer = talk.ask("POST", "/ban/dn", json={"user_dn": dn, "message": _WHY})
        yield from same(answer, "canceled jobs", answer.json, [])
        bans = talk.ask("GET", "/ban/dn")
        yield from keeps(bans, find(bans, dn=dn), wanted, after="a ban", where="ban.")
    finally:
        talk.undo("DELETE", f"/ban/dn?user_dn={quote(dn, safe='')}")
    bans = talk.ask("GET", "/ban/dn")
    yield from same(bans, "ban", find(bans, dn=dn), None, after="it was lifted")
    lost = sorted(others - {str(row.get("dn")) for row in rows(bans)})
    yield from same(bans, "other bans that are gone", lost, [], after="one was lifted")


PROBES = (
    Probe(
        check="ban-in-force",
        meaning="a ban of a storage is not listed, does not cancel and refuse jobs, or stays after it was lifted",
        operations=("ban_se", "unban_se", "list_banned_se"),
        level="config",
        run=_ban,
    ),
    Probe(
        check="ban-waits",
        meaning="a ban with status `wait` cancels jobs, does not put new files on hold, or does not release them",
        operations=("ban_se", "unban_se", "list_banned_se"),
        level="config",
        run=_wait,
    ),
    Probe(
        check="ban-spellings",
        meaning="a banned storage is used with a port, in capitals, at the other end or as a replica, or another one is refused",
        operations=("ban_se", "unban_se", "submit_job"),
        level="config",
        run=_spellings,
    ),
    Probe(
        check="ban-of-one-vo",
        meaning="a ban of a storage concerns another VO than that of the administrator, or is lifted by one of another VO",
        operations=("ban_se", "unban_se", "list_banned_se", "submit_job"),
        level="config",
        run=_other_vo,
    ),
    Probe(
        check="dn-ban-listed",
        meaning="a ban of a DN is not listed with its reason and author, or stays after it was lifted",
        operations=("ban_dn", "unban_dn", "list_banned_dn"),
        level="config",
        run=_dn,
    ),
)
