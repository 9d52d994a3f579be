"""Waiting for a job without a network: the answers are fed to the flow."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_client import (
    CredentialError,
    FTSConnectionError,
    FTSTimeoutError,
    FTSUsageError,
    Job,
    JobStatus,
    Transfer,
)
from fts_client.clock import Clock
from fts_client.procedures.driver import EndWithin, Sleep
from fts_client.procedures.watching import wait

if TYPE_CHECKING:
    from fts_client import AsyncFTSClient
    from fts_client.procedures.driver import Flow
    from fts_contract.mock import MockFTS


class _Time:
    """A clock that moves only when a flow sleeps."""

    def __init__(self) -> None:
        self.s = 0.0
        self.sleeps: list[float] = []
        self.limits: list[float] = []

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.s)

    def drive(self, flow: Flow[Any], answers: list[Any]) -> Any:
        todo = iter(answers)
        step = next(flow)
        try:
            while True:
                if isinstance(step, EndWithin):
                    self.limits.append(step.seconds)
                    step = flow.send(None)
                    continue
                if isinstance(step, Sleep):
                    self.s += step.seconds
                    self.sleeps.append(step.seconds)
                    step = flow.send(None)
                    continue
                answer = next(todo)
                if isinstance(answer, Exception):
                    step = flow.throw(answer)
                else:
                    job = _job("some-job", answer)
                    step = flow.send(SimpleNamespace(parsed=job))
        except StopIteration as stop:
            return stop.value


def _job(job_id: str, state: str) -> JobStatus:
    required = [one.name for one in attrs.fields(JobStatus) if one.default is attrs.NOTHING]
    values: dict[str, Any] = dict.fromkeys(required)
    return JobStatus(**values | {"job_id": job_id, "job_state": state})


@pytest.fixture
def time() -> _Time:
    return _Time()


def _wait(time: _Time, *, timeout_s: float, poll_s: float = 10.0) -> Flow[Any]:
    return wait(time.clock(), "some-job", timeout_s=timeout_s, poll_s=poll_s)


def test_wait_for_a_job_that_has_ended_does_not_sleep(time: _Time) -> None:
    assert time.drive(_wait(time, timeout_s=60), ["FINISHED"]).job_state == "FINISHED"
    assert time.sleeps == []


def test_wait_never_sleeps_past_the_deadline(time: _Time) -> None:
    with pytest.raises(FTSTimeoutError, match=r"some-job \(ACTIVE\)") as caught:
        time.drive(_wait(time, timeout_s=25), ["SUBMITTED", "ACTIVE", "ACTIVE", "ACTIVE"])
    assert time.sleeps == [10, 10, 5]
    assert time.limits == [25, 15, 5, 1]
    assert caught.value.phase == "wait"
    assert caught.value.job_id == "some-job"


def test_wait_survives_a_server_that_is_away_for_a_while(time: _Time) -> None:
    answers = ["ACTIVE", FTSConnectionError("away"), "FINISHED"]
    assert time.drive(_wait(time, timeout_s=60), answers).job_state == "FINISHED"


def test_wait_for_a_server_that_stays_away_names_the_last_error(time: _Time) -> None:
    with pytest.raises(FTSTimeoutError, match="away"):
        time.drive(_wait(time, timeout_s=15), [FTSConnectionError("away")] * 3)


def test_wait_survives_a_token_that_cannot_be_had_just_now(time: _Time) -> None:
    away, gone = CredentialError("away"), CredentialError("gone")
    away.may_pass = True
    job = time.drive(_wait(time, timeout_s=60), ["ACTIVE", away, "FINISHED"])
    assert job.job_state == "FINISHED"
    with pytest.raises(CredentialError, match="gone"):
        time.drive(_wait(time, timeout_s=60), [away, gone])


def test_wait_with_timeout_zero_asks_once(time: _Time) -> None:
    with pytest.raises(FTSTimeoutError):
        time.drive(_wait(time, timeout_s=0), ["ACTIVE"])
    assert time.sleeps == []


def test_wait_takes_an_unknown_state_for_not_ended(time: _Time) -> None:
    assert time.drive(_wait(time, timeout_s=60), ["BRAND_NEW", "FAILED"]).job_state == "FAILED"


def test_wait_takes_numbers_of_other_libraries(time: _Time) -> None:
    wait_s, pause_s = Decimal("25.5"), Fraction(10)
    with pytest.raises(FTSTimeoutError, match=r"After 25\.5 s"):
        time.drive(_wait(time, timeout_s=wait_s, poll_s=pause_s), ["ACTIVE"] * 4)  # type: ignore[arg-type]
    assert time.sleeps == [10, 10, 5.5]
    assert {type(seconds) for seconds in time.sleeps} == {float}


@pytest.mark.parametrize(
    ("timeout_s", "poll_s"),
    [(-1, 1), (1, 0), ("5", 1), (1, "1"), (None, 1), (math.nan, 1), (1, math.nan), (10**400, 1)],
)
def test_wait_checks_its_arguments_first(time: _Time, timeout_s: Any, poll_s: Any) -> None:
    with pytest.raises(FTSUsageError):
        time.drive(_wait(time, timeout_s=timeout_s, poll_s=poll_s), [])


async def test_async_watching_yields_each_change(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    job_id = await mock_fts_async_client.submit(
        Job([Transfer("mock://a.example/f", "mock://b.example/f?time=900")])
    )
    states = []
    async for job in mock_fts_async_client.watch_jobs([job_id], timeout_s=60, poll_s=0.1):
        states.append(job.job_state)  # type: ignore[union-attr]
        mock_fts.clock.advance(2_000)
    assert states[0] == "SUBMITTED"
    assert states[-1] == "FINISHED"
