"""The life of a job: its state only moves forward, it ends as its transfers do, and then stays as it is."""

from __future__ import annotations

import itertools
import re
import uuid
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.exchange_checks.times import parse_time
from fts_contract.harness.probes.answers import (
    find,
    has_status,
    keeps,
    record,
    rows,
    same,
)
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_RANK = {"SUBMITTED": 0, "READY": 1, "ACTIVE": 2, **dict.fromkeys(ENDED_JOBS, 3)}
_POLLS_S = (0.0, 1.4, 1.0, 2.0, 3.0, 5.0, 8.0)
_LEAST_POLLS = 3
"""The least number of polls, so that the requests do not depend on the speed of the server."""

_POLLS_TO_START = 4
"""A server that has started no transfer by this poll is busy, or has no transfer agents."""

_ERRNO = re.compile(r"\b(?:SOURCE|DESTINATION|TRANSFER) \[\d+\]")


def _life(talk: Conversation) -> Iterator[Fault]:
    """Source: "States", "Ids, conflicts" and the URLs of the mock storage as observed on FTS 3.13.4."""
    good, bad = talk.file("life", takes_s=1), _failing(talk.file("life", takes_s=1))
    fixed = {"id_generator": "deterministic", "sid": f"fts-contract-{uuid.uuid4()}"}
    jobs = {
        talk.submit(good, retry=-1, **fixed): "FINISHED",
        talk.submit(bad, retry=-1): "FAILED",
        talk.submit(talk.file("life", takes_s=3), bad, retry=-1): "FINISHEDDIRTY",
    }
    chains = _chains(talk)
    jobs |= {job_id: state for job_id, state in chains.values() if state}
    ids = ",".join(jobs)
    seen: dict[str, str] = {}
    for number, wait_s in enumerate(_POLLS_S):
        if wait_s:
            talk.sleep(wait_s)
        answer = talk.ask("GET", f"/jobs/{ids}?files=file_state,file_index,finish_time,reason")
        yield from _forwards(answer, seen)
        # The checks of single answers see what an attempt has left to the next one.
        talk.ask("GET", f"/jobs/{chains['retries'][0]}/files")
        if number + 1 >= _LEAST_POLLS and all(state in ENDED_JOBS for state in seen.values()):
            break
        if number + 1 >= _POLLS_TO_START and set(seen.values()) <= {"SUBMITTED"}:
            raise NotApplicableError("the server started no transfer within 8 s")
    for job_id, wanted in jobs.items():
        answer = talk.ask("GET", f"/jobs/{job_id}")
        yield from _ended(answer, wanted)
        files = talk.ask("GET", f"/jobs/{job_id}/files")
        if record(answer).get("job_type") == "N":
            yield from _files_ended(files, record(answer))
        yield from _stays(talk, answer)
    again = talk.ask("POST", "/jobs", json={"files": [good], "params": fixed})
    talk.note_job(again)
    yield from has_status(again, 409, after="a submission with the sid of a job that has ended")
    yield from _in_order(talk, chains)
    yield from _forwards(talk.ask("GET", f"/jobs/{ids}"), seen)


def _chains(talk: Conversation) -> dict[str, tuple[str, str]]:
    """Submit jobs whose files wait for each other, or are tried again; each with its id and the state in which it ends.

    Source: multihop, several replicas and `retry` as observed on FTS 3.13.4.
    """
    words = ("chain-a", "chain-b", "chain-c")
    ends = [f"{talk.storage(word)}/file?size=1&size_post=1&time=0" for word in words]
    hops = [
        talk.file("hop", sources=[source], destinations=[dest])
        for source, dest in itertools.pairwise(ends)
    ]
    lost = f"{talk.storage('chain-lost')}/file?errno=2"
    broken = [talk.file("hop", sources=[lost], destinations=ends[1:2]), hops[1]]
    spare = talk.file("hop", sources=[lost, ends[0]], destinations=ends[2:])
    strategy = {"selection_strategy": "orderly"}
    again = talk.file("again", takes_s=1)
    again["destinations"] = [f"{again['destinations'][0]}&transfer_errno=110"]
    return {
        "hops": (talk.submit(*hops, multihop=True), "FINISHED"),
        "broken": (talk.submit(*broken, multihop=True), "FAILED"),
        "replicas": (talk.submit({**spare, **strategy}), "FINISHED"),
        "retries": (talk.submit(again, again, retry=1, retry_delay=1), ""),
    }


def _in_order(talk: Conversation, chains: dict[str, tuple[str, str]]) -> Iterator[Fault]:
    for kind, (job_id, _) in chains.items():
        answer = talk.ask("GET", f"/jobs/{job_id}/files")
        files = sorted(rows(answer), key=lambda file: str(file.get("file_id")))
        states = [file.get("file_state") for file in files]
        due = {"hops": ["FINISHED"] * 2, "replicas": ["FAILED", "FINISHED"]}.get(kind, states)
        yield from same(answer, f"states of {kind}", states, due)
        if kind == "hops":
            times = [file.get(name) for file in files for name in ("start_time", "finish_time")]
            known = [time for time in map(parse_time, times) if time is not None]
            if known != sorted(known):
                yield Fault(answer, "a later hop ran before an earlier one", "order")
        elif kind == "broken" and [file.get("start_time") for file in files[1:]] != [None]:
            yield Fault(answer, "a hop started, although the one before it failed", "order")
        elif kind == "retries":
            yield from _tried_again(talk, answer)
            tries = [number for file in files if isinstance(number := file.get("retry"), int)]
            most = max(tries, default=0)
            for file in files:
                if file.get("file_state") == "FAILED" and (tried := file.get("retry")) != most:
                    text = (
                        f"of files that fail alike, one was retried {tried} times, another {most}"
                    )
                    yield Fault(answer, text, "retry")


