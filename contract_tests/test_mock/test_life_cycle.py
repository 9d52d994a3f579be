from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.mock.configuration import Link

if TYPE_CHECKING:
    import httpx

    from fts_contract.mock import MockFTS


def submit(client: httpx.Client, *pairs: tuple[str, str], **params: Any) -> str:
    files = [{"sources": [s], "destinations": [d]} for s, d in pairs]
    answer = client.post("/jobs", json={"files": files, "params": params})
    assert answer.status_code == 200, answer.text
    job_id: str = answer.json()["job_id"]
    return job_id


def states(client: httpx.Client, job_id: str) -> tuple[str, list[str]]:
    job = client.get(f"/jobs/{job_id}", params={"files": "file_state"}).json()
    return job["job_state"], [file["file_state"] for file in job["files"]]


def files(client: httpx.Client, job_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/jobs/{job_id}/files").json()
    return found


def test_job_goes_from_submitted_to_finished(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(
        alice, ("mock://a.org/f?size=2097152", "mock://b.org/f?size_post=2097152&time=2")
    )

    seen = []
    for _ in range(8):
        seen.append(states(alice, job_id))
        mock.clock.advance(0.5)

    assert list(dict.fromkeys(f"{job} {file}" for job, (file,) in seen)) == [
        "SUBMITTED SUBMITTED",
        "SUBMITTED READY",
        "ACTIVE ACTIVE",
        "FINISHED FINISHED",
    ]
    (file,) = files(alice, job_id)
    assert file["filesize"] == 2097152
    assert (file["tx_duration"], file["throughput"]) == (2.0, 1.0)
    assert file["start_time"] < file["finish_time"]
    assert alice.get(f"/jobs/{job_id}").json()["job_finished"] == file["finish_time"]


def test_list_shows_a_job_until_it_has_ended(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice, ("mock://a.org/f", "mock://b.org/f?time=2"))
    canceled = submit(alice, ("mock://a.org/f", "mock://b.org/f?time=2"))
    alice.delete(f"/jobs/{canceled}")

    assert [job["job_id"] for job in alice.get("/jobs").json()] == [job_id]
    mock.clock.advance(60)
    assert alice.get("/jobs").json() == []


def test_history_does_not_depend_on_how_often_it_is_read(
    alice: httpx.Client, mock: MockFTS
) -> None:
    first = submit(alice, ("mock://a.org/f", "mock://b.org/f?time=2"))
    mock.clock.advance(100)

    (file,) = files(alice, first)

    # No request came for 100 seconds, yet the transfer took two.
    assert file["tx_duration"] == 2.0


@pytest.mark.parametrize(
    ("source", "dest", "params", "reason"),
    [
        ("?errno=2", "", {}, "SOURCE [2] No such file or directory"),
        ("", "?time=1&transfer_errno=5", {}, "TRANSFER [5] Input/output error"),
        ("", "?errno=13", {}, "DESTINATION [13] Permission denied"),
        (
            "?size=5",
            "?size_post=6",
            {},
            "DESTINATION [22] Source and destination file size mismatch",
        ),
        (
            "",
            "?size_pre=1",
            {},
            "DESTINATION [17] Destination file exists and overwrite is not enabled",
        ),
        (
            "?checksum=aa",
            "?checksum=bb",
            {"verify_checksum": "both"},
            "TRANSFER [5] Source and destination checksums do not match",
        ),
        ("?size_pre=1", "?size_pre=1&size_post=1", {"overwrite": True}, None),
        ("?checksum=aa", "?checksum=bb", {"verify_checksum": "none"}, None),
        ("", "?time=0&transfer_errno=5", {}, None),
    ],
)
def test_outcome_follows_the_url(  # noqa: PLR0917 - one column each
    alice: httpx.Client,
    mock: MockFTS,
    source: str,
    dest: str,
    params: dict[str, Any],
    reason: str | None,
) -> None:
    job_id = submit(alice, (f"mock://a.org/f{source}", f"mock://b.org/f{dest}"), **params)
    mock.clock.advance(60)

    job = alice.get(f"/jobs/{job_id}").json()
    (file,) = files(alice, job_id)

    if reason is None:
        assert (job["job_state"], job["reason"], file["reason"]) == ("FINISHED", None, "")
    else:
        assert (job["job_state"], file["file_state"]) == ("FAILED", "FAILED")
        assert file["reason"] == reason
        assert job["reason"].startswith("One or more files failed")


def test_transfers_of_other_protocols_finish(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice, ("davs://a.org/f", "root://b.org//f"))
    mock.clock.advance(60)

    assert states(alice, job_id)[0] == "FINISHED"


def test_finished_and_failed_files_make_finisheddirty(alice: httpx.Client, mock: MockFTS) -> None:
    good, bad = ("mock://a.org/f", "mock://b.org/f"), ("mock://a.org/f?errno=2", "mock://b.org/f")
    job_id = submit(alice, good, bad)
    mock.clock.advance(60)

    assert states(alice, job_id) == ("FINISHEDDIRTY", ["FINISHED", "FAILED"])


def test_recoverable_failure_is_retried(alice: httpx.Client, mock: MockFTS) -> None:
    pair = ("mock://a.org/f", "mock://b.org/f?time=1&transfer_errno=110")
    job_id = submit(alice, pair, retry=2, retry_delay=30)
    mock.clock.advance(20)
    assert states(alice, job_id)[1] == ["SUBMITTED"]
    mock.clock.advance(200)

    (file,) = files(alice, job_id)
    rows = alice.get(f"/jobs/{job_id}/files/{file['file_id']}/retries").json()

    assert (file["file_state"], file["retry"]) == ("FAILED", 2)
    assert [row["attempt"] for row in rows] == [1, 2]
    assert rows[0]["reason"] == "TRANSFER [110] Connection timed out"
    assert rows[0]["file"]["file_id"] == file["file_id"]


def test_permanent_failure_is_not_retried(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice, ("mock://a.org/f?errno=2", "mock://b.org/f"), retry=3)
    mock.clock.advance(200)

    assert files(alice, job_id)[0]["retry"] == 0


def test_multihop_runs_in_order(alice: httpx.Client, mock: MockFTS) -> None:
    hops = [(f"mock://h{i}.org/f", f"mock://h{i + 1}.org/f?time=5") for i in range(3)]
    job_id = submit(alice, *hops, multihop=True)

    mock.clock.advance(3)
    assert states(alice, job_id) == ("ACTIVE", ["ACTIVE", "NOT_USED", "NOT_USED"])
    mock.clock.advance(6)
    assert states(alice, job_id) == ("ACTIVE", ["FINISHED", "ACTIVE", "NOT_USED"])
    mock.clock.advance(60)
    assert states(alice, job_id) == ("FINISHED", ["FINISHED"] * 3)


def test_multihop_fails_with_its_first_bad_hop(alice: httpx.Client, mock: MockFTS) -> None:
    bad = ("mock://h1.org/f?errno=2", "mock://h2.org/f")
    job_id = submit(alice, ("mock://h0.org/f", "mock://h1.org/f"), bad, bad, multihop=True)
    mock.clock.advance(100)

    assert states(alice, job_id) == ("FAILED", ["FINISHED", "FAILED", "NOT_USED"])


def test_replica_takes_over_when_the_first_fails(alice: httpx.Client, mock: MockFTS) -> None:
    sources = ["mock://r1.org/f?errno=2", "mock://r2.org/f", "mock://r3.org/f"]
    file = {"sources": sources, "destinations": ["mock://b.org/f"]}
    job_id = alice.post("/jobs", json={"files": [file]}).json()["job_id"]
    mock.clock.advance(100)

    assert states(alice, job_id) == ("FINISHED", ["FAILED", "FINISHED", "NOT_USED"])


def test_staging_comes_before_the_transfer(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(
        alice, ("mock://t.org/f?staging_time=30", "mock://b.org/f?time=5"), bring_online=60
    )

    assert states(alice, job_id) == ("STAGING", ["STAGING"])
    mock.clock.advance(1)
    assert states(alice, job_id) == ("STAGING", ["STARTED"])
    mock.clock.advance(30)
    assert states(alice, job_id)[0] == "SUBMITTED"
    mock.clock.advance(3)
    assert states(alice, job_id) == ("ACTIVE", ["ACTIVE"])
    mock.clock.advance(30)
    (file,) = files(alice, job_id)
    assert file["file_state"] == "FINISHED"
    assert file["staging_start"] < file["staging_finished"] < file["finish_time"]


@pytest.mark.parametrize("query", ["?staging_errno=5", "?staging_time=90"])
def test_failed_staging_fails_the_job(alice: httpx.Client, mock: MockFTS, query: str) -> None:
    job_id = submit(alice, (f"mock://t.org/f{query}", "mock://b.org/f"), bring_online=60)
    mock.clock.advance(200)

    assert states(alice, job_id) == ("FAILED", ["FAILED"])
    assert files(alice, job_id)[0]["reason"].startswith("STAGING [")


def test_archiving_comes_after_the_transfer(alice: httpx.Client, mock: MockFTS) -> None:
    pair = ("mock://a.org/f", "mock://t.org/f?time=1&archiving_time=50")
    job_id = submit(alice, pair, archive_timeout=100)

    mock.clock.advance(10)
    assert states(alice, job_id) == ("ARCHIVING", ["ARCHIVING"])
    assert files(alice, job_id)[0]["finish_time"] is not None
    mock.clock.advance(60)
    assert states(alice, job_id) == ("FINISHED", ["FINISHED"])


def test_job_leaves_the_queue_at_its_limit(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = submit(alice, ("mock://a.org/f", "mock://b.org/f"), max_time_in_queue=-1)
    mock.clock.advance(10)

    assert states(alice, job_id) == ("CANCELED", ["CANCELED"])


def test_link_limit_makes_transfers_wait(alice: httpx.Client, mock: MockFTS) -> None:
    mock.state.config.put_link(Link("a-b", "mock://a.org", "mock://b.org", max_active=2))
    job_id = submit(alice, *[("mock://a.org/f", "mock://b.org/f?time=10")] * 3)

    mock.clock.advance(5)
    assert states(alice, job_id)[1] == ["ACTIVE", "ACTIVE", "SUBMITTED"]
    mock.clock.advance(10)
    assert states(alice, job_id)[1] == ["FINISHED", "FINISHED", "ACTIVE"]


def test_canceled_transfer_frees_its_slot(alice: httpx.Client, mock: MockFTS) -> None:
    mock.state.config.put_link(Link("a-b", "mock://a.org", "mock://b.org", max_active=1))
    pair = ("mock://a.org/f", "mock://b.org/f?time=1000")
    first, second = submit(alice, pair), submit(alice, pair)
    mock.clock.advance(5)
    assert states(alice, second)[0] == "SUBMITTED"

    alice.delete(f"/jobs/{first}")
    mock.clock.advance(5)

    assert states(alice, second)[0] == "ACTIVE"


@pytest.mark.parametrize(
    ("pair", "params", "wait", "state"),
    [
        (("mock://a.org/f", "mock://b.org/f"), {}, 0, "SUBMITTED"),
        (("mock://a.org/f", "mock://b.org/f"), {}, 0.7, "READY"),
        (("mock://a.org/f", "mock://b.org/f?time=100"), {}, 10, "ACTIVE"),
        (("mock://a.org/f", "mock://b.org/f"), {"bring_online": 9}, 0, "STAGING"),
        (
            ("mock://a.org/f?staging_time=99", "mock://b.org/f"),
            {"bring_online": 999},
            5,
            "STARTED",
        ),
        (
            ("mock://a.org/f", "mock://b.org/f?time=1&archiving_time=99"),
            {"archive_timeout": 999},
            10,
            "ARCHIVING",
        ),
    ],
)
def test_cancel_in_each_phase_ends_the_job(  # noqa: PLR0917 - one column each
    alice: httpx.Client,
    mock: MockFTS,
    pair: tuple[str, str],
    params: dict[str, Any],
    wait: float,
    state: str,
) -> None:
    job_id = submit(alice, pair, **params)
    mock.clock.advance(wait)
    assert states(alice, job_id)[1] == [state]

    answer = alice.delete(f"/jobs/{job_id}")

    assert answer.status_code == 200
    assert (answer.json()["http_status"], answer.json()["job_state"]) == ("200 Ok", "CANCELED")
    mock.clock.advance(1000)
    # Nothing that was planned before brings it back.
    assert states(alice, job_id) == ("CANCELED", ["CANCELED"])
