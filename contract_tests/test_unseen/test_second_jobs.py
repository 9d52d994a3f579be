"""Each defect of the second set about jobs shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from unseen.second import job_changes, job_lists, job_reads, job_runs, submissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

SOURCE = "mock://source.example.org"
DEST = "mock://dest.example.org"
TAPE = "root://tape.example.org"
ARCHIVED = "0c4cb6b2-e6f5-11f1-9d01-02fc00000001"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
CHECKSUM = f"sha256:{'0123456789abcdef' * 4}"


def states(**arguments: str) -> Callable[[Talk], Any]:
    return lambda talk: [row["job_state"] for row in talk.get("alice", "/jobs", **arguments)]


def long_job(talk: Talk) -> Any:
    """A job that was submitted before the window and ended in it."""
    job = talk.submit("alice", {"destinations": ["mock://to.example.org/f?time=9000"]})
    talk.pass_time(9300)
    rows = talk.get("alice", "/jobs", state_in="FINISHED", time_window="1")
    return job in [row["job_id"] for row in rows]


def two_sources(talk: Talk) -> Any:
    files = [{"sources": [f"mock://{host}.example.org/f"]} for host in ("a", "b")]
    job = talk.submit("alice", *files)
    listed = [row["job_id"] for row in talk.get("alice", "/jobs")]
    return talk.get("alice", f"/jobs/{job}")["source_se"], job in listed


def one_url(talk: Talk) -> Any:
    talk.add_job(files=tuple({"dest_surl": f"{DEST}/x{n}"} for n in (1, 10, 11)))
    rows = talk.get("alice", "/files", dest_surl=f"{DEST}/x1")
    return [row["dest_surl"] for row in rows]


def queued_of_active(talk: Talk) -> Any:
    job = next(r["job_id"] for r in talk.get("alice", "/jobs") if r["job_state"] == "ACTIVE")
    rows = talk.get("alice", "/files", state_in="SUBMITTED")
    return [row["file_state"] for row in rows if row["job_id"] == job]


def field_after_cancel(talk: Talk) -> Any:
    job = talk.add_job().job_id
    before = talk.get("alice", f"/jobs/{job}/job_state")
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return before, talk.get("alice", f"/jobs/{job}/job_state")


def attempts(talk: Talk) -> Any:
    job = talk.get("alice", "/jobs", state_in="FAILED", limit="1")[0]["job_id"]
    file = talk.files(job)[0]
    rows = talk.get("alice", f"/jobs/{job}/files/{file['file_id']}/retries")
    return file["retry"], [row["attempt"] for row in rows]


def deletions(talk: Talk) -> Any:
    return [talk.get("alice", f"/jobs/{r['job_id']}/dm") for r in talk.get("alice", "/jobs")]


def two_files_canceled(talk: Talk) -> Any:
    job = talk.add_job(files=({}, {}, {})).job_id
    ids = [str(file["file_id"]) for file in talk.files(job)]
    said = talk.ask("alice", "DELETE", f"/jobs/{job}/files/{ids[0]},{ids[1]},1").json
    return said, talk.states(job)


def unknown_in_the_middle(talk: Talk) -> Any:
    jobs = [talk.add_job().job_id for _ in range(2)]
    answer = talk.ask("alice", "DELETE", f"/jobs/{jobs[0]},{UNKNOWN},{jobs[1]}")
    return answer.status, len(answer.json), [talk.job(job)["job_state"] for job in jobs]


def changed_without_priority(talk: Talk) -> Any:
    job = talk.add_job(priority=5).job_id
    status = talk.post("alice", f"/jobs/{job}", {"params": {}}).status
    return status, talk.job(job)["priority"]


def everything_canceled(path: str) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        open_before = len(talk.get("root", "/jobs", vo_name="testvo"))
        answer = talk.ask("root", "DELETE", path).json
        left = [row["job_state"] for row in talk.get("root", "/jobs", vo_name="testvo")]
        return open_before, answer["affected_jobs"], left

    return conversation


def held_and_forced(talk: Talk) -> Any:
    options = {"storage": "mock://from.example.org", "status": "wait", "allow_submit": True}
    talk.post("admin", "/ban/se", options)
    job = talk.submit()
    file = talk.files(job)[0]
    answer = talk.post("root", "/admin/force-start", [file["file_id"]])
    return file["file_state"], [row["error"] for row in answer.json], talk.states(job)


def failing_files(talk: Talk) -> Any:
    broken = [{"destinations": [f"mock://to.example.org/{n}?transfer_errno=5"]} for n in (1, 2)]
    job = talk.submit("alice", *broken, retry=1)
    talk.pass_time(60)
    return [file["retry"] for file in talk.files(job)]


def second_attempt_works(talk: Talk) -> Any:
    url = "mock://to.example.org/f?time=1&transfer_errno=5&transfer_errno_times=1"
    job = talk.submit("alice", {"destinations": [url]}, retry=1)
    talk.pass_time(60)
    file = talk.files(job)[0]
    return file["file_state"], file["retry"], file["reason"]


def slow_second_file(talk: Talk) -> Any:
    files = [{"destinations": [f"mock://to.example.org/{n}?time={n}"]} for n in (1, 20)]
    job = talk.submit("alice", *files)
    talk.pass_time(60)
    ends = [datetime.fromisoformat(file["finish_time"]) for file in talk.files(job)]
    whole = datetime.fromisoformat(talk.job(job)["job_finished"])
    return [round((whole - end).total_seconds()) for end in ends]


def stored(
    *names: str, file: dict[str, Any] | None = None, **params: Any
) -> Callable[[Talk], Any]:
    """What the job or its file has in these fields."""

    def conversation(talk: Talk) -> Any:
        job = talk.submit("alice", file or {}, **params)
        record = {**talk.files(job)[0], **talk.job(job)}
        return [record[name] for name in names]

    return conversation


def one_after_another(talk: Talk) -> Any:
    talk.submit("alice", retry_delay=7, nostreams=4)
    job = talk.submit("admin")
    return [talk.job(job)[name] for name in ("retry_delay", "internal_job_params")]


def session(talk: Talk) -> Any:
    files = [{"sources": [f"mock://{host}.example.org/f"]} for host in ("a", "b")]
    made = talk.submit("alice", *files, reuse=True)
    return made if isinstance(made, int) else "accepted"


def activities(talk: Talk) -> Any:
    job = talk.submit("alice", {"activity": "Production"}, {}, {"activity": "Staging"})
    return [file["activity"] for file in talk.files(job)]


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "last-state-of-a-list-lost": (
        states(state_in="FINISHED,FAILED", limit="9"),
        ["FAILED", "FINISHED"],
    ),
    "destination-ignored-beside-source": (states(source_se=SOURCE, dest_se=TAPE), ["SUBMITTED"]),
    "window-compares-time-of-submission": (long_job, True),
    "highest-limit-refused": (
        lambda talk: [talk.ask("alice", "GET", f"/jobs?limit={n}").status for n in (500, 501)],
        [200, 400],
    ),
    "jobs-of-several-storages-not-listed": (two_sources, (None, True)),
    "destination-url-matches-longer-ones": (one_url, [f"{DEST}/x1"]),
    "files-filtered-by-state-of-job": (queued_of_active, ["SUBMITTED"]),
    "field-of-job-read-once": (field_after_cancel, ("SUBMITTED", "CANCELED")),
    "attempts-numbered-from-zero": (attempts, (1, [1])),
    "transfers-shown-as-deletions": (deletions, [[]] * 5),
    "list-of-unknown-jobs-is-404": (
        lambda talk: talk.ask("alice", "GET", f"/jobs/{UNKNOWN},{UNKNOWN}").status,
        207,
    ),
    "archived-jobs-answer-as-live": (
        lambda talk: talk.ask("alice", "GET", f"/jobs/{ARCHIVED}").status,
        404,
    ),
    "only-first-of-files-canceled": (
        two_files_canceled,
        (
            ["CANCELED", "CANCELED", "File does not belong to the job"],
            ("SUBMITTED", ["CANCELED", "CANCELED", "SUBMITTED"]),
        ),
    ),
    "cancel-stops-at-unknown-id": (unknown_in_the_middle, (207, 3, ["CANCELED", "CANCELED"])),
    "change-without-priority-resets-it": (changed_without_priority, (200, 5)),
    "cancel-of-everything-forgets-staging": (everything_canceled("/jobs/vo/testvo"), (5, 5, [])),
    "force-start-passes-a-ban": (
        held_and_forced,
        ("ON_HOLD", ["File is not in SUBMITTED state"], ("SUBMITTED", ["ON_HOLD"])),
    ),
    "attempts-counted-for-the-whole-job": (failing_files, [1, 1]),
    "reason-of-earlier-attempt-stays": (second_attempt_works, ("FINISHED", 1, "")),
    "job-ends-with-its-first-file": (slow_second_file, [19, 0]),
    "zero-retries-become-the-usual-ones": (stored("retry", retry=0), [0]),
    "parameters-of-last-submission-stay": (one_after_another, [0, None]),
    "port-is-part-of-the-storage": (
        stored("source_se", file={"sources": ["mock://from.example.org:8443/f"]}),
        ["mock://from.example.org"],
    ),
    "one-session-for-any-storages": (session, 400),
    "long-checksum-cut": (stored("checksum", file={"checksum": CHECKSUM}), [CHECKSUM]),
    "activity-of-first-file-for-all": (activities, ["Production", "default", "Staging"]),
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
