"""What tests can ask of storages: fail a number of times, be full, slow, offline, or report wrong checksums."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from fts_contract.mock import MockFTS

SOURCE, DEST = "davs://a.org:443/f", "davs://b.org:443/f"


def submit(
    alice: httpx.Client,
    source: str = SOURCE,
    dest: str = DEST,
    *,
    checksum: str | None = None,
    **params: Any,
) -> str:
    file = {"sources": [source], "destinations": [dest], "checksum": checksum}
    job_id: str = alice.post("/jobs", json={"files": [file], "params": params}).json()["job_id"]
    return job_id


def ended(alice: httpx.Client, mock: MockFTS, job_id: str) -> tuple[str, str | None]:
    """State and reason of the only file, after enough time for everything."""
    mock.clock.advance(600)
    (file,) = alice.get(f"/jobs/{job_id}/files").json()
    return file["file_state"], file["reason"] or None


@pytest.mark.parametrize(
    "dest", ["mock://b.org/f?errno=28&errno_times=2", "mock://b.org/f?errno_times=2&errno=28"]
)
def test_url_fails_as_often_as_it_says_and_then_works(
    alice: httpx.Client, mock: MockFTS, dest: str
) -> None:
    ends = [ended(alice, mock, submit(alice, "mock://a.org/f", dest)) for _ in range(4)]

    failure = ("FAILED", "DESTINATION [28] No space left on device")
    assert ends == [failure, failure, ("FINISHED", None), ("FINISHED", None)]


@pytest.mark.parametrize(
    ("source", "dest", "params"),
    [
        ("mock://a.org/f?errno=5&errno_times=1", "mock://b.org/f", {}),
        ("mock://a.org/f", "mock://b.org/f?transfer_errno=5&transfer_errno_times=1", {}),
        (
            "mock://a.org/f?staging_errno=5&staging_errno_times=1",
            "mock://b.org/f",
            {"bring_online": 60},
        ),
        (
            "mock://a.org/f",
            "mock://b.org/f?archiving_errno=5&archiving_errno_times=1",
            {"archive_timeout": 60},
        ),
    ],
)
def test_each_errno_of_a_url_can_be_limited(
    alice: httpx.Client, mock: MockFTS, source: str, dest: str, params: dict[str, Any]
) -> None:
    ends = [ended(alice, mock, submit(alice, source, dest, **params))[0] for _ in range(2)]

    assert ends == ["FAILED", "FINISHED"]


def test_retries_of_a_job_use_up_the_failures(alice: httpx.Client, mock: MockFTS) -> None:
    mock.storage("davs://b.org").fail(errno=28, times=2)
    job_id = submit(alice, retry=3)

    assert ended(alice, mock, job_id)[0] == "FINISHED"
    (file,) = alice.get(f"/jobs/{job_id}", params={"files": "retry,retries"}).json()["files"]
    assert file["retry"] == 2
    assert {row["reason"] for row in file["retries"]} == {
        "DESTINATION [28] No space left on device"
    }


@pytest.mark.parametrize(
    ("storage", "reason"),
    [
        ("davs://a.org", "SOURCE [110] Connection timed out"),
        ("davs://B.org:443/path", "DESTINATION [110] Connection timed out"),
    ],
)
def test_storage_fails_as_source_and_as_destination(
    alice: httpx.Client, mock: MockFTS, storage: str, reason: str
) -> None:
    mock.storage(storage).fail(errno=110, times=1)

    assert ended(alice, mock, submit(alice)) == ("FAILED", reason)
    assert ended(alice, mock, submit(alice)) == ("FINISHED", None)


def test_failing_source_does_not_use_up_the_failures_of_the_destination(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.storage("davs://a.org").fail(errno=5, times=1)
    mock.storage("davs://b.org").fail(errno=5, times=1)

    reasons = [ended(alice, mock, submit(alice))[1] for _ in range(3)]

    assert reasons == [
        "SOURCE [5] Input/output error",
        "DESTINATION [5] Input/output error",
        None,
    ]


def test_storage_fails_with_a_message_until_it_recovers(
    alice: httpx.Client, mock: MockFTS
) -> None:
    storage = mock.storage("davs://b.org")
    storage.fail(errno=70, message="srm-ifce err")
    assert ended(alice, mock, submit(alice)) == ("FAILED", "DESTINATION [70] srm-ifce err")
    assert ended(alice, mock, submit(alice))[0] == "FAILED"

    storage.recover()

    assert ended(alice, mock, submit(alice))[0] == "FINISHED"


def test_other_storages_do_not_fail(alice: httpx.Client, mock: MockFTS) -> None:
    mock.storage("davs://c.org").fail(errno=28)
    mock.storage("https://b.org").fail(errno=28)

    assert ended(alice, mock, submit(alice))[0] == "FINISHED"


def test_full_storage_can_be_read(alice: httpx.Client, mock: MockFTS) -> None:
    mock.storage("davs://b.org").full()

    assert ended(alice, mock, submit(alice))[1] == "DESTINATION [28] No space left on device"
    assert ended(alice, mock, submit(alice, DEST, SOURCE))[0] == "FINISHED"


def test_slow_storage_takes_its_time(alice: httpx.Client, mock: MockFTS) -> None:
    mock.storage("davs://a.org").slow(300)
    job_id = submit(alice)

    mock.clock.advance(290)
    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == "ACTIVE"
    mock.clock.advance(20)
    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == "FINISHED"


def test_offline_storage_cannot_stage(alice: httpx.Client, mock: MockFTS) -> None:
    mock.storage("davs://a.org").offline(times=1)

    assert ended(alice, mock, submit(alice)) == ("FINISHED", None)
    staged = [submit(alice, bring_online=3600) for _ in range(2)]

    assert [ended(alice, mock, job_id) for job_id in staged] == [
        ("FAILED", "STAGING [112] Host is down"),
        ("FINISHED", None),
    ]


@pytest.mark.parametrize(
    ("storage", "mode", "said"),
    [
        ("davs://a.org", "source", "User and source checksums do not match"),
        ("davs://a.org", True, "User and source checksums do not match"),
        ("davs://b.org", "target", "User and destination checksums do not match"),
        ("davs://b.org", True, "Source and destination checksums do not match"),
        ("davs://a.org", "target", None),
        ("davs://b.org", "source", None),
        ("davs://b.org", "none", None),
    ],
)
def test_wrong_checksum_counts_where_it_is_verified(
    alice: httpx.Client, mock: MockFTS, storage: str, mode: Any, said: str | None
) -> None:
    mock.storage(storage).wrong_checksum()

    state, reason = ended(
        alice, mock, submit(alice, checksum="ADLER32:1a2b3c4d", verify_checksum=mode)
    )

    expected = ("FINISHED", None) if said is None else ("FAILED", f"TRANSFER [5] {said}")
    assert (state, reason) == expected


def test_reset_forgets_what_storages_do(alice: httpx.Client, mock: MockFTS) -> None:
    dest = "mock://b.org/f?errno=28&errno_times=1"
    mock.storage("davs://b.org").fail(errno=28)
    assert ended(alice, mock, submit(alice, "mock://a.org/f", dest))[0] == "FAILED"
    mock.reset()
    mock.state.delegate("alice")

    assert ended(alice, mock, submit(alice))[0] == "FINISHED"
    assert ended(alice, mock, submit(alice, "mock://a.org/f", dest))[0] == "FAILED"


def test_scenario_arranges_storages(alice: httpx.Client, mock: MockFTS, tmp_path: Path) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(
        json.dumps(
            {
                "storages": [
                    {"storage": "davs://b.org", "errno": 28, "times": 1},
                    {"storage": "davs://a.org", "slow_s": 100, "offline": True},
                ]
            }
        )
    )
    mock.load_scenario(path)
    first, staged = submit(alice), submit(alice, bring_online=3600)

    mock.clock.advance(50)
    assert alice.get(f"/jobs/{first}").json()["job_state"] == "FAILED"
    assert alice.get(f"/jobs/{staged}").json()["job_state"] == "FAILED"
    second = submit(alice)
    mock.clock.advance(50)
    assert alice.get(f"/jobs/{second}").json()["job_state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("arrange", "message"),
    [
        (
            lambda mock: mock.storage("b.org"),
            "expected a storage such as davs://host, got 'b.org'",
        ),
        (lambda mock: mock.storage("davs://b.org").fail(errno=0), "errno must be 1 or more"),
        (
            lambda mock: mock.storage("davs://b.org").full(times=0),
            "times must be 1 or more, or None",
        ),
        (lambda mock: mock.storage("davs://b.org").slow(-1), "seconds must be 0 or more"),
    ],
)
def test_invalid_condition_is_refused(mock: MockFTS, arrange: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arrange(mock)
