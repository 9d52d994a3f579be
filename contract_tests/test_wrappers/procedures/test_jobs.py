"""Asking for, cancelling and changing jobs in bulk."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fts_api.api.jobs import get_job_field
from fts_api.models import JobError
from fts_client import (
    AsyncFTSClient,
    BadRequestError,
    File,
    FileSelection,
    FTSAPIError,
    FTSClient,
    FTSResponseError,
    FTSUsageError,
    Job,
    JobParams,
    JobStatus,
    NotFoundError,
    PartialFailureError,
    PermissionDeniedError,
    Transfer,
    record_exchanges,
)
from fts_client.exchanges import watch_exchanges
from fts_client.procedures import jobs
from fts_contract.mock import Fault, MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client.procedures.driver import Flow
    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"


def _submit(fts: FTSClient, *, files: int = 1, params: JobParams | None = None) -> str:
    transfers = [
        Transfer(f"mock://a.example/{i}", f"mock://b.example/{i}?time=100") for i in range(files)
    ]
    return fts.submit(Job(transfers, params=params or JobParams()))


def test_get_jobs_207_keeps_found_jobs(mock_fts_client: FTSClient) -> None:
    first, second = _submit(mock_fts_client), _submit(mock_fts_client)
    result = mock_fts_client.get_jobs([first, MISSING, second])
    assert [job.job_id for job in result] == [first, second]
    assert [failure.job_id for failure in result.failures] == [MISSING]
    assert result.failures[0].http_status == "404 Not Found"
    assert MISSING in result.failures[0].message
    with pytest.raises(PartialFailureError, match="1 of 3 jobs failed") as caught:
        result.raise_for_failures()
    assert list(caught.value.failures) == [MISSING]


def test_get_jobs_with_one_missing_job_returns_a_failure_and_raises_nothing(
    mock_fts_client: FTSClient,
) -> None:
    result = mock_fts_client.get_jobs([MISSING])
    assert len(result) == 0
    assert [failure.http_status for failure in result.failures] == ["404 Not Found"]


def test_get_job_that_is_missing_raises_not_found(mock_fts_client: FTSClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        mock_fts_client.get_job(MISSING)
    assert caught.value.job_id == MISSING


@pytest.mark.parametrize(
    "change",
    [
        lambda fts, job_id: fts.cancel_job(job_id),
        lambda fts, job_id: fts.modify_job(job_id, priority=5),
    ],
    ids=["cancel", "modify"],
)
def test_one_job_that_cannot_be_changed_is_an_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient, change: Callable[[FTSClient, str], Any]
) -> None:
    with pytest.raises(NotFoundError) as caught:
        change(mock_fts_client, MISSING)
    assert caught.value.job_id == MISSING
    job_id = _submit(mock_fts_client)
    other_user = mock_fts.credential("bob-novoms")
    with (
        FTSClient(mock_fts.endpoint, credential=other_user, ca_dir=mock_fts.ca_dir) as other,
        pytest.raises(PermissionDeniedError),
    ):
        change(other, job_id)
    assert mock_fts_client.get_job(job_id).priority == 3


def test_one_job_is_changed_and_cancelled(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client)
    assert mock_fts_client.modify_job(job_id, priority=5).priority == 5
    assert mock_fts_client.cancel_job(job_id).job_state == "CANCELED"
    again = mock_fts_client.cancel_job(job_id)
    assert (again.job_id, again.job_state) == (job_id, "CANCELED")
    with pytest.raises(FTSUsageError, match="1 to 5"):
        mock_fts_client.modify_job(job_id, priority=6)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"metadata": "a text", "activity": "production"},
        {
            "checksum": "ADLER32:1a2b3c4d",
            "filesize": 5,
            "scitag": 77,
            "metadata": {"id": 1, "label": "x"},
            "staging_metadata": {"a": 1},
            "archive_metadata": {"b": 2},
        },
    ],
)
def test_failed_file_is_submitted_again_as_it_was(
    mock_fts: MockFTS, mock_fts_client: FTSClient, given: dict[str, Any]
) -> None:
    first = Transfer("mock://a.example/f?errno=2", "mock://b.example/f", **given)
    job_id = mock_fts_client.submit(Job([first], params=JobParams(bring_online=60)))
    mock_fts.clock.advance(600)
    (file,) = mock_fts_client.list_job_files(job_id)
    assert file.file_state == "FAILED"
    again = file.to_transfer()
    assert again == Transfer.like(file.to_dict())
    assert again == Transfer(
        *first.sources, *first.destinations, **{"activity": "default", **given}
    )
    (job,) = mock_fts_client.get_jobs(
        [job_id], files=["source_surl", "dest_surl", "file_metadata"]
    )
    assert job["files"][0].to_transfer().to_dict()["sources"] == list(first.sources)
    (stored,) = mock_fts_client.list_job_files(mock_fts_client.submit(Job([again])))
    assert stored.to_transfer() == again


async def test_files_of_every_request_can_be_submitted_again_also_when_copied(
    mock_fts_client: FTSClient, mock_fts_async_client: AsyncFTSClient
) -> None:
    first = Transfer("mock://a.example/f?time=1000", "mock://b.example/f", activity="default")
    job_id = mock_fts_client.submit(Job([first]))
    wanted = ["source_surl", "dest_surl", "activity"]
    (job,) = mock_fts_client.get_jobs([job_id], files=wanted)
    (same,) = await mock_fts_async_client.get_jobs([job_id], files=wanted)
    assert job.files
    assert same.files
    files: list[File | FileSelection] = [
        *mock_fts_client.list_files(),
        *mock_fts_client.list_job_files(job_id),
        *await mock_fts_async_client.list_files(),
        *await mock_fts_async_client.list_job_files(job_id),
        *job.files,
        *same.files,
    ]
    assert len(files) == 6
    for file in files:
        for twin in (file, copy.deepcopy(file), pickle.loads(pickle.dumps(file))):  # noqa: S301
            assert twin == file
            assert repr(twin) == repr(file)
            assert twin["source_surl"] == file.source_surl
            assert twin.to_transfer() == first
    assert isinstance(pickle.loads(pickle.dumps(job)), JobStatus)  # noqa: S301
    assert isinstance(mock_fts_client.get_job(job_id), JobStatus)


def test_get_jobs_splits_250_ids_into_requests_of_100(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.faults.add(Fault("delay", delay_s=0.0, count=None))
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(250)]
    result = mock_fts_client.get_jobs(ids)
    assert [failure.job_id for failure in result.failures] == ids
    assert [path.count(",") + 1 for path, _ in mock_fts.faults.hits] == [100, 100, 50]


@pytest.mark.parametrize("status", [400, 401, 503])
def test_jobs_of_earlier_requests_are_returned_when_a_later_request_fails(
    mock_fts: MockFTS, mock_fts_client: FTSClient, status: int
) -> None:
    mock_fts_client._clock.sleep = lambda _seconds: None
    job_id = _submit(mock_fts_client)
    ids = [job_id, *(f"00000000-0000-0000-0000-{number:012}" for number in range(199))]
    fault = Fault("status", "(GET|DELETE) /jobs/", status=status, count=None)
    for ask in (mock_fts_client.get_jobs, mock_fts_client.cancel_jobs):
        mock_fts.faults.clear()
        with watch_exchanges(lambda _: mock_fts.faults.add(fault)):
            result = ask(ids)
        assert [job.job_id for job in result.found] == [job_id]
        assert {failure.job_id: failure.http_status for failure in result.failures} == {
            **dict.fromkeys(ids[1:100], "404 Not Found"),
            **dict.fromkeys(ids[100:], ""),
        }
        with pytest.raises(FTSAPIError) as caught:
            ask(ids)
        assert caught.value.status_code == status


def _answered(flow: Flow[Any], answer: object) -> Any:
    """Feed a flow an answer that no known server sends."""
    next(flow)
    with pytest.raises(StopIteration) as stop:
        flow.send(SimpleNamespace(parsed=answer))
    return stop.value.value


def test_incomplete_job_in_a_list_is_a_failure_and_the_others_are_returned(
    mock_fts_client: FTSClient,
) -> None:
    job = mock_fts_client.get_job(_submit(mock_fts_client))
    broken = JobError(job_id=MISSING, http_status="200 Ok", http_message="")
    result = _answered(jobs.get_jobs([MISSING, job.job_id], files=None), [broken, job])
    assert result.found == (job,)
    assert [failure.message for failure in result.failures] == [
        "The answer for this job is not complete"
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (JobError(job_id=MISSING, http_status="200 Ok", http_message=""), "not complete"),
        ([], "not complete"),
        (SimpleNamespace(job_id="5c10000f-e6f5-11f1-9d01-02fc0000c001"), "is about job 5c10000f"),
    ],
)
@pytest.mark.parametrize(
    "ask", [jobs.get_job, jobs.cancel_job, lambda job_id: jobs.modify_job(job_id, priority=1)]
)
def test_answer_that_does_not_show_the_one_job_is_a_response_error(
    ask: Callable[[str], Flow[Any]], answer: object, why: str
) -> None:
    flow = ask(MISSING)
    next(flow)
    with pytest.raises(FTSResponseError, match=why):
        flow.send(SimpleNamespace(parsed=answer))


def test_get_jobs_without_ids_sends_nothing(mock_fts_client: FTSClient) -> None:
    assert mock_fts_client.get_jobs([]).found == ()


def test_get_jobs_with_files_returns_the_fields_asked_for(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client, files=2)
    (job,) = mock_fts_client.get_jobs([job_id], files=["file_state", "dest_surl"])
    assert [set(file) for file in job.to_dict()["files"]] == [{"file_state", "dest_surl"}] * 2


@pytest.mark.parametrize("bad", ["", "a,b"])
def test_get_job_with_anything_but_a_single_id_is_refused(
    mock_fts_client: FTSClient, bad: str
) -> None:
    with pytest.raises(FTSUsageError):
        mock_fts_client.get_job(bad)


def test_get_jobs_with_a_text_in_place_of_a_list_is_refused(mock_fts_client: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="list of job ids"):
        mock_fts_client.get_jobs(MISSING)


def test_cancel_jobs_shows_ended_jobs_and_keeps_the_others(mock_fts_client: FTSClient) -> None:
    first, second = _submit(mock_fts_client), _submit(mock_fts_client)
    mock_fts_client.cancel_jobs([first])
    result = mock_fts_client.cancel_jobs([first, second, MISSING])
    assert {job.job_id: job.http_status[:3] for job in result} == {first: "304", second: "200"}
    assert [failure.job_id for failure in result.failures] == [MISSING]


def test_cancel_files_returns_the_state_of_each(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client, files=3)
    ids = [file.file_id for file in mock_fts_client.list_job_files(job_id)]
    first, second = ids[:2]
    assert mock_fts_client.cancel_files(job_id, [first]) == {first: "CANCELED"}
    assert mock_fts_client.cancel_files(job_id, [first, second]) == {
        first: "CANCELED",
        second: "CANCELED",
    }
    assert mock_fts_client.get_job(job_id).job_state != "CANCELED"


def test_cancel_files_with_a_state_too_few_in_the_answer_is_a_response_error() -> None:
    flow = jobs.cancel_files(MISSING, [1, 2])
    next(flow)
    answer: Any = SimpleNamespace(parsed=["CANCELED"])
    with pytest.raises(FTSResponseError, match="1 states for 2 files"):
        flow.send(answer)


def test_cancel_files_of_a_multihop_job_is_refused(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client, files=2, params=JobParams(multihop=True))
    with pytest.raises(BadRequestError, match="cancelled at once"):
        mock_fts_client.cancel_files(job_id, [1])


def test_modify_jobs_outside_the_range_is_refused(mock_fts_client: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="priority"):
        mock_fts_client.modify_jobs([MISSING], priority=9)


def test_modify_jobs_takes_a_number_of_another_library(mock_fts_client: FTSClient) -> None:
    # Written as it is, it would be 4.0, and one of numpy could not be written at all.
    job_id = _submit(mock_fts_client)
    (job,) = mock_fts_client.modify_jobs([job_id], priority=Fraction(4)).found  # type: ignore[arg-type]
    assert job.priority == 4


def test_list_jobs_joins_states_with_commas(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    active, cancelled = _submit(mock_fts_client), _submit(mock_fts_client)
    mock_fts_client.cancel_jobs([cancelled])
    listed = mock_fts_client.list_jobs(state_in=["CANCELED", "SUBMITTED"], limit=10)
    assert {job.job_id for job in listed} == {active, cancelled}
    assert mock_fts_client.list_jobs(source_se="mock://elsewhere") == []
    assert mock_fts.state.job_count == 2


JOB_FILTERS: dict[str, Any] = {
    "state_in": ["ACTIVE", "SUBMITTED"],
    "source_se": "mock://a.example",
    "dest_se": "mock://b.example",
    "limit": 7,
    "vo_name": "testvo",
    "user_dn": "/DC=org/DC=example/O=Users/CN=alice",
}
FILE_FILTERS = ("state_in", "source_se", "dest_se", "vo_name")


@pytest.mark.parametrize(
    ("method", "filters"),
    [
        ("list_jobs", JOB_FILTERS),
        ("list_jobs", {"state_in": ["FAILED"], "time_window": "1:30"}),
        ("list_jobs", {"dlg_id": "..."}),
        ("list_files", {name: JOB_FILTERS[name] for name in FILE_FILTERS}),
        ("list_files", {"dest_surl": "mock://b.example/1"}),
    ],
)
def test_every_filter_is_sent_under_its_own_name(
    mock_fts_client: FTSClient, method: str, filters: dict[str, Any]
) -> None:
    if "dlg_id" in filters:
        filters = {"dlg_id": mock_fts_client.whoami().delegation_id}
    with record_exchanges() as seen:
        getattr(mock_fts_client, method)(**filters)
    assert parse_qs(urlsplit(seen[0].url).query) == {
        name: [",".join(value) if isinstance(value, list) else str(value)]
        for name, value in filters.items()
    }


def test_raw_calls_any_operation_with_the_same_errors(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client)
    assert get_job_field.sync(job_id, "priority", client=mock_fts_client.raw) == 3
    with pytest.raises(NotFoundError):
        get_job_field.sync(MISSING, "priority", client=mock_fts_client.raw)


def test_get_job_of_an_answer_about_several_jobs_gives_a_typed_error() -> None:
    flow = jobs.get_job(MISSING)
    next(flow)
    with pytest.raises(FTSResponseError, match="is not complete"):
        flow.send(SimpleNamespace(parsed=[]))


def test_filter_of_another_type_is_refused_by_name(mock_fts_client: FTSClient) -> None:
    states: Any = [5]
    with pytest.raises(FTSUsageError, match="state_in must hold texts"):
        mock_fts_client.list_jobs(state_in=states)
