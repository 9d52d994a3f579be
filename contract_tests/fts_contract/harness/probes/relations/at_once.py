"""Changes at the same time: of several submissions with one id, one makes the job."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import requests

from fts_contract.harness.probes.answers import record, rows, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

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
        answers = _at_once(talk, bodies)
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
    answers = _at_once(talk, plain)
    ids = [record(answer).get("job_id") for answer in answers]
    for number, (job_id, answer) in enumerate(zip(ids, answers, strict=True)):
        if answer.status == requests.codes.ok:
            files = talk.ask("GET", f"/jobs/{job_id}/files")
            got = [file.get("source_se") for file in rows(files)]
            wanted = [talk.storage(f"apart-{number}-from")]
            after = "several submissions at the same time"
            yield from same(files, "source_se", got, wanted, after=after)


def _at_once(talk: Conversation, bodies: list[dict[str, Any]]) -> list[Exchange]:
    session = talk.jobs_session or talk.session

    def send(body: dict[str, Any]) -> Exchange:
        return session.ask("POST", "/jobs", phase="probe", json=body)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(send, bodies))
    for answer in answers:
        talk.take(answer)
        talk.note_job(answer)
    return answers


PROBES = (
    Probe(
        check="submissions-at-once",
        meaning="of submissions at the same time, several with one id are accepted, or one is lost or mixed up with another",
        operations=("submit_job",),
        run=_submissions,
    ),
)
