"""submit_many and watch_jobs: any number of transfers and jobs, results as they come."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_client import (
    BulkFailure,
    FTSClient,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    JobParams,
    PermissionDeniedError,
    ServiceUnavailableError,
    Transfer,
    record_exchanges,
)
from fts_client.procedures.campaigns import jobs_of
from fts_client.procedures.concurrency import _Source
from fts_client.procedures.submission import sid_of
from fts_contract.mock import Fault, MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_client import AsyncFTSClient, FTSClient, SubmitOutcome
    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"


def _transfers(count: int, *, links: int = 1) -> Iterator[Transfer]:
    for number in range(count):
        link = number % links
        yield Transfer(f"mock://a{link}.example/{number}", f"mock://b.example/{number}?time=900")


@pytest.fixture(autouse=True)
def _no_pauses(mock_fts_client: FTSClient, mock_fts_async_client: AsyncFTSClient) -> None:
    async def nothing(_seconds: float) -> None:
        pass

    mock_fts_client._clock.sleep = lambda _seconds: None
    mock_fts_async_client._clock.async_sleep = nothing


# --- splitting -----------------------------------------------------------------------------------


def test_jobs_hold_one_link_and_no_more_files_than_asked_for() -> None:
    jobs = list(jobs_of(_transfers(25, links=2), params=JobParams(priority=5), files_per_job=5))
    assert sorted(len(job.transfers) for job in jobs) == [2, 3, 5, 5, 5, 5]
    for job in jobs:
        assert len({transfer.sources[0].split("/")[2] for transfer in job.transfers}) == 1
        assert job.params.priority == 5
    sent = [transfer for job in jobs for transfer in job.transfers]
    assert sorted(map(str, sent)) == sorted(map(str, _transfers(25, links=2)))


def test_jobs_of_many_links_keep_a_limited_number_of_transfers_waiting() -> None:
    taken = itertools.count()
    endless = (
        Transfer(f"mock://s{next(taken)}.example/f", "mock://b.example/f") for _ in range(1_000)
    )
    next(jobs_of(endless, params=JobParams(), files_per_job=10))
    assert next(taken) <= 501


def test_transfer_with_two_sources_is_a_job_of_its_own() -> None:
    replicas = Transfer(["mock://a.example/f", "mock://c.example/f"], "mock://b.example/f")
    jobs = list(jobs_of([*_transfers(2), replicas], params=JobParams(), files_per_job=10))
    assert [len(job.transfers) for job in jobs] == [1, 2]


def test_sid_of_a_campaign_depends_on_key_and_content_only() -> None:
    (job,) = jobs_of(_transfers(2), params=JobParams(), files_per_job=10)
    other_tokens = attrs.evolve(
        job,
        params=JobParams(priority=1),
        transfers=[attrs.evolve(t, source_tokens="x") for t in job.transfers],
    )
    (more,) = jobs_of(_transfers(3), params=JobParams(), files_per_job=10)
    assert sid_of("key", job) == sid_of("key", other_tokens)
    assert len({sid_of("key", job), sid_of("other", job), sid_of("key", more)}) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        {"files_per_job": 0},
        {"concurrency": 0},
        {"campaign": ""},
        {"params": JobParams(sid="mine")},
        {"params": JobParams(id_generator="standard")},
        {"params": JobParams(multihop=True)},
    ],
    ids=str,
)
def test_submit_many_refuses_wrong_arguments_at_once(
    mock_fts_client: FTSClient, mock_fts_async_client: AsyncFTSClient, arguments: dict[str, Any]
) -> None:
    with pytest.raises(FTSUsageError):
        mock_fts_client.submit_many([], **arguments)
    with pytest.raises(FTSUsageError):
        mock_fts_async_client.submit_many([], **arguments)


# --- submitting ----------------------------------------------------------------------------------


def test_submit_many_submits_every_transfer_once(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    outcomes = list(mock_fts_client.submit_many(_transfers(55, links=3), files_per_job=10))
    ids = [outcome.job_id for outcome in outcomes]
    assert all(outcome.error is None and not outcome.existed for outcome in outcomes)
    assert len(set(ids)) == mock_fts.state.job_count == 6
    files = [f.source_surl for i in ids if i for f in mock_fts_client.list_job_files(i)]
    assert sorted(files) == sorted(t.sources[0] for t in _transfers(55, links=3))


async def test_async_submit_many_submits_every_transfer_once(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    source = _transfers(55, links=3)
    outcomes = [o async for o in mock_fts_async_client.submit_many(source, files_per_job=10)]
    assert len({outcome.job_id for outcome in outcomes}) == mock_fts.state.job_count == 6


def test_submit_many_takes_transfers_as_it_needs_them(mock_fts_client: FTSClient) -> None:
    taken = 0

    def source() -> Iterator[Transfer]:
        nonlocal taken
        for transfer in _transfers(1_000):
            taken += 1
            yield transfer

    outcomes = mock_fts_client.submit_many(source(), files_per_job=1, concurrency=3)
    assert taken == 0
    for _ in range(5):
        next(outcomes)
    assert taken <= 5 + 3 + 1


async def test_async_submit_many_sends_no_more_than_asked_for_at_a_time(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    await mock_fts_async_client.delegate()
    mock_fts.faults.add(Fault("delay", "POST /jobs$", delay_s=0.05, count=None))
    under_way = most = 0
    send = mock_fts_async_client._transport.handle_async_request

    async def counted(request: Any, snapshot: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await send(request, snapshot)
        finally:
            under_way -= 1

    mock_fts_async_client._transport.handle_async_request = counted  # type: ignore[method-assign, assignment]
    source = _transfers(12)
    done = [
        outcome
        async for outcome in mock_fts_async_client.submit_many(
            source, files_per_job=1, concurrency=4
        )
    ]
    assert len(done) == 12
    assert most == 4


def test_submit_many_finds_out_who_we_are_once(mock_fts_client: FTSClient) -> None:
    with record_exchanges() as seen:
        list(mock_fts_client.submit_many(_transfers(20), files_per_job=1))
    asked = [exchange.url for exchange in seen]
    assert sum(url.endswith("/whoami") for url in asked) == 1
    assert sum(url.endswith("/jobs") for url in asked) == 20


def test_submit_many_goes_on_after_a_job_that_the_server_refuses(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.state.ban_storage("mock://a1.example")
    outcomes = list(mock_fts_client.submit_many(_transfers(9, links=3), files_per_job=3))
    assert sorted(outcome.error is None for outcome in outcomes) == [False, True, True]
    (bad,) = [outcome for outcome in outcomes if outcome.error]
    assert isinstance(bad.error, PermissionDeniedError)
    assert bad.job_id is None
    assert {transfer.sources[0].split("/")[2] for transfer in bad.transfers} == {"a1.example"}


def test_submit_many_ends_with_the_error_of_a_server_that_is_gone_after_the_results(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    outcomes = mock_fts_client.submit_many(_transfers(50), files_per_job=1, concurrency=4)
    seen = [next(outcomes) for _ in range(3)]
    mock_fts.faults.add(Fault("status", "POST /jobs$", status=503, count=None))
    with pytest.raises(ServiceUnavailableError):
        seen.extend(outcomes)
    assert len(seen) == mock_fts.state.job_count < 20


async def test_async_submit_many_ends_with_the_error_of_a_server_that_is_gone(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    await mock_fts_async_client.delegate()
    mock_fts.faults.add(Fault("reset", "POST /jobs$", count=None))
    with pytest.raises(FTSConnectionError):
        _ = [o async for o in mock_fts_async_client.submit_many(_transfers(50), files_per_job=1)]
    assert mock_fts.state.job_count == 0


def test_submit_many_passes_on_what_the_source_raises_after_the_results(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    def source() -> Iterator[Transfer]:
        yield from _transfers(4)
        raise LookupError("the catalogue is gone")

    seen: list[SubmitOutcome] = []
    with pytest.raises(LookupError, match="catalogue"):
        seen.extend(mock_fts_client.submit_many(source(), files_per_job=2))
    assert len(seen) == mock_fts.state.job_count == 2


def test_submit_many_that_is_closed_early_leaves_no_thread(mock_fts_client: FTSClient) -> None:
    outcomes = mock_fts_client.submit_many(_transfers(50), files_per_job=1)
    next(outcomes)
    outcomes.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("fts-client")]


def _held(mock: MockFTS) -> None:
    mock.faults.add(Fault("delay", "POST /jobs$", delay_s=0.2, count=None))


def test_loop_that_is_left_tells_what_was_under_way(
    mock_fts: MockFTS, mock_fts_client: FTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    mock_fts_client.delegate()
    _held(mock_fts)
    outcomes = mock_fts_client.submit_many(_transfers(50), files_per_job=1, concurrency=4)
    taken = []
    for outcome in outcomes:
        taken.append(outcome.job_id)
        if len(taken) == 3:
            break
    outcomes.close()
    rest = [outcome.job_id for outcome in outcomes.untaken]
    assert rest
    assert len({*taken, *rest}) == mock_fts.state.job_count
    assert all(str(job_id) in caplog.text for job_id in rest)


def test_loop_that_raises_logs_what_was_under_way(
    mock_fts: MockFTS, mock_fts_client: FTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    mock_fts_client.delegate()
    _held(mock_fts)
    taken = []

    def work() -> None:
        for outcome in mock_fts_client.submit_many(_transfers(50), files_per_job=1):
            taken.append(outcome.job_id)
            if len(taken) == 3:
                raise LookupError("a mistake of the caller")

    with pytest.raises(LookupError):
        work()
    gc.collect()
    logged = set(re.findall(r"job_id='([0-9a-f-]{36})'", caplog.text))
    assert len({*taken, *logged}) == mock_fts.state.job_count


async def test_async_loop_that_is_left_tells_what_was_under_way(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    await mock_fts_async_client.delegate()
    _held(mock_fts)
    outcomes = mock_fts_async_client.submit_many(_transfers(50), files_per_job=1, concurrency=4)
    taken = []
    async for outcome in outcomes:
        taken.append(outcome.job_id)
        if len(taken) == 3:
            break
    await outcomes.aclose()
    rest = [outcome.job_id for outcome in outcomes.untaken]
    assert rest
    assert len({*taken, *rest}) == mock_fts.state.job_count
    assert all(str(job_id) in caplog.text for job_id in rest)


async def test_cancelled_async_loop_logs_the_jobs_that_may_exist(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    await mock_fts_async_client.delegate()
    _held(mock_fts)
    taken = []

    async def work() -> None:
        source = _transfers(50)
        async for outcome in mock_fts_async_client.submit_many(source, files_per_job=1):
            taken.append(outcome.job_id)  # noqa: PERF401 - also if the loop does not come to its end

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(work(), 0.5)
    await asyncio.sleep(0.5)
    made = {job.job_id for job in mock_fts.state.jobs_of(None, only_open=False)}
    assert made
    assert all(job_id in taken or job_id in caplog.text for job_id in made)


def test_stopped_submission_still_yields_what_was_under_way(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    _held(mock_fts)
    outcomes = mock_fts_client.submit_many(_transfers(50), files_per_job=1, concurrency=4)
    taken = []
    for outcome in outcomes:
        taken.append(outcome.job_id)
        outcomes.stop()
    assert len(taken) == mock_fts.state.job_count < 10
    assert outcomes.untaken == ()


def test_error_names_every_job_that_may_exist(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    next(mock_fts_client.submit_many(_transfers(1)))
    mock_fts.faults.add(Fault("truncated", "POST /jobs$", count=None))
    before = {job.job_id for job in mock_fts.state.jobs_of(None, only_open=False)}
    outcomes = mock_fts_client.submit_many(_transfers(60, links=4), files_per_job=5, concurrency=4)
    with pytest.raises(FTSError) as caught:
        list(outcomes)
    told = str(caught.value) + "".join(getattr(caught.value, "__notes__", ()))
    made = {job.job_id for job in mock_fts.state.jobs_of(None, only_open=False)} - before
    assert made
    assert all(job_id in told for job_id in made)


# --- campaigns -----------------------------------------------------------------------------------


def test_campaign_run_again_submits_only_what_is_missing(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    first = list(mock_fts_client.submit_many(_transfers(30), files_per_job=10, campaign="c"))
    again = list(mock_fts_client.submit_many(_transfers(50), files_per_job=10, campaign="c"))
    assert sorted(outcome.existed for outcome in again) == [False] * 2 + [True] * 3
    assert {o.job_id for o in again if o.existed} == {o.job_id for o in first}
    assert mock_fts.state.job_count == 5


def test_campaign_with_another_key_submits_everything(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    for key in ("one", "two", None, None):
        list(mock_fts_client.submit_many(_transfers(2), files_per_job=1, campaign=key))
    assert mock_fts.state.job_count == 8


def test_pairs_that_stand_twice_in_a_campaign_are_submitted_twice_with_their_own_checksums(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    def pairs() -> Iterator[Transfer]:
        for checksum in ("ADLER32:1", "ADLER32:2"):
            yield Transfer("mock://a.example/1", "mock://b.example/1", checksum=checksum)

    for existed in (False, True):
        outcomes = list(mock_fts_client.submit_many(pairs(), files_per_job=1, campaign="c"))
        assert [outcome.existed for outcome in outcomes] == [existed] * 2
        ids = [str(outcome.job_id) for outcome in outcomes]
        assert len(set(ids)) == mock_fts.state.job_count == 2
        files = [file for job_id in ids for file in mock_fts_client.list_job_files(job_id)]
        assert sorted(str(file.checksum) for file in files) == ["ADLER32:1", "ADLER32:2"]


@pytest.mark.parametrize("campaign", [5, b"x", ["x"]])
def test_campaign_key_that_is_not_a_text_is_refused(
    mock_fts_client: FTSClient, campaign: Any
) -> None:
    with pytest.raises(FTSUsageError, match="campaign"):
        mock_fts_client.submit_many(_transfers(1), campaign=campaign)


_PROGRAM = """
import sys
from fts_client import FTSClient, Transfer
endpoint, proxy, ca_dir = sys.argv[1:]
transfers = [Transfer(f"mock://a.example/{n}", f"mock://b.example/{n}?time=900") for n in range(600)]
with FTSClient(endpoint, credential=proxy, ca_dir=ca_dir) as fts:
    for outcome in fts.submit_many(transfers, files_per_job=2, campaign="night", concurrency=4):
        print(outcome.job_id, outcome.existed, flush=True)
