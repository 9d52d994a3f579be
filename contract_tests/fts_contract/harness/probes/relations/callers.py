"""The same question from several callers: whom a job is shown to, alone, in a list of ids and in lists, in any order of asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import requests

from fts_contract.harness.probes.access.authorization import owns
from fts_contract.harness.probes.answers import record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.lists import STATES
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_EVERY: Final = f"/jobs?limit=50&state_in={STATES}"
_MOST: Final = 6
_OK: Final = 200
_OF_WEB_SERVERS: Final = (
    *(
        "SSL-Client-S-DN",
        "SSL-Client-S-DN-0",
        "GRST-CRED-AURI-0",
        "GRST-CRED-0",
        "X-SSL-Client-DN",
    ),
    *("X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Client-DN", "SSL-Client-Verify"),
)
_Job = dict[str, Any]
_ERROR: Final = frozenset({"job_id", "http_status", "http_message", "status", "message"})


@attrs.frozen
class _Who:
    """A caller: its conversation, and its name for people; without identity it is anonymous."""

    name: str
    talk: Conversation
    known: bool

    def may(self, job: _Job) -> bool:
        return owns(self.talk.identity if self.known else None, job)


def _callers(talk: Conversation) -> list[_Who]:
    """The caller and the others whose rights the server reports, an anonymous one at the end."""
    found = [_Who("the caller", talk, known=True)]
    anonymous = []
    for other in talk.others:
        if other.identity is None:
            if talk.session.base_url.startswith("https:"):
                anonymous = [_Who("anonymous", talk.of(other), known=False)]
        elif other.identity.delegation_id != talk.identity.delegation_id:
            found.append(_Who(other.name, talk.of(other), known=True))
    return [*found, *anonymous]


def _jobs_of(who: _Who) -> Iterator[_Job]:
    """A few jobs that a caller sees, of as many owners as possible."""
    seen: dict[tuple[str, str], _Job] = {}
    for path in (_EVERY, "/jobs"):
        for job in rows(who.talk.ask("GET", path)):
            seen.setdefault((str(job.get("user_dn")), str(job.get("vo_name"))), job)
    yield from list(seen.values())[:3]


def _visible(talk: Conversation) -> Iterator[Fault]:
    """Source: "Who may touch a job" as observed on FTS 3.13.4."""
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the server does not report the rights of a token")
    callers = _callers(talk)
    jobs: dict[str, _Job] = {}
    for who in callers:
        if who.known:
            jobs |= {str(job["job_id"]): job for job in _jobs_of(who) if job.get("job_id")}
    known = list(jobs.values())[:_MOST]
    if not known:
        raise NotApplicableError("it needs a job that one of the callers sees")
    for who in callers:
        try:
            yield from _each(who, known)
            yield from _together(who, known)
            yield from _listed(who)
        except OverError:
            raise
        except requests.RequestException:
            if who.known:
                raise
            # The server closes connections without a certificate, which is a refusal too.


def _each(who: _Who, jobs: list[_Job]) -> Iterator[Fault]:
    for job in jobs:
        yield from _alone(who, job)
    unknown = who.talk.ask("GET", f"/jobs/{UNKNOWN_JOB_ID}/files")
    if rows(unknown):
        yield _served(who, unknown)


def _alone(who: _Who, job: _Job) -> Iterator[Fault]:
    job_id = job["job_id"]
    path = f"/jobs/{job_id}"
    answer = who.talk.ask("GET", path)
    if who.may(job):
        got = {
            key: record(answer).get(key) for key in ("job_id", "user_dn", "vo_name", "submit_time")
        }
        yield from same(
            answer, "job", got, {key: job.get(key) for key in got}, after="a list with it"
        )
        return
    parts = (
        path,
        f"{path}/files",
        f"{path}/dm",
        f"{path}/job_metadata",
        f"{path}/user_dn",
        f"{path}?files=file_id",
    )
    for part in parts:
        yield from _refused(who, who.talk.ask("GET", part))


def _refused(who: _Who, answer: Exchange) -> Iterator[Fault]:
    # What is wrong with a 500 is found by the checks of single answers.
    if answer.status < 400:  # noqa: PLR2004
        yield _served(who, answer)
    elif shown := sorted(set(record(answer)) - _ERROR):
        yield Fault(answer, f"the refusal to {who.name} shows {shown[0]} of the job", "refused")


def _served(who: _Who, answer: Exchange) -> Fault:
    return Fault(answer, f"{who.name} gets a job of somebody else", "served")


def _together(who: _Who, jobs: list[_Job]) -> Iterator[Fault]:
    """In a list of ids, the right to each job counts, not that to the one before it."""
    first_own = sorted(jobs, key=lambda job: not who.may(job))
    for order in (first_own, first_own[::-1]):
        ids = [str(job["job_id"]) for job in order]
        for path in (f"/jobs/{','.join(ids)}", f"/jobs/{ids[0]},{UNKNOWN_JOB_ID},{ids[-1]}"):
            answer = who.talk.ask("GET", path)
            if answer.status not in {_OK, 207}:
                continue
            entries = {str(row.get("job_id")): row for row in rows(answer)}
            for job in order:
                entry = entries.get(str(job["job_id"]))
                if entry is not None and ("job_state" in entry) != who.may(job):
                    told = "shows" if "job_state" in entry else "hides"
                    text = f"a list of ids {told} {who.name} a job of {job.get('user_dn')} (VO {job.get('vo_name')})"
                    yield Fault(answer, text, told)


def _listed(who: _Who) -> Iterator[Fault]:
    """Source: the same: lists show the first VO of the caller, whatever `vo_name` asks for."""
    identity = who.talk.identity
    level = identity.level.get("transfer") if who.known else None
    for path in ("/jobs", _EVERY, "/files", "/jobs?vo_name=other", "/files?vo_name=other"):
        answer = who.talk.ask("GET", path)
        if not who.known:
            yield from _refused(who, answer)
            continue
        for row in rows(answer) if level == "vo" else ():
            if row.get("vo_name") != identity.vos[0]:
                yield Fault(
                    answer, f"the list of {who.name} shows VO {row.get('vo_name')}", "vo_name"
                )
                break


def _turns(talk: Conversation) -> Iterator[Fault]:
    """Each caller stays itself, however the callers take turns on connections that are kept open."""
    callers = _callers(talk)
    for _ in range(2):
        for who in [*callers, *callers[::-1]]:
            try:
                answer = who.talk.ask("GET", "/whoami")
            except OverError:
                raise
            except requests.RequestException:
                if who.known:
                    raise
                continue
            got = {
                name: record(answer).get(name) for name in ("user_dn", "delegation_id", "is_root")
            }
            yield from same(answer, "the caller", got, _identity(who), after="requests of others")
            if who.known:
                path = f"/delegation/{who.talk.identity.delegation_id}"
                own = who.talk.ask("GET", path)
                if own.status == 403:  # noqa: PLR2004
                    yield Fault(own, f"{who.name} is refused its own delegation", "delegation")
    yield from _pretended(talk)
    if talk.credential.kind == "token" and len(callers) > 1:
        yield from _without_token(talk)


def _pretended(talk: Conversation) -> Iterator[Fault]:
    """Headers by which a web server tells an application who the client is are ignored when the client itself sends them."""
    dn = "/DC=org/DC=example/CN=somebody else"
    headers = dict.fromkeys(_OF_WEB_SERVERS, dn) | {"X-Forwarded-For": "127.0.0.1"}
    answer = talk.ask("GET", "/whoami", headers=headers)
    got = record(answer).get("user_dn")
    yield from same(answer, "user_dn", got, talk.identity.user_dn, after="headers with another DN")


def _without_token(talk: Conversation) -> Iterator[Fault]:
    """On one connection: with a token, without, and with it again."""
    for headers, user_dn in ((None, talk.identity.user_dn), ({"Authorization": ""}, "anon")) * 2:
        answer = talk.ask("GET", "/whoami", headers=headers)
        after = "requests with and without a token"
        yield from same(answer, "user_dn", record(answer).get("user_dn"), user_dn, after=after)


def _identity(who: _Who) -> dict[str, Any]:
    identity = who.talk.identity
    if not who.known:
        return {"user_dn": "anon", "delegation_id": None, "is_root": False}
    return {
        "user_dn": identity.user_dn,
        "delegation_id": identity.delegation_id,
        "is_root": identity.is_root,
    }


def _archived(talk: Conversation) -> Iterator[Fault]:
    """Source: "GET /archive/{id}" as observed on FTS 3.13.4."""
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the server does not report the rights of a token")
    callers = _callers(talk)
    for job_id in (*talk.archived, *talk.job_ids[:1]):
        answers = [(who, who.talk.ask("GET", f"/archive/{job_id}")) for who in callers]
        job: _Job = next((record(answer) for _, answer in answers if answer.status == _OK), {})
        for who, answer in answers if job else ():
            may = who.may(job)
            if (answer.status == _OK) != may:
                told = f"is refused with {answer.status}" if may else "gets"
                yield Fault(
                    answer, f"{who.name} {told} an archived job of {job.get('user_dn')}", "archive"
                )
            elif not may:
                field = who.talk.ask("GET", f"/archive/{job_id}/job_state")
                if field.status == _OK:
                    yield _served(who, field)


def _probe(
    check: str,
    meaning: str,
    operations: tuple[str, ...],
    run: Callable[[Conversation], Iterator[Fault]],
) -> Probe:
    return Probe(check=check, meaning=meaning, operations=operations, profile="safe", run=run)


PROBES = (
    _probe(
        "jobs-shown-to-owners",
        "the server shows a job to a caller who may not see it, or hides it from one who may, alone or in a list",
        (
            "get_jobs",
            "list_jobs",
            "list_files",
            "list_job_files",
            "get_job_field",
            "list_job_deletions",
        ),
        _visible,
    ),
    _probe(
        "callers-take-turns",
        "the server mistakes one caller for another when several take turns",
        ("whoami", "get_delegation", "list_jobs", "get_jobs"),
        _turns,
    ),
    _probe(
        "archive-shown-to-owners",
        "the server shows an archived job to a caller who may not see it, or hides it from one who may",
        ("get_archived_job", "get_archived_job_field"),
        _archived,
    ),
)
