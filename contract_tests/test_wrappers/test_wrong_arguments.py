"""Invalid arguments are refused with a clear message before anything is sent; each of these was a defect once."""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    FTSClient,
    FTSUsageError,
    Job,
    JobParams,
    RetryPolicy,
    Timeouts,
    TokenCredential,
    Transfer,
    record_exchanges,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock import MockFTS

TOKEN = TokenCredential("a.b.c")
JOB_ID = "94560e74-7ca3-11e9-97dd-02163e00d613"


@pytest.fixture
def fts(mock_fts_client: FTSClient) -> Iterator[FTSClient]:
    """A client that must not send anything."""
    with record_exchanges() as seen:
        yield mock_fts_client
    assert not seen


@pytest.mark.parametrize(
    "bad", [None, 5, uuid.UUID(JOB_ID), b"x", "", "a,b", "all", ".", "..", "a/b", f"{JOB_ID}\n"]
)
def test_invalid_job_id_is_refused(fts: FTSClient, bad: Any) -> None:
    calls: list[Callable[[], object]] = [
        lambda: fts.get_job(bad),
        lambda: fts.get_jobs([bad]),
        lambda: fts.list_job_files(bad),
        lambda: fts.cancel_jobs([JOB_ID, bad]),
        lambda: fts.cancel_files(bad, [1]),
        lambda: fts.modify_jobs([bad], priority=3),
        lambda: fts.wait_for_job(bad, timeout_s=0),
        lambda: list(fts.watch_jobs([bad], timeout_s=0)),
    ]
    for call in calls:
        with pytest.raises(FTSUsageError, match="One job id is required"):
            call()


def test_cancel_of_a_job_called_all_does_not_cancel_every_job(mock_fts: MockFTS) -> None:
    mock_fts.state.delegate("alice")
    with FTSClient(
        mock_fts.endpoint, credential=mock_fts.credential("alice"), ca_dir=mock_fts.ca_dir
    ) as alice:
        job_id = alice.submit(Job([Transfer("mock://a/f", "mock://b/f?time=900")]))
    with (
        FTSClient(
            mock_fts.endpoint, credential=mock_fts.credential("root"), ca_dir=mock_fts.ca_dir
        ) as root,
        pytest.raises(FTSUsageError),
    ):
        root.cancel_jobs(["all"])
    assert mock_fts.state.job(job_id).job_state != "CANCELED"


@pytest.mark.parametrize("bad", ["12", ["1"], [True], [None], [1, "x"], [[1]]])
def test_invalid_file_ids_are_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="file id"):
        fts.cancel_files(JOB_ID, bad)


def test_more_files_than_a_path_can_hold_are_cancelled(mock_fts_client: FTSClient) -> None:
    job_id = mock_fts_client.submit(
        Job([Transfer(f"mock://a/{n}", f"mock://b/{n}?time=900") for n in range(1001)])
    )
    ids = [int(file.file_id) for file in mock_fts_client.list_job_files(job_id)]
    # A file named twice is cancelled once.
    assert mock_fts_client.cancel_files(job_id, [*ids, ids[0]]) == dict.fromkeys(ids, "CANCELED")


