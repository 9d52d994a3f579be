"""Each defect of the third set that concerns jobs shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from unseen.third import job_changes, job_lists, job_reads, job_runs, submissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

SOURCE = "mock://from.example.org/f?size=1048576"
ENDED = "FINISHED,FINISHEDDIRTY"


def finished_only(talk: Talk) -> Any:
    return {
        job["job_state"] for job in talk.get("alice", "/jobs", state_in="FINISHED", limit="50")
    }


def last_hours(talk: Talk) -> Any:
    jobs = talk.get("alice", "/jobs", state_in=ENDED, time_window="1:59")
    return sorted(job["job_state"] for job in jobs)


def listed_with_files(talk: Talk) -> Any:
    jobs = talk.get("alice", "/jobs", fields="job_id,files")
    return {job["job_id"] == file["job_id"] for job in jobs for file in job["files"]}


def files_to(talk: Talk) -> Any:
    talk.submit("alice", *({"destinations": [f"mock://new.example.org/f{n}"]} for n in (1, 10)))
    found = talk.get("alice", "/files", dest_surl="mock://new.example.org/f1")
    return [file["dest_surl"] for file in found]


def fields_of_a_job(talk: Talk) -> Any:
    job = talk.submit()
    return [
        talk.get("alice", f"/jobs/{job}/{name}") for name in ("cancel_job", "reason", "priority")
    ]


def retries_of_each_file(talk: Talk) -> Any:
    job = talk.get("alice", "/jobs", state_in="FINISHEDDIRTY", limit="1")[0]["job_id"]
    return [
        (
            file["file_state"],
            len(talk.get("alice", f"/jobs/{job}/files/{file['file_id']}/retries")),
        )
        for file in talk.get("alice", f"/jobs/{job}/files")
    ]


def named_twice(talk: Talk) -> Any:
    job = talk.submit()
    return len(talk.get("alice", f"/jobs/{job},{job}"))


def live_in_archive(talk: Talk) -> Any:
    job = talk.submit()
    return talk.get("alice", f"/archive/{job}"), talk.get("alice", f"/archive/{job}/job_state")


def job_of_bob(talk: Talk) -> Any:
    jobs = talk.get("alice", "/jobs")
    foreign = next(job["job_id"] for job in jobs if job["user_dn"].endswith("CN=bob"))
    read = talk.get("alice", f"/jobs/{foreign}"), talk.get("alice", f"/jobs/{foreign}/job_state")
    return read[0]["job_state"] if isinstance(read[0], dict) else read[0], read[1]


def own_and_foreign(talk: Talk) -> Any:
    foreign = talk.add_job(owner="bob-novoms").job_id
    answer = talk.ask("alice", "GET", f"/jobs/{talk.submit()},{foreign}")
    return answer.status, ["source_se" in entry for entry in answer.json]


def canceled_and_read(talk: Talk) -> Any:
    job = talk.submit()
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return [talk.get("alice", f"/jobs/{job}")["job_state"] for _ in range(2)]


def cancel_with_unknown(talk: Talk) -> Any:
    job = talk.submit()
    answer = talk.ask("alice", "DELETE", f"/jobs/{job},{uuid.UUID(int=0)}")
    said = sorted(entry["http_status"] for entry in answer.json)
    return answer.status, said, talk.states(job)


def raised_priority(talk: Talk) -> Any:
    job = talk.submit(retry=3, retry_delay=60)
    talk.post("alice", f"/jobs/{job}", {"params": {"priority": 5}})
    return [talk.job(job)[name] for name in ("priority", "retry", "retry_delay")]


def other_vo_canceled(talk: Talk) -> Any:
    job = talk.submit()
    counts = talk.ask("root", "DELETE", "/jobs/vo/test").json
    return counts["affected_jobs"], talk.job(job)["job_state"]


def start_of_three(talk: Talk) -> Any:
    # The job is not taken up by the engine: its files wait until they are started.
    files = [file.file_id for file in talk.add_job(files=({}, {})).files]
    failures = talk.post("root", "/admin/force-start", [files[0], 7, files[1]]).json
    talk.pass_time(20, steps=4)
    return [failure["file_id"] for failure in failures], [
        talk.mock.state.find_file(file_id).file_state != "SUBMITTED" for file_id in files
    ]


def retried(talk: Talk) -> Any:
    dest = "mock://to.example.org/f?time=1&transfer_errno=5&transfer_errno_times=1"
    job = talk.submit("alice", {"destinations": [dest]}, retry=2)
    talk.pass_time(10, steps=8)
    (file,) = talk.files(job)
    return file["file_state"], file["retry"], file["reason"]


def long_transfer(talk: Talk) -> Any:
    dest = "mock://to.example.org/f?time=100"
    job = talk.submit("alice", {"destinations": [dest]}, max_time_in_queue="60s")
    talk.pass_time(5, steps=2)
    running = talk.states(job)
    talk.pass_time(120, steps=2)
    return running, talk.states(job)


def second_source(talk: Talk) -> Any:
    sources = ["mock://bad.example.org/f?errno=2", SOURCE]
    job = talk.submit("alice", {"sources": sources, "selection_strategy": "orderly"})
    talk.pass_time(10, steps=6)
    return talk.states(job)


def xrootd_path(talk: Talk) -> Any:
    urls = {
        "sources": ["root://from.example.org//eos/f"],
        "destinations": ["mock://to.example.org/d//f"],
    }
    (file,) = talk.files(talk.submit("alice", urls))
    return file["source_surl"], file["dest_surl"]


def metadata(talk: Talk) -> Any:
    given = {"run": 0, "test": False, "note": ""}
    job = talk.submit("alice", {"metadata": given}, job_metadata=given)
    return talk.job(job)["job_metadata"], talk.files(job)[0]["file_metadata"]


def decomposed(talk: Talk) -> Any:
    given = {"caf\u0065\u0301": "\u0065\u0301"}
    job = talk.submit("alice", {"metadata": given}, job_metadata=given)
    return given.items() <= talk.job(job)["job_metadata"].items(), talk.files(job)[0][
        "file_metadata"
    ] == given


def tape_metadata(talk: Talk) -> Any:
    job = talk.submit("alice", {"staging_metadata": {"a": 1}, "archive_metadata": {"b": 2}})
    (file,) = talk.files(job)
    return file["staging_metadata"], file["archive_metadata"]


def put_twice(talk: Talk) -> Any:
    return len({talk.submit(method="PUT") for _ in range(2)})


def sid_again(talk: Talk) -> Any:
    names = {"id_generator": "deterministic", "sid": "dataset-1"}
    job = talk.submit("alice", **names)
    running = talk.submit("alice", **names)
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return running, talk.submit("alice", **names), talk.job(job)["job_state"]


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "finished-finds-finisheddirty": (finished_only, {"FINISHED"}),
    "minutes-of-window-are-seconds": (last_hours, ["FINISHED", "FINISHEDDIRTY"]),
    "all-jobs-have-the-files-of-the-first": (listed_with_files, {True}),
    "destination-found-by-its-beginning": (files_to, ["mock://new.example.org/f1"]),
    "false-fields-are-not-found": (fields_of_a_job, [False, None, 3]),
    "retries-of-all-files-of-the-job": (retries_of_each_file, [("FINISHED", 0), ("FAILED", 1)]),
    "job-named-twice-is-answered-once": (named_twice, 2),
    "archive-has-live-jobs": (live_in_archive, (404, 404)),
    "jobs-of-colleagues-are-refused": (job_of_bob, ("SUBMITTED", "SUBMITTED")),
    "only-first-job-of-a-list-is-checked": (own_and_foreign, (207, [True, False])),
    "first-read-after-cancel-is-behind": (canceled_and_read, ["CANCELED", "CANCELED"]),
    "cancel-is-undone-by-an-unknown-job": (
        cancel_with_unknown,
        (207, ["200 Ok", "404 Not Found"], ("CANCELED", ["CANCELED"])),
    ),
    "new-priority-forgets-the-retries": (raised_priority, [5, 3, 60]),
    "vos-canceled-by-their-beginning": (other_vo_canceled, (0, "SUBMITTED")),
    "forced-start-ends-at-the-first-failure": (start_of_three, ([7], [True, True])),
    "reason-of-the-failed-attempt-stays": (retried, ("FINISHED", 1, "")),
    "queue-limit-ends-running-transfers": (
        long_transfer,
        (("ACTIVE", ["ACTIVE"]), ("FINISHED", ["FINISHED"])),
    ),
    "spare-replica-makes-the-job-dirty": (second_source, ("FINISHED", ["FAILED", "FINISHED"])),
    "double-slashes-of-urls-merged": (
        xrootd_path,
        ("root://from.example.org//eos/f", "mock://to.example.org/d//f"),
    ),
    "metadata-lose-what-is-false": (
        metadata,
        (
            {"run": 0, "test": False, "note": "", "auth_method": "certificate"},
            {"run": 0, "test": False, "note": ""},
        ),
    ),
    "accents-of-metadata-composed": (decomposed, (True, True)),
    "staging-and-archive-metadata-swapped": (tape_metadata, ({"a": 1}, {"b": 2})),
    "pin-alone-does-not-stage": (
        lambda talk: talk.states(talk.submit(copy_pin_lifetime=3600)),
        ("STAGING", ["STAGING"]),
    ),
    "put-twice-makes-one-job": (put_twice, 2),
    "ended-job-makes-room-for-its-sid": (sid_again, (409, 409, "CANCELED")),
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
