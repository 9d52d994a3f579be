"""What a request changes, and what it leaves alone: after each change, every job of the probe is as a model of FTS says.

Several jobs stand side by side; each change names some of them, and comes from the caller, from another who may, or from
a stranger, for one job or for a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import requests

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.probes.access.authorization import owns
from fts_contract.harness.probes.answers import files_in, record, rows
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations import views
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_OTHERS: Final = 8
_DEFAULT: Final = 3


@attrs.define
class _Job:
    """What a job must look like: its priority, and which of its files are canceled."""

    job_id: str
    files: dict[int, bool]
    priority: int = _DEFAULT
    canceled: bool = False

    def cancel(self) -> None:
        self.canceled = True
        self.files = dict.fromkeys(self.files, True)


@attrs.frozen
class _World:
    """The jobs of the probe, as they must be.

    Attributes:
        talk: Submitted them.
        jobs: The jobs.
        others: Jobs that were there before, as they were; no request of the probe names them.
    """

    talk: Conversation
    jobs: list[_Job]
    others: dict[str, _Job]

    @classmethod
    def of(cls, talk: Conversation, sizes: tuple[int, ...]) -> _World:
        """Submit jobs with so many files."""
        jobs = []
        for number, size in enumerate(sizes):
            word = f"by-{number}"
            job_id = talk.submit(*(talk.file(f"{word}-{file}") for file in range(size)))
            files = rows(talk.ask("GET", f"/jobs/{job_id}/files"))
            ids = [file["file_id"] for file in files if isinstance(file.get("file_id"), int)]
            jobs.append(_Job(job_id, dict.fromkeys(ids, False)))
        if [len(job.files) for job in jobs] != list(sizes):
            raise NotApplicableError("files of a job are missing, as submission-kept tells")
        return cls(talk, jobs, _others(talk))

    def check(self, after: str) -> Iterator[Fault]:
        """Compare all jobs with what they must be, and go on from what they are."""
        ids = ",".join([*(job.job_id for job in self.jobs), *self.others])
        answer = self.talk.ask("GET", f"/jobs/{ids}?files=file_id,file_state,priority")
        seen = {str(row.get("job_id")): row for row in rows(answer)}
        for job in self.jobs:
            row = seen.get(job.job_id)
            if row is None:
                yield Fault(answer, f"a job is missing, after {after}", "job_id")
                continue
            state = str(row.get("job_state"))
            if state in ENDED_JOBS - {"CANCELED"}:
                raise NotApplicableError(f"a job of the probe has ended: it is {state}")
            got = _seen(job.job_id, row)
            if got != job:
                text = f"{_difference(got, job)}, after {after}"
                yield Fault(answer, text, after)
                job.files, job.priority, job.canceled = got.files, got.priority, got.canceled
        for job_id, was in self.others.items():
            now = _seen(job_id, seen.get(job_id, {}))
            if job_id in seen and (now.priority, now.canceled) != (was.priority, was.canceled):
                text = f"of a job that no request named, {_difference(now, was)}, after {after}"
                yield Fault(answer, text, "other jobs")
                self.others[job_id] = now


def _others(talk: Conversation) -> dict[str, _Job]:
    ids = talk.job_ids[:_OTHERS]
    answer = talk.ask("GET", f"/jobs/{','.join(ids)},?files=priority") if ids else None
    found = rows(answer) if answer else []
    return {str(row.get("job_id")): _seen(str(row.get("job_id")), row) for row in found}


def _seen(job_id: str, row: dict[str, Any]) -> _Job:
    files = files_in(row)
    priorities = {str(one.get("priority")) for one in (row, *files)}
    return _Job(
        job_id,
        {_number(file.get("file_id")): file.get("file_state") == "CANCELED" for file in files},
        # Job and files must agree.
        _number(row.get("priority")) if len(priorities) == 1 else -1,
        row.get("job_state") == "CANCELED",
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _difference(got: _Job, due: _Job) -> str:
    if got.canceled != due.canceled:
        return f"a job is {'' if got.canceled else 'not '}CANCELED"
    if got.files != due.files:
        wrong = [file for file, canceled in got.files.items() if due.files.get(file) != canceled]
        told = "is CANCELED" if wrong and got.files[wrong[0]] else "is not CANCELED, or missing"
        return f"file {wrong[0] if wrong else ''} {told}"
    if got.priority == -1:
        return f"the priorities of a job and its files differ, expected {due.priority}"
    return f"priority is {got.priority}, expected {due.priority}"


def _own(talk: Conversation) -> Iterator[Fault]:
    """Source: cancel and modify as observed on FTS 3.13.4."""
    world = _World.of(talk, (3, 3, 2, 1))
    one, two, three, four = world.jobs
    first, second = list(one.files), list(two.files)

    def change(priority: int, *jobs: _Job) -> Iterator[Fault]:
        path = f"/jobs/{','.join(job.job_id for job in jobs)}"
        talk.ask("POST", path, json={"params": {"priority": priority}})
        for job in jobs:
            job.priority = priority
        yield from world.check(f"priority {priority} for {len(jobs)} of {len(world.jobs)} jobs")

    def cancel_files(job: _Job, ids: list[int], *, of_it: list[int]) -> Iterator[Fault]:
        answer = talk.ask("DELETE", f"/jobs/{job.job_id}/files/{','.join(map(str, ids))}")
        job.files |= dict.fromkeys(of_it, True)
        if len(of_it) < len(ids) and answer.json == "CANCELED":
            yield Fault(answer, "a file of another job is said to be CANCELED", "foreign")
        what = "files of it" if len(of_it) == len(ids) else "files of another job"
        yield from world.check(f"a cancel of {what} ({len(ids)})")

    yield from world.check("submission")
    # Read before the changes too, so that a server that repeats old answers is found.
    yield from views.of_jobs(talk, [one.job_id])
    for priority in (1, 5, 2):
        yield from change(priority, one)
    for job, priority in ((one, 4), (one, 1), (two, 5), (two, 3)):
        # Two changes at once: the last one counts.
        talk.ask("POST", f"/jobs/{job.job_id}", json={"params": {"priority": priority}})
        job.priority = priority
    yield from world.check("two changes of the priority, one after the other")
    yield from change(4, one, two)
    yield from change(2, two, three)
    yield from cancel_files(two, first[:1], of_it=[])
    yield from cancel_files(two, [second[0], first[1]], of_it=second[:1])
    yield from cancel_files(two, [first[2], second[1]], of_it=[second[1]])
    yield from cancel_files(one, first[:2], of_it=first[:2])
    for path in (f"/jobs/{UNKNOWN_JOB_ID}", f"/jobs/{UNKNOWN_JOB_ID},{UNKNOWN_JOB_ID}"):
        talk.ask("DELETE", path)
    yield from world.check("a cancel of a job that does not exist")
    talk.submit(talk.file("by-0-0"))
    yield from world.check("a submission of the same transfer")
    talk.ask("DELETE", f"/jobs/{three.job_id}")
    three.cancel()
    yield from world.check("a cancel of one job")
    talk.ask("DELETE", f"/jobs/{UNKNOWN_JOB_ID},{four.job_id}")
    four.cancel()
    yield from world.check("a cancel of an unknown job and one of them")
    yield from change(5, one)
    talk.ask("POST", f"/jobs/{three.job_id},{one.job_id}", json={"params": {"priority": 1}})
    one.priority = 1
    yield from world.check("a change of an ended job and one of them")
    yield from views.of_jobs(talk, [one.job_id, three.job_id])


def _strangers(talk: Conversation) -> Iterator[Fault]:
    """Source: "Who may touch a job" as observed on FTS 3.13.4."""
    if talk.credential.kind != "certificate":
        raise NotApplicableError("the server does not report the rights of a token")
    world = _World.of(talk, (2, 2, 1))
    one, two, _ = world.jobs
    job = record(talk.ask("GET", f"/jobs/{one.job_id}"))
    file = next(iter(one.files))
    asked = 0
    for other in talk.others:
        if other.identity is None and not talk.session.base_url.startswith("https:"):
            continue
        stranger = talk.of(other)
        if owns(other.identity, job):
            if other.identity is None or other.identity.user_dn == talk.identity.user_dn:
                continue
            priority = 6 - two.priority if two.priority != _DEFAULT else 5
            stranger.ask("POST", f"/jobs/{two.job_id}", json={"params": {"priority": priority}})
            two.priority = priority
            yield from world.check(f"a change by {other.name}, who may")
            continue
        lead = _job_of(stranger)
        for path in (
            f"/jobs/{one.job_id}",
            f"/jobs/{one.job_id},{two.job_id}",
            f"/jobs/{UNKNOWN_JOB_ID},{one.job_id}",
            f"/jobs/{lead},{one.job_id}",
            f"/jobs/{one.job_id},{lead}",
            f"/jobs/{one.job_id},",
        ):
            yield from _try(world, stranger, other.name, "POST", path)
            yield from _try(world, stranger, other.name, "DELETE", path)
        for ids in (f"{file}", f"{file},{file}", f"1,{file}"):
            path = f"/jobs/{one.job_id}/files/{ids}"
            yield from _try(world, stranger, other.name, "DELETE", path)
            if lead != UNKNOWN_JOB_ID:
                yield from _try(world, stranger, other.name, "DELETE", f"/jobs/{lead}/files/{ids}")
        asked += 1
        stranger.clean_up()
    if not asked:
        raise NotApplicableError(
            "it needs a caller who may not change the jobs of this one; add one with --also-cert"
        )


def _try(
    world: _World, stranger: Conversation, name: str, method: str, path: str
) -> Iterator[Fault]:
    try:
        answer = stranger.ask(
            method, path, json={"params": {"priority": 5}} if method == "POST" else None
        )
    except OverError:
        raise
    except requests.RequestException:
        return  # The server closes connections without a certificate, which is a refusal too.
    own = {job.job_id for job in world.jobs}
    for row in [*rows(answer), record(answer)]:
        if str(row.get("job_id")) in own and "job_state" in row:
            yield Fault(answer, f"{name} is shown a job of somebody else", "shown")
    kind = "a list of ids" if "," in path else "its id"
    yield from world.check(f"{method} of {kind} by {name}, who may not")


def _job_of(stranger: Conversation) -> str:
    """A job of the stranger, to begin a list with; where no submission is accepted, one that does not exist."""
    try:
        return stranger.submit(stranger.file("of-stranger"))
    except (NotApplicableError, requests.RequestException):
        return UNKNOWN_JOB_ID


PROBES = (
    Probe(
        check="changes-only-that",
        meaning="a cancel or a change has no effect, or affects jobs or files that it does not name",
        operations=(
            "cancel_jobs",
            "modify_jobs",
            "cancel_job_files",
            "submit_job",
            "get_jobs",
            "list_job_files",
        ),
        run=_own,
    ),
    Probe(
        check="strangers-change-nothing",
        meaning="a caller changes a job without being allowed to, alone or in a list, or an allowed change is lost",
        operations=("cancel_jobs", "modify_jobs", "cancel_job_files"),
        run=_strangers,
    ),
)
