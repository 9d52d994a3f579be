"""Cancel a job, cancel it again, cancel several jobs and single files; every view must show that at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID, FullLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_CANCELED = {"job_state": "CANCELED", "cancel_job": True, "reason": "Job canceled by the user"}
_NOT_OF_THIS_JOB = "File does not belong to the job"


def _job(talk: Conversation) -> Iterator[Fault]:
    """Source: "DELETE /jobs/{ids} (cancel)" as observed on FTS 3.13.4."""
    job_id = talk.submit(talk.file("cancel-a"), talk.file("cancel-b"))
    answer = talk.ask("DELETE", f"/jobs/{job_id}")
    wanted = {"job_id": job_id, **_CANCELED, "http_status": "200 Ok", "http_message": None}
    yield from keeps(answer, record(answer), wanted)
    yield from _is_canceled(talk, job_id)
    before = talk.ask("GET", f"/jobs/{job_id}")
    again = talk.ask("DELETE", f"/jobs/{job_id}")
    yield from has_status(again, 200, after="a second cancel")
    wanted = {"http_status": "304 Not Modified", "job_state": "CANCELED"}
    yield from keeps(again, record(again), wanted, after="a second cancel")
    after = talk.ask("GET", f"/jobs/{job_id}")
    yield from same(after, "job", after.json, before.json, after="a second cancel")


def _is_canceled(talk: Conversation, job_id: str) -> Iterator[Fault]:
    """Check every view of a canceled job."""
    why = "a cancel"
    job = talk.ask("GET", f"/jobs/{job_id}?files=file_state")
    yield from keeps(job, record(job), _CANCELED, after=why)
    if not record(job).get("job_finished"):
        yield Fault(job, "job_finished is not set, after a cancel", "job_finished")
    yield from same(
        job, "files", record(job).get("files"), [{"file_state": "CANCELED"}] * 2, after=why
    )
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    states = [file.get("file_state") for file in rows(files)]
    yield from same(files, "file_state", states, ["CANCELED"] * 2, after=why)
    for file in rows(files):
        if not file.get("finish_time") and not file.get("pid"):
            yield Fault(files, "finish_time of a file is not set, after a cancel", "finish_time")
    state = talk.ask("GET", f"/jobs/{job_id}/job_state")
    yield from same(state, "job_state", state.json, "CANCELED", after=why)
    unknown = talk.ask("GET", f"/jobs/{job_id}/no_such_field", intent="invalid")
    yield from has_status(unknown, 404, after="a field that no job has")
    for file in rows(files)[:1]:
        retries = talk.ask("GET", f"/jobs/{job_id}/files/{file.get('file_id')}/retries")
        yield from same(retries, "retries", retries.json, [], after="no attempt was made")
    deletions = talk.ask("GET", f"/jobs/{job_id}/dm")
    yield from same(deletions, "dm", deletions.json, [], after="a job of transfers")
    source = talk.storage("cancel-a-from")
    unfinished = talk.ask("GET", f"/files?source_se={source}")
    if find(unfinished, job_id=job_id) and all(file.get("finish_time") for file in rows(files)):
        yield Fault(unfinished, "a canceled file is listed among the unfinished ones", "files")
    active = talk.ask("GET", "/jobs?limit=500&state_in=SUBMITTED,READY,ACTIVE,STAGING")
    if find(active, job_id=job_id):
        yield Fault(active, "a canceled job is listed among the active ones", "jobs")


def _several(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; 207 when an id is unknown, and the other jobs are still canceled."""
    first, second, third = (talk.submit(talk.file(f"cancel-{word}")) for word in "cde")
    answer = talk.ask("DELETE", f"/jobs/{first},{second}")
    yield from has_status(answer, 200)
    yield from _entries(answer, {first: "200 Ok", second: "200 Ok"})
    answer = talk.ask("DELETE", f"/jobs/{first},{UNKNOWN_JOB_ID},{third}")
    yield from has_status(answer, 207)
    wanted = {first: "304 Not Modified", UNKNOWN_JOB_ID: "404 Not Found", third: "200 Ok"}
    yield from _entries(answer, wanted)
    seen = talk.ask("GET", f"/jobs/{first},{second},{third}")
    states = [job.get("job_state") for job in rows(seen)]
    yield from same(seen, "job_state", states, ["CANCELED"] * 3, after="a cancel of several jobs")


def _entries(answer: Exchange, wanted: dict[str, str]) -> Iterator[Fault]:
    got = {str(row.get("job_id")): row.get("http_status") for row in rows(answer)}
    yield from same(answer, "entries", len(listed(answer)), len(wanted))
    yield from same(answer, "http_status", got, wanted)


