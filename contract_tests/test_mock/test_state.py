"""`mock.state`, as tests of applications use it: what follows from states that are set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.mock.configuration import Link

if TYPE_CHECKING:
    import httpx

    from fts_contract.mock import MockFTS

PAIR = {"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f?time=60"]}


def submit(alice: httpx.Client, files: int = 1, **params: Any) -> str:
    job_id: str = alice.post("/jobs", json={"files": [PAIR] * files, "params": params}).json()[
        "job_id"
    ]
    return job_id


def shown(alice: httpx.Client, job_id: str) -> tuple[str, list[str]]:
    answer = alice.get(f"/jobs/{job_id}", params={"files": "file_state"}).json()
    return answer["job_state"], [file["file_state"] for file in answer["files"]]


@pytest.mark.parametrize("advance", [0, 0.7, 30])
def test_file_set_to_failed_by_hand_ends_its_job(
    alice: httpx.Client, mock: MockFTS, advance: float
) -> None:
    job_id = submit(alice)
    mock.clock.advance(advance)
    file = mock.state.job(job_id).files[0]

    file.file_state = "FAILED"
    file.reason = "SOURCE [2] gone"

    assert shown(alice, job_id) == ("FAILED", ["FAILED"])
    job = alice.get(f"/jobs/{job_id}").json()
    assert job["job_finished"] is not None
    assert job["reason"].startswith("One or more files failed")
    (record,) = alice.get(f"/jobs/{job_id}/files").json()
    assert (record["reason"], record["finish_time"]) == ("SOURCE [2] gone", job["job_finished"])
    assert alice.get("/jobs").json() == []
    mock.clock.advance(600)
    assert shown(alice, job_id) == ("FAILED", ["FAILED"])


def test_state_of_the_mock_shows_the_end_at_once(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice)

    mock.state.job(job_id).files[0].file_state = "FINISHED"

    assert mock.state.job(job_id).job_state == "FINISHED"


def test_job_goes_on_while_other_files_do(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice, 2)
    mock.clock.advance(30)
    mock.state.job(job_id).files[0].file_state = "FAILED"

    assert shown(alice, job_id) == ("ACTIVE", ["FAILED", "ACTIVE"])
    mock.clock.advance(60)
    assert shown(alice, job_id) == ("FINISHEDDIRTY", ["FAILED", "FINISHED"])


def test_hop_set_to_finished_by_hand_starts_the_next_one(
    alice: httpx.Client, mock: MockFTS
) -> None:
    job_id = submit(alice, 2, multihop=True)
    assert shown(alice, job_id)[1] == ["SUBMITTED", "NOT_USED"]

    mock.state.job(job_id).files[0].file_state = "FINISHED"

    assert shown(alice, job_id)[1] == ["FINISHED", "SUBMITTED"]


def test_file_ended_by_hand_frees_its_slot(alice: httpx.Client, mock: MockFTS) -> None:
    mock.state.config.put_link(Link("a-b", "mock://a.org", "mock://b.org", max_active=1))
    first, second = submit(alice), submit(alice)
    mock.clock.advance(10)
    assert (shown(alice, first)[0], shown(alice, second)[0]) == ("ACTIVE", "SUBMITTED")

    mock.state.job(first).files[0].file_state = "FAILED"
    mock.clock.advance(10)

    assert shown(alice, second)[0] == "ACTIVE"


def test_arranged_job_follows_its_files_too(alice: httpx.Client, mock: MockFTS) -> None:
    job = mock.state.add_job(job_state="ACTIVE", files=({}, {"file_state": "FINISHED"}))
    assert shown(alice, job.job_id)[0] == "ACTIVE"

    job.files[0].file_state = "FINISHED"

    assert shown(alice, job.job_id)[0] == "FINISHED"


def test_job_set_to_a_terminal_state_by_hand_has_ended(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice)
    job = mock.state.job(job_id)

    job.job_state, job.reason = "CANCELED", "by hand"

    answer = alice.get(f"/jobs/{job_id}").json()
    assert (answer["job_state"], answer["reason"]) == ("CANCELED", "by hand")
    assert answer["job_finished"] is not None
    mock.clock.advance(600)
    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == "CANCELED"
    assert alice.get("/jobs").json() == []


def test_state_of_a_file_set_through_the_state_ends_its_job(
    alice: httpx.Client, mock: MockFTS
) -> None:
    job_id = submit(alice)
    mock.clock.advance(30)

    mock.state.set_file_state(mock.state.job(job_id).files[0], "FAILED")

    assert shown(alice, job_id) == ("FAILED", ["FAILED"])
