"""Each unseen defect of the daemon shows in the states that jobs go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen.job_runs import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

BROKEN = {"destinations": ["mock://to.example.org/f?time=1&transfer_errno=5"]}
MISSING = {"sources": ["mock://from.example.org/f?errno=2"]}
REPLICAS = {"sources": ["mock://from.example.org/a", "mock://other.example.org/a"]}


def attempts(talk: Talk, job: str) -> list[int]:
    file = talk.files(job)[0]["file_id"]
    return [row["attempt"] for row in talk.get("root", f"/jobs/{job}/files/{file}/retries")]


def retried(file: dict[str, Any], *, retry: int, **params: Any) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        job = talk.submit("alice", file, retry=retry, **params)
        talk.pass_time(30)
        return talk.states(job), attempts(talk, job)

    return conversation


def hops(count: int, *, broken: int = -1) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        files = [
            {
                "sources": [f"mock://h{n}.example.org/f"],
                "destinations": [
                    f"mock://h{n + 1}.example.org/f?time=1{'&transfer_errno=5' * (n == broken)}"
                ],
            }
            for n in range(count)
        ]
        job = talk.submit("alice", *files, multihop=True)
        talk.pass_time(60)
        return talk.states(job)

    return conversation


def run(*files: dict[str, Any], seconds: float = 60, **params: Any) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        job = talk.submit("alice", *files, **params)
        talk.pass_time(seconds)
        return talk.states(job)

    return conversation


def staged(talk: Talk) -> Any:
    job = talk.submit(
        "alice", {"sources": ["mock://tape.example.org/f?staging_time=9"]}, bring_online=60
    )
    talk.pass_time(30)
    file = talk.files(job)[0]
    return file["staging_start"] == file["staging_finished"]


def full_link(talk: Talk) -> Any:
    link = {
        "symbolicname": "narrow",
        "source": "mock://from.example.org",
        "destination": "mock://to.example.org",
    }
    talk.post("admin", "/config/links", {**link, "min_active": 1, "max_active": 1})
    files = [{"destinations": [f"mock://to.example.org/{n}?time=30"]} for n in range(3)]
    job = talk.submit("alice", *files)
    talk.pass_time(5)
    return sorted(talk.states(job)[1])


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "one-attempt-more-than-asked": retried(BROKEN, retry=1),
    "missing-source-tried-again": retried(MISSING, retry=1),
    "retry-delay-in-minutes": retried(BROKEN, retry=1, retry_delay=2),
    "earlier-attempts-forgotten": retried(BROKEN, retry=2),
    "multihop-leaves-out-the-middle": hops(3),
    "broken-multihop-is-dirty": hops(2, broken=1),
    "spare-replica-runs-after-success": run(REPLICAS),
    "partly-failed-job-is-finished": run({}, {**BROKEN, **MISSING}),
    "tape-is-not-waited-for": run(
        {"destinations": ["mock://to.example.org/f?time=1&archiving_time=99"]},
        archive_timeout=3600,
        seconds=20,
    ),
    "staging-ends-when-it-starts": staged,
    "one-transfer-more-than-max-active": full_link,
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