def _tried_again(talk: Conversation, answer: Exchange) -> Iterator[Fault]:
    for file in rows(answer):
        done = file.get("retry")
        if isinstance(done, int) and done > 1:
            yield Fault(answer, f"the file was retried {done} times, with retry 1", "retry")
        path = f"/jobs/{file.get('job_id')}/files/{file.get('file_id')}/retries"
        retries = talk.ask("GET", path)
        attempts = [row.get("attempt") for row in rows(retries)]
        if retries.status == 200 and len(attempts) not in {done or 0, (done or 0) + 1}:  # noqa: PLR2004
            yield Fault(retries, f"{len(attempts)} attempts, but retry is {done}", "attempts")


def _failing(file: dict[str, Any]) -> dict[str, Any]:
    return {**file, "destinations": [f"{file['destinations'][0]}&transfer_errno=5"]}


def _forwards(answer: Exchange, seen: dict[str, str]) -> Iterator[Fault]:
    for job in rows(answer):
        job_id, state = str(job.get("job_id")), str(job.get("job_state"))
        before = seen.get(job_id, "SUBMITTED")
        if before in ENDED_JOBS and state != before:
            yield Fault(
                answer,
                f"the job was {before} and is now {state}, although {before} is final",
                "job_state",
            )
        elif _RANK.get(state, 0) < _RANK.get(before, 0):
            yield Fault(answer, f"the job went back from {before} to {state}", "job_state")
        if (state in ENDED_JOBS) != bool(job.get("job_finished")):
            yield Fault(
                answer,
                f"job_finished is {job.get('job_finished')!r} for a job that is {state}",
                "job_finished",
            )
        seen[job_id] = state


def _ended(answer: Exchange, wanted: str) -> Iterator[Fault]:
    job = record(answer)
    yield from same(answer, "job_state", job.get("job_state"), wanted, after="its transfers")
    yield from same(answer, "cancel_job", job.get("cancel_job"), False, after="its transfers")  # noqa: FBT003
    submitted, finished = parse_time(job.get("submit_time")), parse_time(job.get("job_finished"))
    if submitted is not None and finished is not None and finished < submitted:
        yield Fault(answer, "job_finished is before submit_time", "job_finished")


def _files_ended(answer: Exchange, job: dict[str, Any]) -> Iterator[Fault]:
    for file in rows(answer):
        fails = "transfer_errno" in str(file.get("dest_surl"))
        wanted = (
            {"file_state": "FAILED"} if fails else {"file_state": "FINISHED", "filesize": 1024}
        )
        yield from keeps(answer, file, wanted, after="its transfer")
        if fails and not _ERRNO.search(str(file.get("reason"))):
            yield Fault(
                answer,
                f"reason of a FAILED file is {file.get('reason')!r}, expected a text such as TRANSFER [5] ...",
                "reason",
            )
        order = [job.get("submit_time"), file.get("start_time"), file.get("finish_time")]
        times = [time for time in map(parse_time, order) if time is not None]
        if times != sorted(times) or len(times) < len(order):
            text = f"submit, start and finish time are {', '.join(map(str, order))}: expected all three, in order"
            yield Fault(answer, text, "times")


def _stays(talk: Conversation, answer: Exchange) -> Iterator[Fault]:
    """Check that a job that has ended cannot be canceled or changed, and is listed in its state."""
    job, job_id = record(answer), record(answer).get("job_id")
    if job.get("job_state") not in ENDED_JOBS:
        return
    state = str(job["job_state"])
    for after, method, body in (
        ("a cancel of a finished job", "DELETE", None),
        ("a change of a finished job", "POST", {"params": {"priority": 1}}),
    ):
        refused = talk.ask(method, f"/jobs/{job_id}", json=body)
        yield from has_status(refused, 200, after=after)
        wanted = {"http_status": "304 Not Modified", "job_state": state}
        yield from keeps(refused, record(refused), wanted, after=after)
    again = talk.ask("GET", f"/jobs/{job_id}")
    yield from same(
        again, "job", again.json, answer.json, after="a cancel and a change of a finished job"
    )
    listed = talk.ask("GET", f"/jobs?state_in={state}&limit=50")
    if rows(listed) and find(listed, job_id=job_id) is None:
        yield Fault(listed, f"a {state} job that has just ended is missing", "jobs")
    active = talk.ask("GET", f"/jobs?source_se={talk.storage('life-from')}")
    if find(active, job_id=job_id):
        yield Fault(active, f"a {state} job is listed among the unfinished ones", "jobs")


PROBES = (
    Probe(
        check="job-life",
        meaning="a job goes back to an earlier state, leaves a terminal one, or does not end as its transfers do",
        operations=("submit_job", "get_jobs", "list_job_files"),
        run=_life,
    ),
)
