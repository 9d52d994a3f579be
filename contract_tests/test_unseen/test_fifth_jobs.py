"""Each defect of jobs in the fifth unseen set shows in lists, records, changes, runs or submissions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import pytest
from unseen.fifth import job_changes, job_lists, job_reads, job_runs, submissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

STORAGE = "mock://source.example.org"
TESTVO = UUID("477b9065-8416-5b27-be32-ff1573788e71")
SMALLEST_ID = "00000000-0000-11f1-8000-000000000001"
ARCHIVED = "0c4cb6b2-e6f5-11f1-9d01-02fc00000001"
SLOW = {"destinations": ["mock://to.example.org/f?time=300"]}
CANCELED = "Job canceled by the user"


def listed(**arguments: str) -> Callable[[Talk], Any]:
    return lambda talk: sorted(job["job_state"] for job in talk.get("alice", "/jobs", **arguments))


def of_files(talk: Talk, job_id: str, *names: str) -> list[list[Any]]:
    return [[file[name] for name in names] for file in talk.files(job_id)]


def between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


# Lists and records


def newest(talk: Talk) -> Any:
    talk.add_job(job_id=SMALLEST_ID)
    return [job["job_id"] == SMALLEST_ID for job in talk.get("alice", "/jobs", limit="1")]


def active_files(talk: Talk) -> Any:
    return [file["file_state"] for file in talk.get("alice", "/files", state_in="ACTIVE")]


def unknown_beside_known(talk: Talk) -> Any:
    answer = talk.ask("alice", "GET", f"/jobs/{talk.submit()},unknown")
    return answer.status, [entry["http_status"] for entry in answer.json]


def unmeasured(talk: Talk) -> Any:
    return of_files(talk, talk.submit("alice", SLOW), "filesize", "tx_duration", "throughput")


def retried_files(talk: Talk) -> Any:
    (job,) = talk.get("alice", "/jobs", state_in="FINISHEDDIRTY", limit="5")
    path = f"/jobs/{job['job_id']}/files"
    return [
        retry["file"]["file_id"] == retry["file_id"]
        for file in talk.get("alice", path)
        for retry in talk.get("alice", f"{path}/{file['file_id']}/retries")
    ]


def archived(talk: Talk) -> Any:
    job = talk.get("alice", f"/archive/{ARCHIVED}")
    return between(job["submit_time"], job["job_finished"])


def metadata(talk: Talk) -> Any:
    return talk.job(talk.submit("alice", job_metadata={"site": "Genève"}))["job_metadata"]["site"]


# Changes


def modify_with_an_ended_one(talk: Talk) -> Any:
    job_ids = [talk.submit("alice", SLOW) for _ in range(2)]
    talk.ask("alice", "DELETE", f"/jobs/{job_ids[1]}")
    talk.post("alice", f"/jobs/{','.join(job_ids)}", {"params": {"priority": 5}})
    return talk.job(job_ids[0])["priority"], of_files(talk, job_ids[0], "priority")


def cancel_vo(talk: Talk) -> Any:
    vo, files = "countedvo", ({"file_state": "ACTIVE"}, {"file_state": "FINISHED"})
    talk.add_job(vo_name=vo, job_state="ACTIVE", files=files)
    return talk.ask("root", "DELETE", f"/jobs/vo/{vo}").json


def cancel_two(talk: Talk) -> Any:
    job_ids = [talk.submit("alice", SLOW) for _ in range(2)]
    talk.ask("alice", "DELETE", f"/jobs/{','.join(job_ids)}")
    return [of_files(talk, job_id, "file_state", "reason") for job_id in job_ids]


def force_start(talk: Talk) -> Any:
    (file,) = talk.files(talk.submit("alice", SLOW))
    return [
        talk.post(who, "/admin/force-start", [file["file_id"]]).status
        for who in ("alice", "admin")
    ]


# Runs


def retry_later(talk: Talk) -> Any:
    failing = "mock://to.example.org/f?time=1&transfer_errno=110&transfer_errno_times=1"
    job_id = talk.submit("alice", {"destinations": [failing]}, retry=2, retry_delay=600)
    talk.pass_time(30, steps=2)
    soon = talk.states(job_id)
    talk.pass_time(900, steps=2)
    return soon[1], talk.states(job_id)[1]


def failing_hop(talk: Talk) -> Any:
    hops = (
        {"destinations": ["mock://hop.example.org/f?time=1&transfer_errno=5"]},
        {"sources": ["mock://hop.example.org/f?size=1"]},
    )
    job_id = talk.submit("alice", *hops, multihop=True)
    talk.pass_time(60, steps=2)
    return talk.states(job_id)


def failing_replica(talk: Talk) -> Any:
    sources = ["mock://from.example.org/f?errno=5", "mock://spare.example.org/f?size=1"]
    job_id = talk.submit("alice", {"sources": sources, "selection_strategy": "orderly"})
    talk.pass_time(60, steps=2)
    return talk.states(job_id)


def wait_for_a_slot(talk: Talk) -> Any:
    job_id = talk.submit("alice", {"destinations": ["mock://to.example.org/f?time=7"]})
    talk.pass_time(60, steps=2)
    ((duration,),) = of_files(talk, job_id, "tx_duration")
    return round(duration, 1)


def archiving(talk: Talk) -> Any:
    tape = "mock://to.example.org/f?time=1&archiving_time=20"
    job_id = talk.submit("alice", {"destinations": [tape]}, archive_timeout=3600)
    talk.pass_time(60, steps=2)
    ((copied, archived_at),) = of_files(talk, job_id, "finish_time", "archive_finish_time")
    return talk.states(job_id), between(copied, archived_at)


# Submissions


def long_staging(talk: Talk) -> Any:
    return talk.job(talk.submit("alice", bring_online=86400))["bring_online"]


def repeated_sid(talk: Talk) -> Any:
    talk.mock.state.delegate("bob")
    return [
        talk.submit(who, id_generator="deterministic", sid="run 2026") for who in ("alice", "bob")
    ]


def large_file(talk: Talk) -> Any:
    return of_files(talk, talk.submit("alice", {"filesize": 5 * 2**30}), "user_filesize")


def queue_limit(talk: Talk) -> Any:
    end = talk.job(talk.submit("alice", max_time_in_queue=2))["max_time_in_queue"]
    return round((end - talk.mock.clock.time()) / 60)


def encoded_blank(talk: Talk) -> Any:
    source = "mock://from.example.org/a%20b"
    return of_files(talk, talk.submit("alice", {"sources": [source]}), "source_surl")


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "limit-taken-before-the-filters": (listed(state_in="FAILED", limit="3"), ["FAILED"]),
    "storage-filter-repeats-jobs": (
        listed(source_se=STORAGE),
        ["ACTIVE", "SUBMITTED", "SUBMITTED", "SUBMITTED"],
    ),
    "limit-takes-the-greatest-ids": (newest, [True]),
    "files-filtered-by-the-state-of-their-job": (active_files, ["ACTIVE"]),
    "unknown-jobs-left-out-of-lists": (unknown_beside_known, (207, ["200 Ok", "404 Not Found"])),
    "unmeasured-files-show-zero": (unmeasured, [[None, None, None]]),
    "retries-joined-by-job": (retried_files, [True]),
    "archive-ends-jobs-at-submission": (archived, 600),
    "metadata-read-as-latin1": (metadata, "Genève"),
    "modification-rolled-back-by-an-ended-job": (modify_with_an_ended_one, (5, [[5]])),
    "cancel-of-a-vo-counts-ended-files": (
        cancel_vo,
        {"affected_files": 1, "affected_dm": 0, "affected_jobs": 1},
    ),
    "cancel-of-a-list-ends-the-last-files": (cancel_two, [[["CANCELED", CANCELED]]] * 2),
    "force-start-for-level-config": (force_start, [403, 403]),
    "retries-do-not-wait": (retry_later, (["SUBMITTED"], ["FINISHED"])),
    "multihop-goes-on-after-a-failure": (failing_hop, ("FAILED", ["FAILED", "NOT_USED"])),
    "failed-replica-spoils-the-job": (failing_replica, ("FINISHED", ["FAILED", "FINISHED"])),
    "duration-includes-the-queue": (wait_for_a_slot, 7.0),
    "archiving-moves-the-finish-time": (archiving, (("FINISHED", ["FINISHED"]), 20)),
    "tape-times-of-16-bits": (long_staging, 86400),
    "sid-belongs-to-the-user": (repeated_sid, [str(uuid5(TESTVO, "run 2026")), 409]),
    "submitted-size-of-32-bits": (large_file, [[5 * 2**30]]),
    "queue-hours-read-as-minutes": (queue_limit, 120),
    "surls-stored-decoded": (encoded_blank, [["mock://from.example.org/a%20b"]]),
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