def _files(talk: Conversation) -> Iterator[Fault]:
    """Source: "DELETE /jobs/{id}/files/{file_ids}" as observed on FTS 3.13.4."""
    job_id = talk.submit(*(talk.file(f"cancel-{word}") for word in "fgh"))
    files = rows(talk.ask("GET", f"/jobs/{job_id}/files"))
    ids = [file.get("file_id") for file in files]
    if len(ids) != 3:  # noqa: PLR2004 - another probe checks that no files are lost
        return
    one = talk.ask("DELETE", f"/jobs/{job_id}/files/{ids[0]}")
    yield from same(one, "state", one.json, "CANCELED")
    yield from _file_states(talk, job_id, canceled=ids[:1])
    foreign = talk.ask("DELETE", f"/jobs/{job_id}/files/1", intent="invalid")
    yield from same(foreign, "state", foreign.json, _NOT_OF_THIS_JOB)
    yield from _file_states(talk, job_id, canceled=ids[:1])
    rest = talk.ask("DELETE", f"/jobs/{job_id}/files/{ids[1]},{ids[2]}")
    yield from same(rest, "states", rest.json, ["CANCELED", "CANCELED"])
    job = talk.ask("GET", f"/jobs/{job_id}")
    after = "a cancel of all its files"
    yield from keeps(job, record(job), {"job_state": "CANCELED", "cancel_job": True}, after=after)


def _file_states(talk: Conversation, job_id: str, *, canceled: list[Any]) -> Iterator[Fault]:
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    got = [file.get("file_id") for file in rows(files) if file.get("file_state") == "CANCELED"]
    yield from same(files, "canceled files", got, canceled, after="a cancel of one file")
    job = talk.ask("GET", f"/jobs/{job_id}")
    if record(job).get("job_state") == "CANCELED":
        yield Fault(job, "the job is CANCELED although some of its files are not", "job_state")


def _together(talk: Conversation) -> Iterator[Fault]:
    """Source: the same; files of multihop and reuse jobs can only be canceled together."""
    first = talk.file("cancel-i")
    second = talk.file("cancel-j", sources=first["destinations"])
    job_id = talk.submit(first, second, multihop=True)
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    for file in rows(files)[:1]:
        answer = talk.ask("DELETE", f"/jobs/{job_id}/files/{file.get('file_id')}")
        yield from has_status(answer, 400, after="a cancel of one hop")
        after = talk.ask("GET", f"/jobs/{job_id}/files")
        states = {row.get("file_state") for row in rows(after)}
        if "CANCELED" in states:
            yield Fault(
                after, "the cancel of one hop was refused, but a hop is CANCELED", "file_state"
            )


def _of_vo(talk: Conversation) -> Iterator[Fault]:
    """Source: "DELETE /jobs/vo/{vo_name}" as observed on FTS 3.13.4: zeros for a VO without jobs."""
    lock = talk.session.lock
    if not talk.exclusive or not isinstance(lock, FullLock) or not talk.identity.is_root:
        raise NotApplicableError(
            "only root can cancel all jobs of a VO, and only with --exclusive"
        )
    job_id = talk.submit(talk.file("cancel-vo"))
    vo = str(record(talk.ask("GET", f"/jobs/{job_id}")).get("vo_name"))
    for name in (vo[:-1], f"{vo}x", talk.name("vo")):
        # As root, also where the jobs of the probe are those of somebody else.
        if rows(talk.session.ask("GET", f"/jobs?vo_name={name}", phase="probe")) or "/" in name:
            continue
        lock.idle_vos = frozenset([name.lower()])
        answer = talk.session.ask("DELETE", f"/jobs/vo/{name}", phase="probe")
        lock.idle_vos = frozenset()
        talk.steps.append(answer)
        after = f"a cancel of all jobs of VO {name}"
        counts = dict.fromkeys(("affected_files", "affected_dm", "affected_jobs"), 0)
        yield from keeps(answer, record(answer), counts, after=after)
        state = talk.ask("GET", f"/jobs/{job_id}/job_state")
        if state.json == "CANCELED":
            yield Fault(state, f"a job of VO {vo} is CANCELED, after {after}", "job_state")


_LOOKS = (
    "get_jobs",
    "list_job_files",
    "get_job_field",
    "list_files",
    "list_jobs",
    "list_file_retries",
    "list_job_deletions",
)

PROBES = (
    Probe(
        check="cancel-idempotent",
        meaning="a canceled job is not CANCELED in every view, or a second cancel is not a 304 without effect",
        operations=("cancel_jobs", *_LOOKS),
        run=_job,
    ),
    Probe(
        check="cancel-several",
        meaning="a cancel of several jobs has no entry for one of them, or does not cancel it",
        operations=("cancel_jobs", "get_jobs"),
        run=_several,
    ),
    Probe(
        check="cancel-files",
        meaning="a cancel of single files does not cancel them, or cancels others",
        operations=("cancel_job_files", "list_job_files"),
        run=_files,
    ),
    Probe(
        check="cancel-of-one-vo",
        meaning="a cancel of all jobs of a VO cancels those of one with a similar name",
        operations=("cancel_jobs", "get_job_field"),
        level="admin",
        run=_of_vo,
    ),
    Probe(
        check="cancel-hops-together",
        meaning="a hop of a multihop job can be canceled alone",
        operations=("cancel_job_files",),
        run=_together,
    ),
)
