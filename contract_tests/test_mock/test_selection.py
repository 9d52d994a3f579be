"""Which source of several a job starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.mock.clock import wire_time
from fts_contract.mock.configuration import ActivityShares
from fts_contract.mock.optimizer_rows import Decision

if TYPE_CHECKING:
    import httpx

    from fts_contract.mock import MockFTS

SOURCES = [f"davs://r{number}.example.org" for number in (1, 2, 3)]
DESTINATION = "davs://d.example.org"


def remember(mock: MockFTS, place: int, *, ago_s: float = 60, **figures: Any) -> None:
    mock.state.optimizer.add(
        Decision(
            source_se=SOURCES[place],
            dest_se=DESTINATION,
            datetime=wire_time(mock.clock.time() - ago_s),
            **figures,
        )
    )


def queue(mock: MockFTS, place: int, *, bytes_: int) -> None:
    file = {"source_se": SOURCES[place], "dest_se": DESTINATION, "user_filesize": bytes_}
    mock.state.add_job(files=(file,))


def chosen(alice: httpx.Client, mock: MockFTS, strategy: str, *, filesize: int = 0) -> int:
    file = {
        "sources": [f"{source}/f" for source in SOURCES],
        "destinations": [f"{DESTINATION}/f"],
        "selection_strategy": strategy,
        "filesize": filesize,
    }
    job_id = alice.post("/jobs", json={"files": [file]}).json()["job_id"]
    states = [file.file_state for file in mock.state.job(job_id).files]
    assert states.count("NOT_USED") == 2
    return states.index("SUBMITTED")


@pytest.mark.parametrize(
    ("strategy", "best"),
    [
        ("orderly", 0),
        ("success", 2),
        ("throughput", 2),  # 10 x 1, 90 x 1, 40 x 5
        ("file-throughput", 1),
        ("waiting-time", 1),  # nothing is queued there
        ("duration", 2),  # nothing is queued there either, and the link is faster
    ],
)
def test_source_is_chosen_by_the_history_of_its_link(
    alice: httpx.Client, mock: MockFTS, strategy: str, best: int
) -> None:
    remember(mock, 0, throughput=10, active=1, success=50)
    remember(mock, 1, throughput=90, active=1, success=90)
    remember(mock, 2, throughput=40, active=5, success=99)
    queue(mock, 0, bytes_=5000)

    assert chosen(alice, mock, strategy, filesize=10**6) == best


def test_waiting_time_counts_failures_only_where_it_says_so(
    alice: httpx.Client, mock: MockFTS
) -> None:
    for place, success in enumerate((10, 100, 100)):
        remember(mock, place, throughput=100, active=1, success=success)
        queue(mock, place, bytes_=(1000, 1100, 9000)[place])

    assert chosen(alice, mock, "waiting-time") == 0
    assert chosen(alice, mock, "waiting-time-with-error") == 1


def test_link_without_history_makes_throughput_take_the_first_source(
    alice: httpx.Client, mock: MockFTS
) -> None:
    remember(mock, 1, throughput=100, active=1)
    remember(mock, 2, throughput=100, active=1, ago_s=3700)

    assert chosen(alice, mock, "throughput") == 0


def test_link_without_history_counts_as_successful(alice: httpx.Client, mock: MockFTS) -> None:
    remember(mock, 0, success=90)

    assert chosen(alice, mock, "success") == 1


def test_queues_are_as_old_as_the_cache_of_the_server(alice: httpx.Client, mock: MockFTS) -> None:
    assert chosen(alice, mock, "auto") == 0  # measures three empty queues
    queue(mock, 0, bytes_=1)
    mock.clock.advance(299)
    queue(mock, 0, bytes_=1)
    assert chosen(alice, mock, "auto") == 0

    mock.clock.advance(1)
    queue(mock, 0, bytes_=1)

    assert chosen(alice, mock, "auto") == 1


def test_queues_without_a_cache_are_measured_each_time(alice: httpx.Client, mock: MockFTS) -> None:
    mock.state.change_settings(queue_cache_s=0)

    assert [chosen(alice, mock, "auto") for _ in range(3)] == [0, 1, 2]


def test_shares_that_are_doubly_encoded_can_be_read_by_strategies_by_queued_bytes(
    alice: httpx.Client, mock: MockFTS
) -> None:
    queue(mock, 0, bytes_=10)
    shares = ActivityShares("testvo", ({"default": 1.0},), is_doubly_encoded=True)
    mock.state.config.activity_shares["testvo"] = shares

    assert chosen(alice, mock, "pending-data") == 1


def test_strategies_by_queued_bytes_fail_beside_activity_shares(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.state.grant(mock.caller("alice").user_dn, "config")
    shares = {"vo": "testvo", "share": {"default": 1}}
    assert alice.post("/config/activity_shares", json=shares).status_code == 200
    file = {
        "sources": [f"{source}/f" for source in SOURCES],
        "destinations": [f"{DESTINATION}/f"],
    }
    answers = {
        strategy: alice.post("/jobs", json={"files": [{**file, "selection_strategy": strategy}]})
        for strategy in ("pending-data", "waiting-time", "success")
    }

    assert [answer.status_code for answer in answers.values()] == [400, 400, 200]
    assert "must be str, bytes or bytearray" in answers["pending-data"].json()["message"]