"""


def test_campaign_after_kill_9_is_completed_without_loss_or_double(mock_fts: MockFTS) -> None:
    command: list[str | Path] = [sys.executable, "-c", _PROGRAM, mock_fts.endpoint]
    command += [mock_fts.credential("alice"), mock_fts.ca_dir]
    killed = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert killed.stdout is not None
    seen = [killed.stdout.readline() for _ in range(40)]
    os.kill(killed.pid, signal.SIGKILL)
    killed.stdout.close()
    assert killed.wait() == -signal.SIGKILL
    before = mock_fts.state.job_count
    assert 40 <= before < 300
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len({job_id for job_id, _ in lines}) == len(lines) == 300
    assert {line.split()[0] for line in seen} <= {job_id for job_id, _ in lines}
    assert sum(existed == "True" for _, existed in lines) >= before
    assert mock_fts.state.job_count == 300


# --- watching ------------------------------------------------------------------------------------


def test_watch_jobs_yields_every_change_and_ends_with_the_last_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.sleep = mock_fts.clock.advance
    jobs = [
        mock_fts_client.submit_many(
            [Transfer("mock://a.example/f", f"mock://b.example/{t}?time={t}")]
        )
        for t in (5, 60)
    ]
    ids = [str(next(outcomes).job_id) for outcomes in jobs]
    states: dict[str, list[str]] = {job_id: [] for job_id in ids}
    for job in mock_fts_client.watch_jobs(ids, timeout_s=600, poll_s=2):
        assert not isinstance(job, BulkFailure)
        states[job.job_id].append(job.job_state)
    for seen in states.values():
        assert seen[-1] == "FINISHED"
        assert len(set(seen)) == len(seen) >= 2


async def test_async_watch_jobs_yields_a_missing_job_once(
    mock_fts_async_client: AsyncFTSClient,
) -> None:
    seen = [job async for job in mock_fts_async_client.watch_jobs([MISSING], timeout_s=5)]
    assert [type(job) for job in seen] == [BulkFailure]
    assert seen[0].job_id == MISSING


def test_watch_jobs_asks_less_and_less_often_while_nothing_changes(
    mock_fts_client: FTSClient,
) -> None:
    (outcome,) = mock_fts_client.submit_many(_transfers(1))
    pauses: list[float] = []
    time_s = 0.0

    def sleep(seconds: float) -> None:
        nonlocal time_s
        pauses.append(seconds)
        time_s += seconds

    mock_fts_client._clock.sleep = sleep
    mock_fts_client._clock.monotonic = lambda: time_s
    with pytest.raises(FTSTimeoutError, match="the job has not ended") as caught:
        list(
            mock_fts_client.watch_jobs([str(outcome.job_id)], timeout_s=40, poll_s=4, max_poll_s=8)
        )
    assert caught.value.phase == "wait"
    assert sum(pauses) == 40
    assert pauses[:2] == [4, 6]
    assert set(pauses[2:-1]) == {8}


def test_watch_jobs_that_times_out_names_the_jobs_left_and_their_states(
    mock_fts_client: FTSClient,
) -> None:
    outcomes = mock_fts_client.submit_many(_transfers(4), files_per_job=1)
    ids = [str(outcome.job_id) for outcome in outcomes]
    mock_fts_client.cancel_jobs(ids[:2])
    watched = mock_fts_client.watch_jobs([*ids, MISSING], timeout_s=0)
    with pytest.raises(FTSTimeoutError, match="2 of 5 jobs have not ended") as caught:
        list(watched)
    assert f"{ids[2]} (SUBMITTED), {ids[3]} (SUBMITTED)" in str(caught.value)
    assert ids[0] not in str(caught.value)


def test_watch_jobs_survives_a_server_that_is_away_for_a_while(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.faults.add(Fault("status", "GET /jobs", status=503, count=10))
    seen = list(mock_fts_client.watch_jobs([MISSING], timeout_s=600))
    assert len(seen) == 1


def test_watch_jobs_of_an_id_in_capitals_ends(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.sleep = mock_fts.clock.advance
    (outcome,) = mock_fts_client.submit_many([Transfer("mock://a/f", "mock://b/f?time=5")])
    job_id = str(outcome.job_id)
    watched = mock_fts_client.watch_jobs([job_id.upper(), job_id], timeout_s=600, poll_s=2)
    seen = list(itertools.islice(watched, 20))
    states = [job.job_state for job in seen if not isinstance(job, BulkFailure)]
    assert states[-1] == "FINISHED"
    assert len(set(states)) == len(states) == len(seen)


def test_watch_jobs_without_ids_sends_nothing(mock_fts_client: FTSClient) -> None:
    with record_exchanges() as seen:
        assert list(mock_fts_client.watch_jobs([], timeout_s=1)) == []
    assert seen == []


@pytest.mark.parametrize(
    "times",
    [
        {"timeout_s": -1},
        {"timeout_s": 1, "poll_s": 0},
        {"timeout_s": 1, "poll_s": 5, "max_poll_s": 4},
    ],
    ids=str,
)
def test_watch_jobs_refuses_wrong_times_at_once(
    mock_fts_client: FTSClient, times: dict[str, float]
) -> None:
    with pytest.raises(FTSUsageError):
        mock_fts_client.watch_jobs([MISSING], **times)


def test_surl_that_cannot_be_read_is_left_to_the_server(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    odd = Transfer("mock://[z]/f", "mock://b.example/f")
    (outcome,) = mock_fts_client.submit_many([odd])
    assert outcome.transfers == (odd,)
    assert mock_fts.state.job_count == (outcome.job_id is not None)


def test_leaving_the_loop_early_logs_the_job_that_may_exist(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source: _Source[str] = _Source([])
    lost = FTSResponseError("lost")
    lost.job_id = "94560e74-7ca3-11e9-97dd-02163e00d613"
    source.failures.append(lost)
    source.left()
    assert f"Jobs that may exist: {lost.job_id}" in caplog.text
