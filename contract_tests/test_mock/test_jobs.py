from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

UNKNOWN = "00000000-0000-0000-0000-000000000000"
NOT_FOUND = f'No job with the id "{UNKNOWN}" has been found'
SLOW = {"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f?time=1000"]}


def submit(client: httpx.Client, *, files: int = 1) -> str:
    answer = client.post("/jobs", json={"files": [SLOW] * files})
    assert answer.status_code == 200
    job_id: str = answer.json()["job_id"]
    return job_id


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [job["job_id"] for job in answer.json()]


def test_unknown_job_has_two_error_shapes(alice: httpx.Client) -> None:
    by_id = alice.get(f"/jobs/{UNKNOWN}")
    files = alice.get(f"/jobs/{UNKNOWN}/files")

    assert (by_id.status_code, files.status_code) == (404, 404)
    assert by_id.json() == {
        "job_id": UNKNOWN,
        "http_status": "404 Not Found",
        "http_message": NOT_FOUND,
    }
    assert files.json() == {"status": "404 Not Found", "message": NOT_FOUND}


def test_one_id_is_an_object_and_a_comma_makes_a_list(alice: httpx.Client) -> None:
    first, second = submit(alice), submit(alice)

    assert alice.get(f"/jobs/{first}").json()["job_id"] == first
    assert ids(alice.get(f"/jobs/{second},{first}")) == [second, first]
    assert ids(alice.get(f"/jobs/{first},")) == [first]
    assert ids(alice.get("/jobs/,")) == []
    assert alice.get(f"/jobs/{first.upper()}").status_code == 200


def test_list_with_an_unknown_id_is_207(alice: httpx.Client) -> None:
    job_id = submit(alice)

    answer = alice.get(f"/jobs/{job_id},{UNKNOWN}")

    assert answer.status_code == 207
    assert [entry["http_status"] for entry in answer.json()] == ["200 Ok", "404 Not Found"]


def test_files_parameter_chooses_fields(alice: httpx.Client) -> None:
    job_id = submit(alice)

    def chosen(names: str) -> Any:
        return alice.get(f"/jobs/{job_id}", params={"files": names}).json()["files"]

    assert set(chosen("file_id,file_state,nosuch")[0]) == {"file_id", "file_state"}
    assert chosen("") == [{}]
    assert chosen("retries") == [{"retries": []}]
    assert "files" not in alice.get(f"/jobs/{job_id}").json()


def test_job_fields_are_bare_values(alice: httpx.Client) -> None:
    job_id = submit(alice)

    assert alice.get(f"/jobs/{job_id}/job_state").json() == "SUBMITTED"
    assert alice.get(f"/jobs/{job_id}/reason").json() is None
    assert alice.get(f"/jobs/{job_id}/http_status").json()["message"] == "No such field"
    assert alice.get(f"/jobs/{job_id}/dm").json() == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("bob", 200), ("alice-novoms", 200), ("bob-novoms", 403), ("admin", 200), ("root", 200)],
)
def test_who_may_read_and_cancel(
    alice: httpx.Client, connect: Callable[..., httpx.Client], who: str, status: int
) -> None:
    job_id = submit(alice)
    other = connect(who)

    assert other.get(f"/jobs/{job_id}").status_code == status
    assert other.delete(f"/jobs/{job_id}").status_code == status
    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == (
        "CANCELED" if status == 200 else "SUBMITTED"
    )


def test_foreign_job_in_a_list_is_207(
    alice: httpx.Client, connect: Callable[..., httpx.Client]
) -> None:
    job_id = submit(alice)

    answer = connect("bob-novoms").get(f"/jobs/{job_id},")

    assert answer.status_code == 207
    assert answer.json() == [
        {
            "job_id": job_id,
            "http_status": "403 Forbidden",
            "http_message": f'Not enough permissions to check the job "{job_id}"',
        }
    ]


def test_anonymous_may_not_read_jobs(connect: Callable[..., httpx.Client]) -> None:
    anonymous = connect("anonymous")

    for path in ("/jobs", "/files", f"/jobs/{UNKNOWN}", f"/jobs/{UNKNOWN}/files"):
        assert anonymous.get(path).status_code == 403
    assert anonymous.get("/archive").status_code == 200


