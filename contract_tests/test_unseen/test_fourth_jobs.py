"""Each defect of the fourth set that concerns jobs shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from unseen.fourth import job_changes, job_lists, job_reads, job_runs, submissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

ALICE = "/DC=org/DC=example/O=Users/CN=alice"
SOURCE = "mock://from.example.org/f?size=1048576"
MISSING = "mock://from.example.org/f?errno=2"
DEST = "mock://to.example.org/f?time=1"
SLOW = "mock://to.example.org/f?time=100"


def in_lower_case(talk: Talk) -> Any:
    def count(path: str, states: str) -> int:
        return len(talk.get("alice", path, state_in=states))

    written = count("/jobs", "SUBMITTED,active"), count("/files", "submitted")
    return written == (count("/jobs", "SUBMITTED,ACTIVE"), count("/files", "SUBMITTED"))


def own_jobs(talk: Talk) -> Any:
    return {job["user_dn"] for job in talk.get("alice", "/jobs", user_dn=ALICE)}


def strict_json(talk: Talk) -> Any:
    body = talk.ask("alice", "GET", f"/jobs/{talk.submit()}/files").body

    def refused(constant: str) -> None:
        raise ValueError(constant)

    try:
        (file,) = json.loads(body, parse_constant=refused)
    except ValueError as error:
        return str(error)
    return file["throughput"], file["tx_duration"]


def of_state(talk: Talk, state: str) -> str:
    found: str = talk.get("alice", "/jobs", state_in=state, limit="1")[0]["job_id"]
    return found


def attempts_of_files(talk: Talk) -> Any:
    job = talk.get("alice", f"/jobs/{of_state(talk, 'FINISHEDDIRTY')}", files="file_state,retries")
    return [(file["file_state"], len(file["retries"])) for file in job["files"]]


def reasons(talk: Talk) -> Any:
    files = talk.get("alice", f"/jobs/{of_state(talk, 'FINISHEDDIRTY')}/files")
    return [file["reason"] for file in files]


def archived_metadata(talk: Talk) -> Any:
    job = talk.add_job(job_state="FINISHED", files=({"file_metadata": {"run": 1}},)).job_id
    talk.mock.state.archive(job)
    found = talk.get("alice", f"/archive/{job}")
    field = talk.get("alice", f"/archive/{job}/job_metadata")
    return found["job_metadata"], found["files"][0]["file_metadata"], field


def submitted_when(talk: Talk) -> Any:
    job = talk.submit("alice", {"destinations": [SLOW]})
    first = talk.job(job)["submit_time"]
    talk.pass_time(3)
    talk.post("alice", f"/jobs/{job}", {"params": {"priority": 5}})
    modified = talk.job(job)["submit_time"]
    talk.pass_time(3)
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return first == modified == talk.job(job)["submit_time"]


def canceled_halfway(talk: Talk) -> Any:
    job = talk.submit("alice", {}, {"destinations": [SLOW]})
    talk.pass_time(5, steps=2)
    before = talk.states(job)
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return before, talk.states(job)


def broken_hops(talk: Talk) -> Any:
    job = talk.submit("alice", {"sources": [MISSING]}, {}, multihop=True)
    talk.pass_time(5, steps=6)
    return talk.states(job)


def three_replicas(talk: Talk) -> Any:
    sources = [MISSING, SOURCE, f"{SOURCE}&second=1"]
    job = talk.submit("alice", {"sources": sources, "selection_strategy": "orderly"})
    talk.pass_time(5, steps=6)
    return talk.states(job)


def broken_session(talk: Talk) -> Any:
    job = talk.submit("alice", {"sources": [MISSING]}, {"destinations": [SLOW]}, {}, reuse=True)
    talk.pass_time(2, steps=4)
    return talk.states(job)[1]


def differing_checksums(talk: Talk) -> Any:
    urls = {
        "sources": [f"{SOURCE}&checksum=aaaaaaaa"],
        "destinations": [f"{DEST}&checksum=bbbbbbbb"],
    }
    job = talk.submit("alice", urls, verify_checksum="both")
    talk.pass_time(5, steps=4)
    return talk.states(job), talk.files(job)[0]["reason"]


def staged_and_running(talk: Talk) -> Any:
    job = talk.submit("alice", {"destinations": [SLOW]}, bring_online=3600)
    talk.pass_time(1, steps=4)
    return talk.states(job)


def claimed_method(talk: Talk) -> Any:
    job = talk.submit(job_metadata={"auth_method": "oauth2", "run": 1})
    return talk.job(job)["job_metadata"]


def checksum_with_zeros(talk: Talk) -> Any:
    return talk.files(talk.submit("alice", {"checksum": "adler32:00a1b2c3"}))[0]["checksum"]


def file_ids(talk: Talk) -> Any:
    ids = [file["file_id"] for _ in range(2) for file in talk.files(talk.submit("alice", {}, {}))]
    return len(ids), len(set(ids))


def null_retry(talk: Talk) -> Any:
    job = talk.submit(retry=None, bring_online=None)
    return talk.job(job)["retry"] if isinstance(job, str) else job


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "states-in-lower-case-find-nothing": (in_lower_case, True),
    "own-dn-lists-the-whole-vo": (own_jobs, {ALICE}),
    "missing-numbers-are-nan": (strict_json, (None, None)),
    "files-without-failures-left-out": (attempts_of_files, [("FINISHED", 0), ("FAILED", 1)]),
    "reason-of-the-job-in-its-files": (reasons, ["", "TRANSFER [5] Input/output error"]),
    "archived-metadata-are-text": (
        archived_metadata,
        ({"auth_method": "certificate"}, {"run": 1}, {"auth_method": "certificate"}),
    ),
    "submit-time-follows-each-change": (submitted_when, True),
    "cancel-rewrites-files-that-have-ended": (
        canceled_halfway,
        (("ACTIVE", ["FINISHED", "ACTIVE"]), ("CANCELED", ["FINISHED", "CANCELED"])),
    ),
    "next-hop-runs-after-a-failure": (broken_hops, ("FAILED", ["FAILED", "NOT_USED"])),
    "spare-replicas-from-the-last": (
        three_replicas,
        ("FINISHED", ["FAILED", "FINISHED", "NOT_USED"]),
    ),
    "failed-file-ends-the-session": (broken_session, ["FAILED", "ACTIVE", "FINISHED"]),
    "wrong-checksum-is-forgiven": (
        differing_checksums,
        (
            ("FAILED", ["FAILED"]),
            "TRANSFER [5] Source and destination checksums do not match",
        ),
    ),
    "staging-job-stays-staging": (staged_and_running, ("ACTIVE", ["ACTIVE"])),
    "claimed-auth-method-is-believed": (
        claimed_method,
        {"auth_method": "certificate", "run": 1},
    ),
    "zeros-of-checksums-lost": (checksum_with_zeros, "adler32:00a1b2c3"),
    "file-ids-begin-anew-in-each-job": (file_ids, (4, 4)),
    "null-parameter-is-refused": (null_retry, 0),
}


@pytest.mark.parametrize(
    "defect",
    [
        defect
        for module in (job_lists, job_reads, job_changes, job_runs, submissions)
        for defect in module.DEFECTS
    ],
    ids=lambda defect: defect.name,
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    conversation, right = CONVERSATIONS[defect.name]
    assert differ(defect, conversation) == right
