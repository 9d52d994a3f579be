"""Each unseen defect of connections, callers and bytes shows in the answers."""

from __future__ import annotations

import gzip
import http.client
from typing import TYPE_CHECKING, Any

import pytest
from unseen.front import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any


def who(answer: Any) -> Any:
    return answer.json["user_dn"]


def without_certificate(talk: Talk) -> Any:
    return who(talk.ask("alice", "GET", "/whoami")), who(talk.ask("", "GET", "/whoami"))


def after_query(talk: Talk) -> Any:
    filtered = talk.get("alice", "/jobs", source_se="mock://none")
    return len(filtered), len(talk.get("alice", "/jobs"))


def commas(talk: Talk) -> Any:
    jobs = "%2C".join(talk.add_job().job_id for _ in range(2))
    return talk.ask("alice", "GET", f"/jobs/{jobs}").status


def after_error(talk: Talk) -> Any:
    talk.ask("alice", "GET", "/jobs/nobody")
    try:
        return talk.ask("alice", "GET", "/whoami").status
    except (http.client.RemoteDisconnected, ConnectionError):
        return "closed"


def packed(talk: Talk) -> Any:
    answer = talk.ask("alice", "GET", "/jobs?limit=0", headers={"Accept-Encoding": "identity"})
    return answer.headers.get("content-encoding"), answer.body[:2] == gzip.compress(b"")[:2]


def large(talk: Talk) -> Any:
    job = talk.add_job(files=tuple({} for _ in range(20))).job_id
    answer = talk.ask("alice", "GET", f"/jobs/{job}/files")
    try:
        return len(answer.json)
    except ValueError:
        return "no JSON"


def accents(talk: Talk) -> Any:
    answer = talk.ask("alice", "GET", "/jobs/%C3%A9/files")
    return answer.status, answer.body


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "no-certificate-inherits-last-caller": without_certificate,
    "double-slash-passes-as-administrator": lambda talk: (
        talk.ask("alice", "GET", "//config/se").status
    ),
    "query-stays-on-connection": after_query,
    "escaped-comma-is-part-of-the-id": commas,
    "options-asks-for-a-certificate": lambda talk: talk.ask("", "OPTIONS", "/jobs").status,
    "connection-ends-after-errors": after_error,
    "packed-without-being-asked": packed,
    "piece-of-answer-sent-twice": large,
    "json-in-latin1": accents,
    "head-needs-no-level": lambda talk: talk.ask("alice", "HEAD", "/config/se").status,
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
