"""Requests at the same time: each gets its own answer, and of several submissions with one id, one makes the job."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import requests

from fts_contract.harness.probes.answers import record, rows, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_AT_ONCE: Final = 4


def _submissions(talk: Conversation) -> Iterator[Fault]:
    """Source: "Ids, conflicts" of the submission as observed on FTS 3.13.4."""
    talk.submit(talk.file("at-once"))  # Says why, when the server accepts no job.
    for turn in range(2):
        params = {"id_generator": "deterministic", "sid": f"fts-contract-{uuid.uuid4()}"}
        bodies = [
            {"files": [talk.file(f"at-once-{turn}-{number}")], "params": params}
            for number in range(_AT_ONCE)
        ]
        answers = _at_once(talk, [("POST", "/jobs", body) for body in bodies])
        accepted = [answer for answer in answers if answer.status == requests.codes.ok]
        if len(accepted) != 1:
            text = f"{len(accepted)} of {_AT_ONCE} submissions with one sid are accepted"
            yield Fault((accepted or answers)[-1], text, "accepted")
        for answer in accepted[:1]:
            files = talk.ask("GET", f"/jobs/{record(answer).get('job_id')}/files")
            after = "submissions with one sid at the same time"
            yield from same(files, "number of files", len(rows(files)), 1, after=after)
    plain: list[dict[str, Any]] = [
        {"files": [talk.file(f"apart-{number}")], "params": {}} for number in range(_AT_ONCE)
    ]
    answers = _at_once(talk, [("POST", "/jobs", body) for body in plain])
    ids = [record(answer).get("job_id") for answer in answers]
    for number, (job_id, answer) in enumerate(zip(ids, answers, strict=True)):
        if answer.status == requests.codes.ok:
            files = talk.ask("GET", f"/jobs/{job_id}/files")
            got = [file.get("source_se") for file in rows(files)]
            wanted = [talk.storage(f"apart-{number}-from")]
            after = "several submissions at the same time"
            yield from same(files, "source_se", got, wanted, after=after)


def _parallel(talk: Conversation) -> Iterator[Fault]:
    """Of requests at the same time, each gets its own answer."""
    ids = [*talk.job_ids[:_AT_ONCE], UNKNOWN_JOB_ID][:_AT_ONCE]
    paths = ["/whoami", *(f"/jobs/{job_id}" for job_id in ids)] * 3
    answers = _at_once(talk, [("GET", path, None) for path in paths])
    after = "several requests at the same time"
    for path, answer in zip(paths, answers, strict=True):
        name, wanted = "job_id", path.rpartition("/")[2]
        if path == "/whoami":
            name, wanted = "user_dn", talk.identity.user_dn
        elif answer.status not in {200, 404}:
            continue
        yield from same(answer, name, record(answer).get(name), wanted, after=after)


def _at_once(talk: Conversation, asked: list[tuple[str, str, Any]]) -> list[Exchange]:
    """Send requests, given by method, path and body, at the same time."""

    def send(one: tuple[str, str, Any]) -> Exchange:
        method, path, body = one
        return talk.session_for(path).ask(method, path, phase="probe", json=body)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(send, asked))
    for answer in answers:
        talk.take(answer)
        if answer.method == "POST":
            talk.note_job(answer)
    return answers


PROBES = (
    Probe(
        check="submissions-at-once",
        meaning="of submissions at the same time, several with one id are accepted, or one is lost or mixed up with another",
        operations=("submit_job",),
        run=_submissions,
    ),
    Probe(
        check="answers-not-mixed-up",
        meaning="of requests at the same time, one gets the answer to another",
        operations=("get_jobs", "whoami"),
        profile="safe",
        run=_parallel,
    ),
)
