"""Each unseen defect of submission shows in what is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen import built_jobs, submissions, submitted_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

import time

DEFECTS = (*submissions.DEFECTS, *built_jobs.DEFECTS, *submitted_ids.DEFECTS)
ACCENTS = {"label": "é"}


def file_field(name: str, file: dict[str, Any]) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        return [f[name] for f in talk.files(talk.submit("alice", file))]

    return conversation


def source(url: str) -> Callable[[Talk], Any]:
    return file_field("source_surl", {"sources": [url]})


def job_field(name: str, *files: dict[str, Any], **params: Any) -> Callable[[Talk], Any]:
    return lambda talk: talk.job(talk.submit("alice", *files, **params))[name]


def about_files(*names: str, **params: Any) -> Callable[..., Callable[[Talk], Any]]:
    def of(*files: dict[str, Any]) -> Callable[[Talk], Any]:
        def conversation(talk: Talk) -> Any:
            job = talk.submit("alice", *files, **params)
            return [[f[name] for name in names] for f in talk.files(job)]

        return conversation

    return of


def queue_limit(talk: Talk) -> Any:
    left = (
        talk.job(talk.submit(max_time_in_queue="10m"))["max_time_in_queue"]
        - talk.mock.clock.time()
    )
    return round(left / 60)


def queue_end(talk: Talk) -> Any:
    return talk.job(talk.submit(max_time_in_queue=1))["max_time_in_queue"] > 1e9


def marked(talk: Talk) -> Any:
    body = b'\xef\xbb\xbf{"files": [{"sources": ["mock://a/f"], "destinations": ["mock://b/f"]}]}'
    return talk.ask(
        "alice", "POST", "/jobs", body=body, headers={"Content-Type": "application/json"}
    ).status


def one_session(talk: Talk) -> Any:
    job = talk.submit("alice", {}, {"destinations": ["mock://to.example.org/g"]}, reuse=True)
    return len({file["hashed_id"] for file in talk.files(job)})


def sid(*sids: str, method: str = "POST") -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        return [
            talk.submit("alice", method=method, id_generator="deterministic", sid=s) for s in sids
        ]

    return conversation


def put_then_post(talk: Talk) -> Any:
    return sid("x", method="PUT")(talk) and sid("x")(talk)


def sid_after_end(talk: Talk) -> Any:
    job = talk.submit(id_generator="deterministic", sid="x")
    talk.pass_time(30)
    return talk.submit(id_generator="deterministic", sid="x"), talk.job(job)["job_state"]


def replaced(talk: Talk) -> Any:
    job = talk.submit(id_generator="deterministic", sid="x")
    again = talk.submit(
        "alice", {"sources": ["mock://new.example.org/f"]}, id_generator="deterministic", sid="x"
    )
    return again, [file["source_se"] for file in talk.files(job)]


def in_a_tenth(talk: Talk) -> Any:
    """Five submissions take less than a tenth of a second; those of a busy machine are tried again."""
    for _ in range(10):
        began = time.monotonic()
        refused = [talk.submit() for _ in range(5)].count(409)
        if refused or time.monotonic() - began < 0.08:
            return refused > 0
    return False


PLAIN = {"sources": ["mock://a.example.org/f"], "destinations": ["mock://b.example.org/f"]}
SQUARE = {
    "sources": ["mock://a.example.org/f", "mock://c.example.org/f"],
    "destinations": ["mock://b.example.org/f", "mock://d.example.org/f"],
}
HOPS = (PLAIN, {"sources": ["mock://b.example.org/f"], "destinations": ["mock://c.example.org/f"]})
MANY = [{"destinations": [f"mock://to.example.org/{n}"]} for n in range(103)]

CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "percent-signs-escaped-again": source("mock://from.example.org/a%20b"),
    "plus-in-url-becomes-blank": source("mock://from.example.org/a+b"),
    "fragment-of-url-dropped": source("mock://from.example.org/a#b"),
    "metadata-escaped-for-pages": file_field("file_metadata", {"metadata": {"label": "a & b"}}),
    "metadata-without-nulls": file_field("file_metadata", {"metadata": {"label": None}}),
    "inner-metadata-become-text": file_field("file_metadata", {"metadata": {"label": {"a": 1}}}),
    "accents-become-question-marks": job_field("job_metadata", job_metadata=ACCENTS),
    "activity-stored-in-lower-case": file_field("activity", {"activity": "Production"}),
    "size-rounded-to-kib": file_field("user_filesize", {"filesize": 1025}),
    "files-after-the-hundredth-lost": lambda talk: len(talk.files(talk.submit("alice", *MANY))),
    "equal-pairs-merged": about_files("file_index")({}, {"metadata": ACCENTS}),
    "suffix-of-queue-limit-ignored": queue_limit,
    "priority-out-of-range-becomes-default": job_field("priority", priority=9),
    "byte-order-mark-refused": marked,
    "replicas-joined-pairwise": about_files("source_se", "dest_se")(SQUARE),
    "replicas-numbered-as-files": about_files("file_index")(SQUARE),
    "files-of-one-session-spread": one_session,
    "pin-lifetime-alone-stages-nothing": job_field("job_state", copy_pin_lifetime=60),
    "checksum-of-first-file-decides": job_field(
        "verify_checksum", PLAIN, {"checksum": "ADLER32:1a2b3c4d"}
    ),
    "multihop-ends-at-first-hop": job_field("dest_se", *HOPS, multihop=True),
    "queue-limit-shown-as-duration": queue_end,
    "sid-without-regard-to-case": sid("A", "a"),
    "sid-free-when-job-has-ended": sid_after_end,
    "two-submissions-at-once-share-a-sid": sid("x", "x"),
    "standard-ids-made-of-tenths-of-a-second": in_a_tenth,
    "refused-repeat-replaces-the-job": replaced,
    "put-ignores-the-sid": put_then_post,
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
