"""Bans: listed at once, enforced on jobs and submissions, and gone when lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault
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
    talk.submit(talk.file("ban"))


def _wait(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; files on hold are released when the ban is lifted."""
    storage = talk.storage("wait-to")
    ids = _waiting(talk)
    try:
        talk.ask("POST", "/ban/se", json={"storage": storage, "status": "wait"})
        yield from _is_listed(talk, storage, "WAIT", message="")
        # What runs already goes on.
        yield from _none_is(talk, ids, "SUBMITTED", "STAGING", after="a ban with status wait")
        yield from _refuses(talk, word="wait")
        body = {"storage": storage, "status": "wait", "allow_submit": True, "message": _WHY}
        talk.ask("POST", "/ban/se", json=body)
        yield from _is_listed(talk, storage, "WAIT_AS")
        for job_id, held in zip(_waiting(talk), ("ON_HOLD", "ON_HOLD_STAGING"), strict=False):
            ids.append(job_id)
            files = talk.ask("GET", f"/jobs/{job_id}/files")
            states = [file.get("file_state") for file in rows(files)]
            after = "a submission to a storage that waits"
            yield from same(files, "file_state", states, [held], after=after)
    finally:
        talk.undo("DELETE", f"/ban/se?storage={storage}")
    yield from _is_lifted(talk, storage)
    held_or_gone = ("ON_HOLD", "ON_HOLD_STAGING", "CANCELED")
    yield from _none_is(talk, ids, *held_or_gone, after="the ban was lifted")


def _waiting(talk: Conversation) -> list[str]:
    """Submit a job to the storage that waits, and one that is brought online first, where callers may do so."""
    ids = [talk.submit(talk.file("wait"))]
    if talk.credential.kind == "certificate":
        tape = f"{talk.storage('wait-tape')}/file?size=1024&staging_time=600"
        ids.append(talk.submit(talk.file("wait", sources=[tape]), bring_online=7200))
    return ids


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
    others = (f"mock://{host}.org/file?size=1", f"mock://x{host}/file?size=1", good)
    hit = [
        talk.submit(talk.file("spelt-e", sources=[port])),
        talk.submit(talk.file("spelt-f", destinations=[f"{port}&time=600"])),
    ]
    spared = talk.submit(talk.file("spelt-g", sources=[others[0]]))
    try:
        answer = talk.ask("POST", "/ban/se", json={"storage": storage, "message": _WHY})
        yield from same(answer, "canceled jobs", sorted(map(str, listed(answer))), sorted(hit))
        jobs = talk.ask("GET", f"/jobs/{','.join([*hit, spared])}")
        states = [job.get("job_state") == "CANCELED" for job in rows(jobs)]
        yield from same(jobs, "canceled", states, [True, True, False], after="a ban")
        for file in refused:
            yield from _refuses(talk, file)
            yield from _refuses(talk, talk.file("spelt-h"), file)
        for surl in others:
            talk.submit(talk.file("spelt-i", sources=[surl]))
    finally:
        talk.undo("DELETE", f"/ban/se?storage={storage}")
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
        check="dn-ban-listed",
        meaning="a ban of a DN is not listed with its reason and author, or stays after it was lifted",
        operations=("ban_dn", "unban_dn", "list_banned_dn"),
        level="config",
        run=_dn,
    ),
)
