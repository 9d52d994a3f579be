"""Waiting for jobs to end: progress, exit codes, lines of JSON."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest

from fts_client import UNSET, FTSClient, FTSTimeoutError, Job, Transfer
from fts_client.cli.display.following import follow
from fts_client.clock import Clock
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_wrappers.cli.conftest import Fts

    from fts_client.cli.display.following import Snapshot
    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"
A, B = "mock://a.example/f", "mock://b.example/f"
MIB = 2**20


@pytest.fixture
def client(mock: MockFTS) -> Iterator[FTSClient]:
    credential = mock.credential("alice")
    with FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts:
        yield fts


class Steps:
    """Time that passes only while someone sleeps: here and on the server."""

    def __init__(self, mock: MockFTS) -> None:
        self.now_s = 0.0
        self.sleeps: list[float] = []
        self._mock = mock

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now_s, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now_s += seconds
        self._mock.clock.advance(seconds)


@pytest.fixture
def steps(mock: MockFTS) -> Steps:
    return Steps(mock)


def job_of(client: FTSClient, *times_s: int, size: int | None = 100 * MIB) -> str:
    query = ("", "") if size is None else (f"&size={size}", f"&size_post={size}")
    transfers = [
        Transfer(
            f"{A}{n}?x=1{query[0]}",
            f"{B}{n}?time={time_s}{query[1]}",
            filesize=UNSET if size is None else size,
        )
        for n, time_s in enumerate(times_s)
    ]
    return client.submit(Job(transfers))


def follow_all(
    client: FTSClient, steps: Steps, *job_ids: str, poll_s: float = 1
) -> Iterator[Snapshot]:
    return follow(client, job_ids, poll_s=poll_s, timeout_s=None, clock=steps.clock())


def snapshots(client: FTSClient, steps: Steps, *job_ids: str, poll_s: float = 1) -> list[Snapshot]:
    return list(follow_all(client, steps, *job_ids, poll_s=poll_s))


# --- how far jobs are ----------------------------------------------------------------------------


def test_files_are_counted_by_state_until_all_have_ended(client: FTSClient, steps: Steps) -> None:
    seen = snapshots(client, steps, job_of(client, 2, 30))
    assert seen[0].files == {"SUBMITTED": 2}
    assert {"ACTIVE": 1, "FINISHED": 1} in [snapshot.files for snapshot in seen]
    assert seen[-1].files == {"FINISHED": 2}
    assert seen[-1].waiting_for == 0
    assert [snapshot.files_done for snapshot in seen] == sorted(s.files_done for s in seen)


def test_time_left_comes_from_bytes_and_the_rate(client: FTSClient, steps: Steps) -> None:
    seen = snapshots(client, steps, job_of(client, 4, 40))
    known = [s for s in seen if s.files_done == 1 and s.seconds_left is not None]
    assert known
    for snapshot in known:
        # All bytes of the second file are left: the server does not say how many have been copied.
        assert snapshot.seconds_left == pytest.approx(100 / snapshot.rate)
    assert seen[-1].seconds_left is None


def test_time_left_without_sizes_comes_from_the_number_of_files(
    client: FTSClient, steps: Steps
) -> None:
    seen = snapshots(client, steps, job_of(client, 4, 40, size=None))
    # The sizes become known when the storage has answered, and with them the rate.
    unknown = [s for s in seen if s.files_done == 1 and not s.rate and s.seconds_left is not None]
    for snapshot in unknown:
        assert snapshot.seconds_left == pytest.approx(snapshot.elapsed_s)


def test_time_left_is_unknown_until_something_has_ended(client: FTSClient, steps: Steps) -> None:
    assert snapshots(client, steps, job_of(client, 5))[0].seconds_left is None


def test_files_that_had_ended_before_do_not_count_for_the_speed(
    client: FTSClient, steps: Steps, mock: MockFTS
) -> None:
    job_id = job_of(client, 1, 1000)
    mock.clock.advance(100)
    first = snapshots(client, steps, job_id, poll_s=100)[0]
    assert first.files_done == first.files_done_before == 1
    assert first.bytes_done_before == 100 * MIB


def test_only_jobs_that_have_not_ended_are_asked_for(client: FTSClient, steps: Steps) -> None:
    short, long = job_of(client, 1), job_of(client, 60)
    seen = snapshots(client, steps, short, long)
    changes = [job.job_id for snapshot in seen[1:] for job in snapshot.changed]
    assert changes.count(short) == 2
    assert [job.job_id for job in seen[-1].jobs] == [short, long]


def test_missing_job_is_reported_and_not_waited_for(client: FTSClient, steps: Steps) -> None:
    seen = snapshots(client, steps, MISSING, job_of(client, 1))
    assert [failure.job_id for failure in seen[-1].failures] == [MISSING]


def test_watch_of_an_id_in_capitals_ends(client: FTSClient, steps: Steps) -> None:
    job_id = job_of(client, 1)
    seen = list(itertools.islice(follow_all(client, steps, job_id.upper()), 20))
    assert seen[-1].waiting_for == 0
    assert [job.job_id for job in seen[-1].jobs] == [job_id]


def test_server_that_is_away_does_not_end_the_watching(
    client: FTSClient, steps: Steps, mock: MockFTS
) -> None:
    job_id = job_of(client, 1)
    mock.faults.add(Fault("status", "GET /jobs/", status=500, count=1))
    seen = snapshots(client, steps, job_id)
    assert "500" in (seen[0].trouble or "")
    assert seen[1].trouble is None
    assert seen[-1].jobs[0].job_state == "FINISHED"


def test_time_limit_ends_the_watching_without_a_pause_beyond_it(
    client: FTSClient, steps: Steps
) -> None:
    job_id = job_of(client, 1000)
    with pytest.raises(FTSTimeoutError, match="the job has not ended"):
        list(follow(client, [job_id], poll_s=4, timeout_s=10, clock=steps.clock()))
    assert steps.sleeps == [4, 4, 2]


def test_more_jobs_than_a_request_holds_are_asked_for_less_often(
    client: FTSClient, steps: Steps, mock: MockFTS
) -> None:
    ids = [mock.state.add_job().job_id for _ in range(101)]
    seen = follow(client, ids, poll_s=2, timeout_s=None, clock=steps.clock())
    assert next(seen).waiting_for == 101
    next(seen)
    assert steps.sleeps == [4]


# --- the commands --------------------------------------------------------------------------------


def test_status_watch_as_json_has_a_line_for_each_change(
    fts: Fts, client: FTSClient, mock: MockFTS
) -> None:
    job_id = job_of(client, 2)
    mock.clock.run(scale=50)
    result = fts("status", "--watch", "--json", "--poll", "0.05", job_id)
    assert result.code == 0
    events = [json.loads(line) for line in result.out.splitlines()]
    assert {event["job_id"] for event in events} == {job_id}
    states = [event["job_state"] for event in events]
    assert states == sorted(set(states), key=states.index)
    assert events[-1] == {
        "job_id": job_id,
        "job_state": "FINISHED",
        "reason": None,
        "files": {"FINISHED": 1},
    }


def test_watch_of_a_failed_job_names_the_files_and_fails(fts: Fts, mock: MockFTS) -> None:
    mock.clock.run(scale=100)
    result = fts("submit", f"{A}?errno=2", B, A, f"{B}2", "--watch", "--poll", "0.05")
    assert result.code == 1
    assert "FINISHEDDIRTY" in result.out
    assert f"FAILED {B}: SOURCE [2] No such file or directory" in result.err


def test_wait_alone_prints_the_end_only(fts: Fts, client: FTSClient, mock: MockFTS) -> None:
    jobs = [job_of(client, 2), job_of(client, 3)]
    mock.clock.run(scale=100)
    result = fts("status", "--wait", "30", "--poll", "0.05", *jobs, "--json")
    assert result.code == 0
    assert [job["job_state"] for job in json.loads(result.out)] == ["FINISHED"] * 2
    one = fts("submit", A, f"{B}3", "--wait", "30", "--poll", "0.05", "--json")
    made, ended = map(json.loads, one.out.splitlines())
    assert made == {"job_id": ended["job_id"]}
    assert ended["job_state"] == "FINISHED"


@pytest.mark.parametrize("options", [("--watch",), ("--watch", "--json"), ("--watch", "--quiet")])
def test_server_that_is_away_is_told_once_where_there_is_no_terminal(
    fts: Fts, mock: MockFTS, options: tuple[str, ...]
) -> None:
    job = mock.state.add_job(job_state="FINISHED", files=({"file_state": "FINISHED"},))
    # Two questions, each with its three repeats.
    mock.faults.add(Fault("status", "GET /jobs", status=503, count=8))
    result = fts("status", job.job_id, *options, "--poll", "0.1")
    assert result.code == 0
    assert result.err.count("the server did not answer, will ask again") == 1


def test_wait_that_times_out_has_its_own_exit_code(fts: Fts, client: FTSClient) -> None:
    result = fts("status", "--wait", "0", job_of(client, 5))
    assert result.code == 5
    assert "fts status --watch" in result.err


def test_watch_of_a_missing_job_fails(fts: Fts) -> None:
    result = fts("status", "--watch", MISSING)
    assert result.code == 1
    assert MISSING in result.err


def test_campaign_is_watched_as_a_whole(fts: Fts, mock: MockFTS) -> None:
    text = "".join(f"{A}{n},mock://b{n}.example/f\n" for n in range(3))
    mock.clock.run(scale=100)
    result = fts(
        *("submit", "-f", "-", "--format", "csv", "--watch", "--poll", "0.05"), stdin=text
    )
    assert result.code == 0
    assert result.out.count("FINISHED") == 3