class _Number:
    """An integer of another library, such as an element of an array."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __index__(self) -> int:
        return self._value


def test_file_id_may_be_an_integer_of_another_library(mock_fts_client: FTSClient) -> None:
    job_id = mock_fts_client.submit(Job([Transfer("mock://a/f", "mock://b/f?time=900")]))
    (file,) = mock_fts_client.list_job_files(job_id)
    ids: Any = [_Number(int(file.file_id))]
    assert mock_fts_client.cancel_files(job_id, ids) == {file.file_id: "CANCELED"}


@pytest.mark.parametrize("bad", [0, 6, 2.5, "3", None])
def test_invalid_priority_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="priority"):
        fts.modify_jobs([JOB_ID], priority=bad)


def test_empty_filter_is_refused(fts: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="state_in is empty"):
        fts.list_jobs(state_in=[])
    with pytest.raises(FTSUsageError, match="state_in is empty"):
        fts.list_files(state_in=iter(()))
    with pytest.raises(FTSUsageError, match="files is empty"):
        fts.get_jobs([JOB_ID], files=[])


def test_one_file_field_given_as_text_is_not_split_into_letters(
    mock_fts_client: FTSClient,
) -> None:
    job_id = mock_fts_client.submit(Job([Transfer("mock://a/f", "mock://b/f?time=900")]))
    (job,) = mock_fts_client.get_jobs([job_id], files="dest_surl")
    assert job.to_dict()["files"] == [{"dest_surl": "mock://b/f?time=900"}]


def test_address_that_is_too_long_is_refused(fts: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="too long"):
        fts.list_files(dest_surl="x" * 70_000)


# --- what is built -------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [None, 5, b"mock://a/f", "", [], [""], [None], ["mock://a/f", 5]])
def test_invalid_surl_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError):
        Transfer(bad, "mock://b/f")
    with pytest.raises(FTSUsageError):
        Transfer("mock://a/f", bad)


@pytest.mark.parametrize(
    "bad", [None, [], "mock://a/f", [{"sources": []}], Transfer("mock://a/f", "mock://b/f")]
)
def test_job_of_anything_but_transfers_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError):
        Job(bad)


def test_job_parameters_as_a_dict_are_refused() -> None:
    with pytest.raises(FTSUsageError, match="JobParams"):
        Job([Transfer("mock://a/f", "mock://b/f")], params={"retry": 3})  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [None, {"files": []}, [Transfer("mock://a/f", "mock://b/f")]])
def test_submission_of_anything_but_a_job_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="Job is required"):
        fts.submit(bad)


@pytest.mark.parametrize("bad", ["abc", [{"sources": []}], [Job([Transfer("m://a", "m://b")])]])
def test_bulk_submission_of_anything_but_transfers_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="Transfer is required"):
        list(fts.submit_many(bad))


@pytest.mark.parametrize("bad", [{"a": datetime(2026, 1, 1)}, {"a": math.nan}, {"a": "\udcff"}])  # noqa: DTZ001
def test_metadata_that_json_cannot_hold_is_refused(
    mock_fts: MockFTS, mock_fts_client: FTSClient, bad: Any
) -> None:
    with pytest.raises(FTSUsageError, match="cannot be written"):
        mock_fts_client.submit(Job([Transfer("mock://a/f", "mock://b/f", metadata=bad)]))
    assert mock_fts.state.job_count == 0


@pytest.mark.parametrize("generator", ["Deterministic", "x"])
def test_unknown_id_generator_is_refused_as_the_server_would_take_it_for_standard(
    fts: FTSClient, generator: Any
) -> None:
    job = Job([Transfer("mock://a/f", "mock://b/f")], params=JobParams(id_generator=generator))
    with pytest.raises(FTSUsageError, match="id_generator"):
        fts.submit(job)


@pytest.mark.parametrize("name", ["sid", "id_generator"])
def test_text_of_another_type_is_refused(name: str) -> None:
    with pytest.raises(FTSUsageError, match=f"{name} must be str, got 5"):
        JobParams(**{name: 5})  # type: ignore[arg-type]


def test_campaign_with_id_generator_none_is_not_submitted_twice(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    transfers = [Transfer(f"mock://a/{n}", f"mock://b/{n}?time=900") for n in range(3)]
    for _ in range(2):
        list(
            mock_fts_client.submit_many(
                transfers, params=JobParams(id_generator=None), campaign="c"
            )
        )
    assert mock_fts.state.job_count == 1


def test_bulk_submission_with_an_empty_sid_is_refused(fts: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="sid"):
        list(fts.submit_many([Transfer("m://a", "m://b")], params=JobParams(sid="")))


# --- the client ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [None, 5, b"https://localhost:8446", "https://☃.example"])
def test_invalid_endpoint_is_refused(mock_fts: MockFTS, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="endpoint"):
        FTSClient(bad, credential=mock_fts.credential("alice"), ca_dir=mock_fts.ca_dir)


@pytest.mark.parametrize("bad", [("cert", "key"), b"s3cret", 5, {"token": "s3cret"}])
def test_invalid_credential_is_refused_without_showing_it(mock_fts: MockFTS, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="cannot be used as a credential") as caught:
        FTSClient(mock_fts.endpoint, credential=bad, ca_dir=mock_fts.ca_dir)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("bad", ["Jürgen", "a\nX-Injected: b", " a", "a ", 5])
def test_user_agent_that_no_header_can_hold_is_refused(mock_fts: MockFTS, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="user_agent"):
        FTSClient(
            mock_fts.endpoint,
            credential=mock_fts.credential("alice"),
            ca_dir=mock_fts.ca_dir,
            user_agent=bad,
        )


@pytest.mark.parametrize("bad", [0, -1, None, "5", math.nan, math.inf])
def test_invalid_timeout_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="read_s"):
        Timeouts(read_s=bad)


@pytest.mark.parametrize("bad", [-1, None, "5", math.nan, math.inf])
def test_invalid_retry_policy_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="max_sleep_s"):
        RetryPolicy(max_sleep_s=bad)
    with pytest.raises(FTSUsageError, match="max_retries"):
        RetryPolicy(max_retries=bad)
    with pytest.raises(FTSUsageError, match="max_retries"):
        RetryPolicy(max_retries=2.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [math.nan, -1, None, "5"])
def test_invalid_waiting_time_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="timeout_s"):
        fts.wait_for_job(JOB_ID, timeout_s=bad)
    with pytest.raises(FTSUsageError, match="timeout_s"):
        list(fts.watch_jobs([JOB_ID], timeout_s=bad))


@pytest.mark.parametrize("bad", [None, 5])
def test_anything_but_a_list_is_refused(fts: FTSClient, bad: Any) -> None:
    calls: list[Callable[[], object]] = [
        lambda: fts.get_jobs(bad),
        lambda: fts.cancel_jobs(bad),
        lambda: fts.modify_jobs(bad, priority=3),
        lambda: list(fts.watch_jobs(bad, timeout_s=0)),
        lambda: list(fts.submit_many(bad)),
    ]
    for call in calls:
        with pytest.raises(FTSUsageError, match=f"is required, got {type(bad).__name__}"):
            call()


def test_arguments_of_another_type_are_refused(fts: FTSClient, mock_fts: MockFTS) -> None:
    number: Any = 5
    text: Any = "5"
    files = [Transfer("mock://a/f", "mock://b/f")]
    calls: list[tuple[str, Callable[[], object]]] = [
        ("Timeouts", lambda: fts.with_timeouts(number)),
        ("Timeouts", lambda: FTSClient(mock_fts.endpoint, credential=TOKEN, timeouts=number)),
        ("RetryPolicy", lambda: FTSClient(mock_fts.endpoint, credential=TOKEN, retry=number)),
        ("min_left", lambda: fts.ensure_delegation(min_left=number)),
        ("min_left", lambda: fts.delegate(min_left=number)),
        ("files_per_job", lambda: list(fts.submit_many(files, files_per_job=text))),
        ("concurrency", lambda: list(fts.submit_many(files, concurrency=text))),
        ("JobParams", lambda: list(fts.submit_many(files, params=number))),
    ]
    for named, call in calls:
        with pytest.raises(FTSUsageError, match=f"{named}.* is required, got (int|str)"):
            call()


@pytest.mark.parametrize("bad", [7, timedelta(0), None])
def test_invalid_lifetime_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="lifetime"):
        fts.delegate(lifetime=bad)
    with pytest.raises(FTSUsageError, match="lifetime"):
        fts.ensure_delegation(lifetime=bad)


@pytest.mark.parametrize("bad", [None, "", "  ", 5])
def test_ban_without_a_name_is_refused(fts: FTSClient, bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="must be a text"):
        fts.ban_se(bad)
    with pytest.raises(FTSUsageError, match="must be a text"):
        fts.unban_dn(bad)
