"""Procedures in cases that are rare: odd arguments, odd answers, and a turn that never comes."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_api.api.jobs import get_jobs
from fts_client import (
    ConflictError,
    CredentialFormatError,
    FTSClient,
    FTSResponseError,
    FTSUsageError,
    Job,
    JobParams,
    NeedDelegationError,
    TokenCredential,
    Transfer,
)
from fts_client.clock import Clock
from fts_client.procedures import driver
from fts_client.procedures.concurrency import _Source
from fts_contract.mock import Fault, MockFTS
from fts_contract.mock.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client import AsyncFTSClient

A, B = "mock://a.example/f", "mock://b.example/f?time=900"


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the mock set fields of those answers that have them."""
    answer = App._answer

    def install(**fields: Any) -> None:
        def changed(self: App, *arguments: Any, **named: Any) -> Any:
            reply = answer(self, *arguments, **named)
            value = json.loads(reply.body)
            if isinstance(value, dict):
                value |= {name: item for name, item in fields.items() if name in value}
            return attrs.evolve(reply, body=json.dumps(value).encode())

        monkeypatch.setattr(App, "_answer", changed)

    return install


def test_delegation_id_that_would_lead_elsewhere_is_refused(
    mock_fts_client: FTSClient, change: Callable[..., None]
) -> None:
    change(delegation_id="../jobs/all")
    with pytest.raises(FTSResponseError, match="as delegation id"):
        mock_fts_client.submit(Job([Transfer(A, B)]))


def test_job_whose_files_are_null_is_read(
    mock_fts_client: FTSClient, change: Callable[..., None]
) -> None:
    job_id = mock_fts_client.submit(Job([Transfer(A, B)]))
    change(files=None)
    job: Any = get_jobs.sync(job_id, client=mock_fts_client.raw, files="file_state")
    assert job.job_state == "SUBMITTED"


def test_lost_answer_of_a_server_that_does_not_tell_the_time_is_found(
    mock_fts: MockFTS, mock_fts_client: FTSClient, change: Callable[..., None]
) -> None:
    mock_fts_client.delegate()
    change(submit_time="yesterday")
    mock_fts.faults.add(Fault("reset-after", "POST /jobs"))
    job_id = mock_fts_client.submit(Job([Transfer(A, B)], params=JobParams(sid="mine")))
    assert mock_fts.state.job(job_id).job_state == "SUBMITTED"
    with pytest.raises(ConflictError):
        mock_fts_client.submit(Job([Transfer(A, B)], params=JobParams(sid="mine")))


def test_values_that_are_no_texts_are_refused_by_name(mock_fts_client: FTSClient) -> None:
    states: Any = [5]
    with pytest.raises(FTSUsageError, match="state_in must hold texts"):
        mock_fts_client.list_jobs(state_in=states)


def test_surl_that_cannot_be_read_is_left_to_the_server(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    odd = Transfer("mock://[z]/f", B)
    (outcome,) = mock_fts_client.submit_many([odd])
    assert outcome.transfers == (odd,)
    assert mock_fts.state.job_count == (outcome.job_id is not None)


def test_function_that_gives_no_text_any_more_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fts_client.credentials.token._GRACE_S", 0.0)
    with MockFTS(oauth2=True) as mock:
        given: list[Any] = [mock.token(lifetime=timedelta(seconds=30))]
        credential = TokenCredential(lambda: given[-1])
        with FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts:
            fts.server_info()
            given.append(5)
            # The last token is used for a while.
            fts.server_info()
            with pytest.raises(CredentialFormatError, match="is not a text"):
                fts.server_info()


def test_token_user_who_is_told_to_delegate_gets_the_refusal() -> None:
    with MockFTS(oauth2=True) as mock:
        mock.faults.add(Fault("status", "POST /jobs", status=419, count=None))
        credential = TokenCredential(mock.token(lifetime=timedelta(hours=3)))
        with (
            FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts,
            pytest.raises(NeedDelegationError),
        ):
            fts.submit(Job([Transfer(A, B)]))
        assert [asked for asked, _ in mock.faults.hits] == ["POST /jobs"]


async def test_async_watching_yields_each_change(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    job_id = await mock_fts_async_client.submit(Job([Transfer(A, B)]))
    states = []
    async for job in mock_fts_async_client.watch_jobs([job_id], timeout_s=60, poll_s=0.1):
        states.append(job.job_state)  # type: ignore[union-attr]
        mock_fts.clock.advance(2_000)
    assert states[0] == "SUBMITTED"
    assert states[-1] == "FINISHED"


def test_loop_that_is_left_logs_the_job_that_may_exist(caplog: pytest.LogCaptureFixture) -> None:
    source: _Source[str] = _Source([])
    lost = FTSResponseError("lost")
    lost.job_id = "94560e74-7ca3-11e9-97dd-02163e00d613"
    source.failures.append(lost)
    source.left()
    assert f"Jobs that may exist: {lost.job_id}" in caplog.text


async def test_task_does_not_wait_for_ever_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_TURN_S", 0.03)
    lock = Lock()
    with lock:
        assert await asyncio.wait_for(driver._take(lock), 10) is None
    assert await driver._take(lock) is lock


async def test_clock_lets_other_tasks_run() -> None:
    other = asyncio.create_task(asyncio.sleep(0))
    await Clock().async_sleep(0.01)
    assert other.done()