def test_cancel_of_an_ended_job_is_304_inside_200(alice: httpx.Client) -> None:
    job_id = submit(alice)
    alice.delete(f"/jobs/{job_id}")

    answer = alice.delete(f"/jobs/{job_id}")

    assert answer.status_code == 200
    assert answer.json()["http_status"] == "304 Not Modified"
    assert answer.json()["http_message"] == "The job is in a terminal state"


def test_cancel_of_many_puts_canceled_ones_last(alice: httpx.Client) -> None:
    first, second = submit(alice), submit(alice)
    alice.delete(f"/jobs/{second}")

    answer = alice.delete(f"/jobs/{first},{second},{UNKNOWN}")

    assert answer.status_code == 207
    assert [entry["http_status"] for entry in answer.json()] == [
        "304 Not Modified",
        "404 Not Found",
        "200 Ok",
    ]
    assert answer.json()[-1]["reason"] == "Job canceled by the user"


def test_cancel_leaves_waiting_and_ended_files(alice: httpx.Client, mock: MockFTS) -> None:
    kept = ["FINISHED", "FAILED", "NOT_USED", "ON_HOLD", "TOKEN_PREP"]
    job = mock.state.add_job(
        job_state="ACTIVE",
        files=tuple({"file_state": s} for s in [*kept, "ACTIVE", "FORCE_START"]),
    )

    alice.delete(f"/jobs/{job.job_id}")

    states = [file["file_state"] for file in alice.get(f"/jobs/{job.job_id}/files").json()]
    assert states == [*kept, "CANCELED", "CANCELED"]


def test_cancel_of_files(alice: httpx.Client) -> None:
    job_id = submit(alice, files=3)
    first, second, third = (f["file_id"] for f in alice.get(f"/jobs/{job_id}/files").json())

    assert alice.delete(f"/jobs/{job_id}/files/{first}").json() == "CANCELED"
    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == "SUBMITTED"
    answer = alice.delete(f"/jobs/{job_id}/files/{second}x,1,{first},{third}")

    assert answer.json() == [
        "CANCELED",
        "File does not belong to the job",
        "CANCELED",
        "CANCELED",
    ]
    job = alice.get(f"/jobs/{job_id}").json()
    assert (job["job_state"], job["cancel_job"], job["reason"]) == ("CANCELED", True, None)


def test_cancel_of_one_hop_is_400(alice: httpx.Client) -> None:
    answer = alice.post("/jobs", json={"files": [SLOW, SLOW], "params": {"multihop": True}})
    job_id = answer.json()["job_id"]
    file_id = alice.get(f"/jobs/{job_id}/files").json()[0]["file_id"]

    refused = alice.delete(f"/jobs/{job_id}/files/{file_id}")

    assert refused.status_code == 400
    assert refused.json()["message"] == "Multihop or reuse jobs must be cancelled at once (H)"


@pytest.mark.parametrize(
    ("value", "stored"), [(5, 5), ("4", 4), (2.9, 2), (True, 1), (99, 99), (-3, -3), (0, 3)]
)
def test_modify_sets_the_priority(alice: httpx.Client, value: Any, stored: int) -> None:
    job_id = submit(alice)

    answer = alice.post(f"/jobs/{job_id}", json={"params": {"priority": value}})

    assert (answer.status_code, answer.json()["priority"]) == (200, stored)
    assert ("files" in answer.json()) == (value != 0)
    assert alice.get(f"/jobs/{job_id}/files").json()[0]["priority"] == stored


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"params": {"priority": "x"}}, "Invalid priority value"),
        ({"params": {"priority": None}}, "Invalid priority value"),
        ({"params": None}, "Malformed request: params is not an object"),
        ([], "Expecting a dictionary"),
    ],
)
def test_bad_modify_is_400_and_changes_nothing(
    alice: httpx.Client, sent: Any, message: str
) -> None:
    job_id = submit(alice)

    answer = alice.post(f"/jobs/{job_id},{UNKNOWN}", json=sent)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert alice.get(f"/jobs/{job_id}").json()["priority"] == 3


