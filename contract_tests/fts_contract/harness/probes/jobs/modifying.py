"""Change the priority of jobs, and force the start of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.answers import has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_NO_FILE = 2**62


def _change(priority: Any) -> dict[str, Any]:
    return {"params": {"priority": priority}}


def _priority(talk: Conversation) -> Iterator[Fault]:
    """Source: "POST /jobs/{ids} (modify)" as observed on FTS 3.13.4."""
    job_id = talk.submit(talk.file("modify"), talk.file("modify-b"), priority=2)
    answer = talk.ask("POST", f"/jobs/{job_id}", json=_change(5))
    wanted = {"job_id": job_id, "http_status": "200 Ok", "http_message": None, "priority": 5}
    yield from keeps(answer, record(answer), wanted)
    yield from _has_priority(talk, job_id, 5)
    # Parameters without a priority change nothing.
    talk.ask("POST", f"/jobs/{job_id}", json={"params": {}})
    refused = talk.ask("POST", f"/jobs/{job_id}", json=_change("high"), intent="invalid")
    yield from has_status(refused, 400, after="a change to priority 'high'")
    yield from _has_priority(talk, job_id, 5)


def _has_priority(talk: Conversation, job_id: str, priority: int) -> Iterator[Fault]:
    after = f"a change to priority {priority}"
    job = talk.ask("GET", f"/jobs/{job_id}")
    yield from same(job, "priority", record(job).get("priority"), priority, after=after)
    if record(job).get("job_state") == "CANCELED":
        yield Fault(job, "the job is CANCELED, after a change of its priority", "job_state")
    field = talk.ask("GET", f"/jobs/{job_id}/priority")
    yield from same(field, "priority", field.json, priority, after=after)
    files = talk.ask("GET", f"/jobs/{job_id}/files")
    got = [file.get("priority") for file in rows(files)]
    yield from same(files, "priority of the files", got, [priority] * 2, after=after)


def _several(talk: Conversation) -> Iterator[Fault]:
    ended, active = talk.submit(talk.file("modify-c")), talk.submit(talk.file("modify-d"))
    talk.ask("DELETE", f"/jobs/{ended}")
    before = record(talk.ask("GET", f"/jobs/{ended}"))
    ids = f"{ended},{active},{UNKNOWN_JOB_ID}"
    answer = talk.ask("POST", f"/jobs/{ids}", json=_change(1))
    yield from has_status(answer, 207)
    yield from same(answer, "entries", len(listed(answer)), 3)
    got = {row.get("job_id"): row.get("http_status") for row in rows(answer)}
    wanted = {ended: "304 Not Modified", active: "200 Ok", UNKNOWN_JOB_ID: "404 Not Found"}
    yield from same(answer, "http_status", got, wanted)
    after = "a change of several jobs"
    job = talk.ask("GET", f"/jobs/{active}")
    yield from same(job, "priority", record(job).get("priority"), 1, after=after)
    job = talk.ask("GET", f"/jobs/{ended}")
    yield from same(job, "the ended job", record(job), before, after=after)


def _started(talk: Conversation) -> Iterator[Fault]:
    """Source: POST /admin/force-start as observed on FTS 3.13.4: the answer lists what could not be started."""
    answer = talk.ask("POST", "/admin/force-start", json=[_NO_FILE])
    yield from has_status(answer, 200, after="a file that does not exist")
    told = [row.get("file_id") for row in rows(answer)]
    yield from same(answer, "file_id", told, [_NO_FILE], after="a file that does not exist")
    ended = talk.submit(talk.file("start"))
    talk.ask("DELETE", f"/jobs/{ended}")
    waiting = talk.submit(talk.file("start"), talk.file("start"))
    cannot = [*talk.own_files(ended), _NO_FILE]
    answer = talk.ask("POST", "/admin/force-start", json=[*cannot, *talk.own_files(waiting)])
    told = [row.get("file_id") for row in rows(answer)]
    untold = [number for number in cannot if number not in told]
    yield from same(answer, "files that cannot start, and are not reported", untold, [])
    for job_id, state in ((ended, "CANCELED"), (waiting, "SUBMITTED")):
        files = talk.ask("GET", f"/jobs/{job_id}/files")
        for file in rows(files):
            # A file that could start may have come further since, but does not wait any more.
            if (file.get("file_state") == state) != (job_id == ended):
                text = f"a file is {file.get('file_state')}, after force-start of it and of others that cannot start"
                yield Fault(files, text, "file_state")


PROBES = (
    Probe(
        check="priority-visible",
        meaning="a changed priority does not show in the job, its field and its files, or something else changed",
        operations=("modify_jobs", "get_jobs", "get_job_field", "list_job_files"),
        run=_priority,
    ),
    Probe(
        check="modify-several",
        meaning="a change of several jobs has no entry for one of them, does not change it, or changes one that has ended",
        operations=("modify_jobs", "get_jobs"),
        run=_several,
    ),
    Probe(
        check="force-start-told",
        meaning="force-start does not report a file that it cannot start, starts it, or does not start others beside it",
        operations=("start_files",),
        level="admin",
        run=_started,
    ),
)
