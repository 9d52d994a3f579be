"""Many who wait for jobs share requests and connections, and outlast a server that is down."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    AsyncFTSClient,
    BulkFailure,
    BulkResult,
    CredentialNotFoundError,
    FTSError,
    FTSUsageError,
    ServerError,
)
from fts_client.airflow.poller import UNKNOWN_JOB, Poller
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from fts_client import JobStatus
    from fts_contract.mock import MockFTS

POLL_S = 0.1


class Maker:
    """Makes clients for alice, and notes how many jobs each of their requests is about."""

    def __init__(self, mock: MockFTS) -> None:
        self._mock = mock
        self.clients = 0
        self.asked: list[int] = []

    def __call__(self) -> AsyncFTSClient:
        mock = self._mock
        client = AsyncFTSClient(mock.endpoint, credential=mock.credential(), ca_dir=mock.ca_dir)
        get_jobs = client.get_jobs

        async def noting(job_ids: Sequence[str]) -> BulkResult[JobStatus]:
            self.asked.append(len(job_ids))
            return await get_jobs(job_ids)

        client.get_jobs = noting  # type: ignore[method-assign, assignment]
        self.clients += 1
        return client


@pytest.fixture
def make(mock_fts: MockFTS) -> Maker:
    return Maker(mock_fts)


def _jobs(mock: MockFTS, count: int, *, state: str = "SUBMITTED") -> list[str]:
    mock.clock.run(scale=0)
    return [mock.state.add_job(files=({},), job_state=state).job_id for _ in range(count)]


def _end(mock: MockFTS, job_ids: Sequence[str], state: str = "FINISHED") -> None:
    for job_id in job_ids:
        mock.state.job(job_id).job_state = state


async def _wait(poller: Poller, *job_ids: str, poll_s: float = POLL_S) -> dict[str, str]:
    with poller.follow(job_ids, poll_s=poll_s) as ended:
        return await ended


@asynccontextmanager
async def _waiting(
    poller: Poller, groups: Sequence[Sequence[str]]
) -> AsyncIterator[list[asyncio.Task[dict[str, str]]]]:
    async with asyncio.timeout(20):
        tasks = [asyncio.create_task(_wait(poller, *group)) for group in groups]
        await asyncio.sleep(POLL_S)
        yield tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # So that it closes its client.
        await poller.idle()


async def test_a_hundred_jobs_take_one_request_and_all_one_connection(
    mock_fts: MockFTS, make: Maker
) -> None:
    jobs = _jobs(mock_fts, 250)
    poller = Poller(make)
    async with _waiting(poller, [[job_id] for job_id in jobs]) as tasks:
        _end(mock_fts, jobs)
        states = await asyncio.gather(*tasks)
    assert [one for state in states for one in state.items()] == [
        (job_id, "FINISHED") for job_id in jobs
    ]
    assert make.asked[:3] == [100, 100, 50]
    # Jobs that had ended before a round began are told after it.
    assert len(make.asked) <= 6
    assert make.clients == 1


async def test_each_one_is_told_of_its_own_jobs_when_all_of_them_have_ended(
    mock_fts: MockFTS, make: Maker
) -> None:
    first, second, third = _jobs(mock_fts, 3)
    async with _waiting(Poller(make), [[first, second], [first.upper()], [third], []]) as tasks:
        _end(mock_fts, [first], "FAILED")
        assert await tasks[1] == {first: "FAILED"}
        assert await tasks[3] == {}
        assert not tasks[0].done()
        _end(mock_fts, [second], "CANCELED")
        assert await tasks[0] == {first: "FAILED", second: "CANCELED"}
        assert not tasks[2].done()


async def test_a_job_that_the_server_does_not_know_ends_the_waiting(
    mock_fts: MockFTS, make: Maker
) -> None:
    (job,) = _jobs(mock_fts, 1)
    missing = "00000000-0000-0000-0000-000000000000"
    async with _waiting(Poller(make), [[missing], [job]]) as tasks:
        assert await tasks[0] == {missing: UNKNOWN_JOB}
        assert not tasks[1].done()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset", count=None),
        Fault("status", status=503, count=None),
        Fault("malformed", count=None),
        Fault(
            "status",
            status=403,
            message="the proxy has expired",
            count=None,
            operation="GET /whoami",
        ),
    ],
    ids=["down", "busy", "broken", "refused"],
)
async def test_a_server_that_cannot_be_asked_ends_no_waiting(
    mock_fts: MockFTS,
    make: Maker,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    async def at_once(_seconds: float) -> None:
        await sleep(0.001)

    sleep = asyncio.sleep

    def impatient() -> AsyncFTSClient:
        client = make()
        monkeypatch.setattr(client._clock, "async_sleep", at_once)
        return client

    jobs = _jobs(mock_fts, 3)
    mock_fts.faults.add(fault)
    async with _waiting(Poller(impatient), [jobs]) as (task,):
        _end(mock_fts, jobs)
        if fault.operation == ".*":
            await asyncio.sleep(3 * POLL_S)
            assert not task.done()
        mock_fts.faults.clear()
        assert await task == dict.fromkeys(jobs, "FINISHED")


async def test_a_credential_that_is_missing_for_a_while_ends_no_waiting(
    mock_fts: MockFTS, make: Maker, tmp_path: Path
) -> None:
    jobs = _jobs(mock_fts, 1, state="FINISHED")
    there = tmp_path / "there"

    def when_there() -> AsyncFTSClient:
        if not there.exists():
            raise CredentialNotFoundError("no proxy", searched=())
        return make()

    async with _waiting(Poller(when_there), [jobs]) as (task,):
        assert not task.done()
        there.touch()
        assert await task == dict.fromkeys(jobs, "FINISHED")


class Flaky:
    """A client whose server cannot show the job at first."""

    def __init__(self) -> None:
        self.statuses = ["", "500 Internal Server Error", "404 Not Found"]
        self.closed = 0

    async def get_jobs(self, job_ids: Sequence[str]) -> BulkResult[JobStatus]:
        failure = BulkFailure(job_id=job_ids[0], http_status=self.statuses.pop(0), message="")
        return BulkResult(found=(), failures=(failure,))

    async def aclose(self) -> None:
        self.closed += 1


async def test_a_job_that_cannot_be_shown_for_a_while_ends_no_waiting() -> None:
    client: Any = Flaky()
    poller = Poller(lambda: client)
    async with asyncio.timeout(20):
        assert await _wait(poller, "1") == {"1": UNKNOWN_JOB}
        await poller.idle()
    assert (client.statuses, client.closed) == ([], 1)


class Scripted:
    """A client that takes its time to close, and cannot be asked for some jobs."""

    def __init__(self, *, refused: str = "", trouble: FTSError | None = None) -> None:
        self.refused, self.trouble = refused, trouble
        self.closing = asyncio.Event()

    async def get_jobs(self, job_ids: Sequence[str]) -> BulkResult[JobStatus]:
        trouble = self.trouble
        if self.refused in job_ids:
            raise ServerError("cannot be shown", status_code=500, method="GET", url="/jobs")
        if trouble:
            self.trouble = None
            raise trouble
        failures = (BulkFailure(job_id=one, http_status="404", message="") for one in job_ids)
        return BulkResult(found=(), failures=tuple(failures))

    async def aclose(self) -> None:
        self.closing.set()
        await asyncio.sleep(0.2)


async def test_a_wait_that_begins_while_the_connections_are_closed_is_not_forgotten() -> None:
    client: Any = Scripted()
    poller = Poller(lambda: client)
    async with asyncio.timeout(20):
        assert await _wait(poller, "1") == {"1": UNKNOWN_JOB}
        await client.closing.wait()
        assert await _wait(poller, "2") == {"2": UNKNOWN_JOB}
        await poller.idle()


async def test_jobs_that_the_server_fails_on_keep_back_no_others() -> None:
    client: Any = Scripted(refused="0")
    poller = Poller(lambda: client)
    async with asyncio.timeout(20):
        with poller.follow(map(str, range(100)), poll_s=POLL_S) as refused:
            assert await _wait(poller, "100", "101") == dict.fromkeys(("100", "101"), UNKNOWN_JOB)
            assert not refused.done()
        await poller.idle()


async def test_ca_files_that_are_gone_for_a_while_end_no_waiting() -> None:
    client: Any = Scripted(trouble=FTSUsageError("The CA directory holds no CA"))
    poller = Poller(lambda: client)
    async with asyncio.timeout(20):
        assert await _wait(poller, "1") == {"1": UNKNOWN_JOB}
        await poller.idle()


async def test_a_client_that_can_never_be_made_ends_it() -> None:
    def make() -> AsyncFTSClient:
        raise FTSUsageError("no such endpoint")

    with pytest.raises(FTSUsageError, match="no such endpoint"):
        await _wait(Poller(make), "00000000-0000-0000-0000-000000000000")


async def test_a_newcomer_need_not_wait_as_long_as_those_with_longer_pauses(
    mock_fts: MockFTS, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fts_client.airflow.poller._FIRST_S", POLL_S)
    old, new = _jobs(mock_fts, 2)
    poller = Poller(make)
    async with asyncio.timeout(20):
        with poller.follow([old], poll_s=3600):
            await asyncio.sleep(0.5)
            _end(mock_fts, [new])
            began_s = time.monotonic()
            assert await _wait(poller, new) == {new: "FINISHED"}
    assert time.monotonic() - began_s < 5


async def test_pauses_grow_while_no_job_ends(mock_fts: MockFTS, make: Maker) -> None:
    jobs = _jobs(mock_fts, 1)
    async with _waiting(Poller(make), [jobs]):
        await asyncio.sleep(20 * POLL_S)
    # Pauses of 1.5, 2.25, 3.4, 4, 4, ... instead of 1.
    assert 4 <= len(make.asked) <= 9


async def test_a_first_round_for_which_nobody_waits_any_more_ends_quietly(
    mock_fts: MockFTS, make: Maker
) -> None:
    (job,) = _jobs(mock_fts, 1)
    poller = Poller(make)
    for none_left in ([], [job]):
        with poller.follow(none_left, poll_s=POLL_S):
            pass
        await poller.idle()
    assert make.asked == []


async def test_a_pause_in_which_one_arrives_and_all_leave_ends_quietly(
    mock_fts: MockFTS, make: Maker
) -> None:
    (job,) = _jobs(mock_fts, 1)
    poller = Poller(make)
    async with asyncio.timeout(20):
        with poller.follow([job], poll_s=POLL_S):
            await asyncio.sleep(3 * POLL_S)
            with poller.follow([job], poll_s=POLL_S):
                pass
        await poller.idle()
    assert not poller.busy


async def test_a_defect_below_the_client_is_raised_where_jobs_are_waited_for(
    mock_fts: MockFTS, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = _jobs(mock_fts, 1)

    async def broken(*_: object) -> bool:
        raise RuntimeError("defect")

    monkeypatch.setattr(Poller, "_ask", broken)
    async with _waiting(Poller(make), [[job]]) as tasks:
        with pytest.raises(RuntimeError, match="defect"):
            await tasks[0]