def test_cancel_all_is_for_root(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    submit(alice, files=2)
    done = mock.state.add_job(job_state="FINISHED")

    for path in ("/jobs/all", "/jobs/vo/testvo"):
        refused = connect("admin").delete(path)
        assert refused.status_code == 403
        assert refused.json()["message"] == "User does not have root privileges"
    root = connect("root")
    assert root.delete("/jobs/vo/nosuch").json()["affected_jobs"] == 0
    assert root.delete("/jobs/vo/testvo").json() == {
        "affected_files": 2,
        "affected_dm": 0,
        "affected_jobs": 1,
    }
    assert mock.state.job(done.job_id).job_state == "FINISHED"


def test_list_shows_unfinished_jobs_of_the_vo(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    own = submit(alice)
    bobs = mock.state.add_job(owner="bob", job_state="ACTIVE").job_id
    other = mock.state.add_job(owner="bob-novoms", job_state="ACTIVE").job_id
    mock.state.add_job(job_state="FINISHED")

    assert set(ids(alice.get("/jobs"))) == {own, bobs}
    assert set(ids(connect("bob-novoms").get("/jobs"))) == {other}
    assert set(ids(connect("root").get("/jobs"))) == {own, bobs, other}
    assert set(ids(connect("root").get("/jobs?vo_name=testvo"))) == {own, bobs}
    assert set(ids(alice.get("/jobs?vo_name=other"))) == {own, bobs}


def test_list_by_state_depends_on_limit_and_window(alice: httpx.Client, mock: MockFTS) -> None:
    now = mock.clock.now()
    old = mock.state.add_job(job_state="FINISHED", job_finished="2001-01-01T00:00:00").job_id
    new = mock.state.add_job(
        job_state="FINISHED", job_finished=now.strftime("%Y-%m-%dT%H:%M:%S")
    ).job_id
    active = mock.state.add_job(job_state="ACTIVE").job_id

    assert ids(alice.get("/jobs?state_in=FINISHED")) == []
    assert ids(alice.get("/jobs?state_in=active")) == [active]
    assert ids(alice.get("/jobs?state_in=FINISHED&time_window=1")) == [new]
    assert ids(alice.get("/jobs?state_in=FINISHED&time_window=1:30:99")) == [new]
    assert ids(alice.get("/jobs?state_in=ACTIVE&time_window=1")) == []
    assert set(ids(alice.get("/jobs?state_in=FINISHED&time_window=1&limit=9"))) == {old, new}
    assert set(ids(alice.get("/jobs?state_in=FINISHED&limit=0"))) == {old, new}
    assert ids(alice.get("/jobs?state_in=FINISHED,ACTIVE&limit=1")) == [active]
    assert ids(alice.get("/jobs?state_in=READY, ACTIVE")) == []
    assert ids(alice.get("/jobs?state_in=,")) == ids(alice.get("/files?state_in=,")) == []
    assert ids(alice.get("/jobs?state_in=,ACTIVE")) == [active]
    assert ids(alice.get("/jobs?limit=abc")) == [active]


def test_list_limit_gives_the_newest_first(alice: httpx.Client, mock: MockFTS) -> None:
    made = [mock.state.add_job(submit_time=f"2026-01-0{day}T00:00:00").job_id for day in (2, 3, 1)]

    assert ids(alice.get("/jobs?limit=2")) == [made[1], made[0]]


@pytest.mark.parametrize("limit", ["-1", "501"])
def test_list_refuses_other_limits(alice: httpx.Client, limit: str) -> None:
    answer = alice.get("/jobs", params={"limit": limit})

    assert answer.status_code == 400
    assert answer.json()["message"] == "The limit must be positive and less or equal than 500"


def test_list_is_only_for_the_caller_named(alice: httpx.Client) -> None:
    foreign_id = alice.get("/jobs?dlg_id=84f910f4139dfcd4")
    foreign_dn = alice.get("/jobs", params={"user_dn": "/CN=x"})

    assert (foreign_id.status_code, foreign_dn.status_code) == (403, 400)


def test_list_filters_and_fields(alice: httpx.Client, mock: MockFTS) -> None:
    job = mock.state.add_job(source_se="davs://x.org", dest_se="davs://y.org")
    submit(alice)

    assert ids(alice.get("/jobs?source_se=DAVS://x.org&dest_se=davs://y.org%20")) == [job.job_id]
    assert alice.get(f"/jobs/{job.job_id.upper()}%20").json()["job_id"] == job.job_id
    assert ids(alice.get("/jobs?source_se=davs://nowhere.org")) == []
    answer = alice.get("/jobs?source_se=davs://x.org&fields=job_id,color,files").json()
    assert set(answer[0]) == {"job_id", "files"}
    assert len(answer[0]["files"][0]) == 42


def test_files_lists_unfinished_files(alice: httpx.Client, mock: MockFTS) -> None:
    mock.state.add_job(
        job_state="ACTIVE",
        files=(
            {"file_state": "ACTIVE", "dest_surl": "mock://b.org/1"},
            {"file_state": "FINISHED", "finish_time": "2026-01-01T00:00:00"},
            {"file_state": "SUBMITTED", "dest_surl": "mock://b.org/2"},
        ),
    )

    def states(**query: str) -> list[str]:
        return [file["file_state"] for file in alice.get("/files", params=query).json()]

    assert states() == ["ACTIVE", "SUBMITTED"]
    assert states(limit="1") == ["ACTIVE", "SUBMITTED"]
    assert states(state_in="submitted") == ["SUBMITTED"]
    assert states(dest_surl="mock://b.org/1") == ["ACTIVE"]
    assert states(dest_surl="MOCK://b.org/1 ") == ["ACTIVE"]
    assert states(dest_surl=" mock://b.org/1") == []


def test_files_lists_unused_replicas_of_jobs_that_have_ended(
    alice: httpx.Client, mock: MockFTS
) -> None:
    ended = {"file_state": "CANCELED", "finish_time": "2026-01-01T00:00:00"}
    running = {"file_state": "CANCELED", "finish_time": None}
    mock.state.add_job(job_state="CANCELED", files=(ended, running, {"file_state": "NOT_USED"}))

    assert [file["file_state"] for file in alice.get("/files").json()] == ["NOT_USED"]


def test_archived_job_is_found_in_the_archive_only(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    job_id = mock.state.add_job(job_state="FINISHED").job_id
    mock.state.archive(job_id)

    assert alice.get(f"/jobs/{job_id}").status_code == 404
    record = alice.get(f"/archive/{job_id}").json()
    assert "retry_delay" not in record
    assert "current_failures" in record["files"][0]
    assert alice.get(f"/archive/{job_id}/job_state").json() == "FINISHED"
    assert connect("bob-novoms").get(f"/archive/{job_id}").status_code == 403
    assert connect("anonymous").get(f"/archive/{UNKNOWN}").status_code == 404


def test_archived_file_that_was_never_transferred_has_no_failures(
    alice: httpx.Client, mock: MockFTS
) -> None:
    ran = {"file_state": "FAILED", "start_time": "2026-01-01T00:00:00", "recoverable": False}
    job = mock.state.add_job(job_state="CANCELED", files=({"file_state": "CANCELED"}, ran))
    mock.state.archive(job.job_id)

    files = alice.get(f"/archive/{job.job_id}/files").json()
    assert [file["current_failures"] for file in files] == [None, 0]


def test_force_start_reports_failures_only(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    job = mock.state.add_job(files=({}, {"file_state": "ACTIVE"}))
    queued, running = (file.file_id for file in job.files)
    root = connect("root")

    assert alice.post("/admin/force-start", json=[queued]).status_code == 403
    answer = root.post("/admin/force-start", json=[queued, running, 1])

    assert answer.json() == [
        {"file_id": running, "error": "File is not in SUBMITTED state"},
        {"file_id": 1, "error": "File does not exist"},
    ]
    assert job.files[0].file_state == "FORCE_START"


def test_id_that_is_named_twice_is_canceled_twice(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = mock.state.add_job().job_id
    ended = mock.state.add_job(job_state="FINISHED").job_id

    answer = alice.delete(f"/jobs/{job_id},{ended},{job_id}")

    assert answer.status_code == 200
    assert [(e["job_id"], e["http_status"]) for e in answer.json()] == [
        (ended, "304 Not Modified"),
        (job_id, "200 Ok"),
        (job_id, "200 Ok"),
    ]
