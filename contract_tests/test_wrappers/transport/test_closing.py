"""What happens to requests that are under way when a client is closed or its credential ends."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fts_client import (
    AsyncFTSClient,
    CredentialExpiredError,
    FTSClient,
    FTSConnectionError,
    FTSError,
    FTSUsageError,
    Job,
    TokenCredential,
    Transfer,
)
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

JOB = Job([Transfer("mock://a.example/f", "mock://b.example/f")])
ARRIVED = Fault("reset-after", r"POST /jobs$")


def _much_later() -> datetime:
    return datetime.now(UTC) + timedelta(days=3650)


def test_submission_whose_client_is_closed_before_the_repeat_names_the_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts_client._clock.sleep = lambda _seconds: mock_fts_client.close()
    mock_fts.faults.add(ARRIVED)
    with pytest.raises(FTSConnectionError) as caught:
        mock_fts_client.submit(JOB)
    assert mock_fts.state.find(caught.value.job_id or "") is not None
    assert isinstance(caught.value.__cause__, FTSUsageError)


async def test_async_submission_whose_client_is_closed_before_the_repeat_names_the_job(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    async def close(_seconds: float) -> None:
        await mock_fts_async_client.aclose()

    await mock_fts_async_client.delegate()
    mock_fts_async_client._clock.async_sleep = close
    mock_fts.faults.add(ARRIVED)
    with pytest.raises(FTSConnectionError) as caught:
        await mock_fts_async_client.submit(JOB)
    assert mock_fts.state.find(caught.value.job_id or "") is not None


def test_submission_whose_credential_ends_before_the_repeat_names_the_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    def age(_seconds: float) -> None:
        mock_fts_client._clock.now = _much_later

    mock_fts_client.delegate()
    mock_fts_client._clock.sleep = age
    mock_fts.faults.add(ARRIVED)
    with pytest.raises(FTSConnectionError) as caught:
        mock_fts_client.submit(JOB)
    assert mock_fts.state.find(caught.value.job_id or "") is not None
    assert isinstance(caught.value.__cause__, CredentialExpiredError)


def test_question_whose_credential_ends_before_the_repeat_says_so(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    def age(_seconds: float) -> None:
        mock_fts_client._clock.now = _much_later

    mock_fts_client._clock.sleep = age
    mock_fts.faults.add(Fault("reset", "GET /whoami"))
    with pytest.raises(CredentialExpiredError):
        mock_fts_client.whoami()


def test_client_that_another_thread_closes_just_before_a_request_opens_no_connection(
    mock_fts: MockFTS,
) -> None:
    def token() -> str:
        # Asked for after the client was found open, and before the connection is chosen.
        for fts in made:
            closer = threading.Thread(target=fts.close)
            closer.start()
            closer.join()
        return "opaque"

    made: list[FTSClient] = []

    fts = FTSClient(mock_fts.endpoint, credential=TokenCredential(token), ca_dir=mock_fts.ca_dir)
    made.append(fts)
    with pytest.raises(FTSUsageError, match="is closed"):
        fts.server_info()
    assert not fts._transport._pools._blocking


def test_requests_of_threads_end_in_an_error_of_ours_when_the_client_is_closed(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.faults.add(Fault("delay", "GET /whoami", delay_s=0.2, count=None))
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            while True:
                mock_fts_client.whoami()
        except BaseException as error:  # noqa: BLE001 - that is what is looked at
            raised.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(mock_fts.faults.hits) < len(threads):
        threading.Event().wait(0.01)
    mock_fts_client.close()
    for thread in threads:
        thread.join()
    assert len(raised) == len(threads)
    assert all(isinstance(error, FTSError) for error in raised), raised
