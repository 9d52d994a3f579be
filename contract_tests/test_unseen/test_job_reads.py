"""Each unseen defect of reading jobs by id shows in the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen import archive, job_reads

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

ARCHIVED = "0c4cb6b2-e6f5-11f1-9d01-02fc00000001"
NOBODY = "00000000-0000-1000-8000-000000000000"
STRANGER = "bob-novoms"


def own_and_foreign(talk: Talk) -> tuple[str, str]:
    own = talk.add_job(job_id="11111111-1111-1111-8111-aaaaaaaaaaaa", files=({}, {})).job_id
    foreign = talk.add_job(owner=STRANGER, job_id="22222222-2222-1222-8222-222222222222").job_id
    return own, foreign


def read(path: str, *, who: str = "alice") -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        own, foreign = own_and_foreign(talk)
        answer = talk.ask(
            who, "GET", path.format(own=own, foreign=foreign, nobody=NOBODY, archived=ARCHIVED)
        )
        return answer.status, about(answer.json)

    return conversation


def about(body: Any) -> Any:
    """Leave out what changes with time."""
    if isinstance(body, list):
        return [about(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    kept = (
        "job_id",
        "http_status",
        "http_message",
        "job_state",
        "files",
        "message",
        "_links",
        "file_index",
        "source_se",
    )
    return {name: value for name, value in body.items() if name in kept}


def many_ids(talk: Talk) -> int:
    own, _ = own_and_foreign(talk)
    return len(talk.get("alice", f"/jobs/{','.join([own] * 25)}"))


def heads(talk: Talk) -> Any:
    return talk.ask("alice", "HEAD", f"/jobs/{NOBODY}").status


def retries(talk: Talk) -> Any:
    job = talk.get("alice", "/jobs", state_in="FINISHEDDIRTY", limit="1")[0]["job_id"]
    files = talk.get("alice", f"/jobs/{job}/files")
    return [len(talk.get("alice", f"/jobs/{job}/files/{f['file_id']}/retries")) for f in files]


def durations(talk: Talk) -> Any:
    job = talk.get("alice", "/jobs", state_in="FINISHED", limit="1")[0]["job_id"]
    return [file["tx_duration"] for file in talk.get("alice", f"/jobs/{job}/files")]


def large_job(talk: Talk) -> Any:
    jobs = talk.get(
        "alice", "/jobs", state_in="FINISHED", limit="0", source_se="mock://many.example.org"
    )
    return len(talk.get("alice", f"/jobs/{jobs[0]['job_id']}/files"))


def of_colleague(talk: Talk) -> Any:
    job = talk.add_job(owner="bob").job_id
    return talk.ask("alice", "GET", f"/jobs/{job}/files").status


def archived_ends(talk: Talk) -> Any:
    return [file["source_se"] for file in talk.get("alice", f"/archive/{ARCHIVED}")["files"]]


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "repeated-id-listed-once": read("/jobs/{own},{own}"),
    "final-comma-makes-no-list": read("/jobs/{own},"),
    "ids-after-the-twentieth-dropped": many_ids,
    "foreign-job-unknown-in-a-list": read("/jobs/{own},{foreign}"),
    "all-errors-name-the-first-job": read("/jobs/{own},{foreign},{nobody}"),
    "refused-entry-holds-the-files": read("/jobs/{own},{foreign}?files=file_index"),
    "job-id-compared-with-case": lambda talk: (
        talk.ask("alice", "GET", f"/jobs/{own_and_foreign(talk)[0].upper()}").status
    ),
    "head-finds-every-job": heads,
    "chosen-fields-are-of-the-first-file": read("/jobs/{own}?files=file_index"),
    "retries-of-the-whole-job": retries,
    "false-field-is-null": read("/jobs/{own}/cancel_job"),
    "duration-counts-the-queue": durations,
    "file-list-ends-at-a-hundred": large_job,
    "files-for-the-owner-alone": of_colleague,
    "archived-field-open-to-strangers": read("/archive/{archived}/job_state", who=STRANGER),
    "archived-id-is-an-sql-pattern": read("/archive/0c4cb6b2%25"),
    "archive-shows-live-jobs": read("/archive/{own}"),
    "archived-storages-swapped": archived_ends,
    "archive-link-names-backend": read("/archive"),
}


@pytest.mark.parametrize(
    "defect", [*job_reads.DEFECTS, *archive.DEFECTS], ids=lambda defect: defect.name
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
