"""The jobs of a task of Airflow: FTS says which exist, however often and in whatever state the task is run again."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    CredentialError,
    FTSClient,
    FTSConnectionError,
    FTSResponseError,
    FTSUsageError,
    JobParams,
    PartialFailureError,
    ServerError,
    Transfer,
    record_exchanges,
)
from fts_client.airflow.task_jobs import (
    FileFailure,
    Record,
    Submitted,
    TaskJobs,
    failures_of,
    look_up,
)
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.mock import MockFTS

KEY = '["dag", "run", "task", -1]'


@pytest.fixture(autouse=True)
def _no_pauses(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    mock_fts_client._clock.sleep = lambda _seconds: None
    mock_fts.clock.run(scale=0)


def _transfer(name: str, *, query: str = "") -> Transfer:
    return Transfer(f"mock://a.org/{name}{query}", f"mock://b.org/{name}")


def _run(
    fts: FTSClient, transfers: Iterable[Transfer], *, key: str = KEY, **options: Any
) -> Submitted:
    settings: dict[str, Any] = {"params": JobParams(), "files_per_job": 2, "retry_failed": True}
    return TaskJobs(fts, key).submit(transfers, **{**settings, **options})


def _files(mock: MockFTS) -> Counter[str]:
    """Count how often each file was submitted."""
    return Counter(
        str(file.dest_surl).rpartition("/")[2]
        for job in mock.state.jobs_of(None, only_open=False)
        for file in job.files
    )


def test_a_second_run_submits_nothing(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    transfers = [_transfer(name) for name in "abcde"]
    first = _run(mock_fts_client, transfers)
    second = _run(mock_fts_client, transfers)
    assert (first.new, second.new, len(first.job_ids)) == (3, 0, 3)
    assert second.job_ids == first.job_ids
    assert _files(mock_fts) == Counter("abcde")


def test_a_run_that_was_killed_in_the_middle_is_completed(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    for number, done in [(0, 1), (1, 2), (2, 3)]:
        # The first job of this run is carried out, its answer is lost, and so are all that come after it.
        mock_fts.faults.add(Fault("reset-after", operation="POST /jobs"))
        mock_fts.faults.add(Fault("reset", operation="POST /jobs|GET /jobs/[^,]*$", count=None))
        with pytest.raises(FTSConnectionError, match="the next run of the task finds it"):
            _run(mock_fts_client, [_transfer(name) for name in "abcdefgh"])
        assert mock_fts.state.job_count == done, number
        mock_fts.faults.clear()
    assert _run(mock_fts_client, [_transfer(name) for name in "abcdefgh"]).new == 1
    assert _files(mock_fts) == Counter("abcdefgh")


def test_a_list_that_has_grown_and_changed_its_order_submits_only_what_is_new(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    _run(mock_fts_client, [_transfer(name) for name in "bcd"])
    grown = _run(mock_fts_client, [_transfer(name) for name in "dcbaa"])
    assert (grown.new, len(grown.job_ids)) == (1, 3)
    assert _files(mock_fts) == Counter("abcd")


def test_tasks_with_other_keys_have_jobs_of_their_own(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    keys = [KEY, KEY.replace("-1", "0"), KEY.replace("run", "run2")]
    assert [_run(mock_fts_client, [_transfer("a")], key=key).new for key in keys] == [1, 1, 1]
    assert _files(mock_fts) == Counter(a=3)


@pytest.mark.parametrize("grown", [False, True], ids=["the same list", "lists that differ"])
def test_runs_at_the_same_time_submit_everything_once(
    mock_fts: MockFTS, mock_fts_client: FTSClient, *, grown: bool
) -> None:
    mock_fts_client.delegate()
    results: list[Submitted] = []
    barrier = threading.Barrier(4)

    def run(number: int) -> None:
        names = [f"extra{number}"] * grown + [f"f{n}" for n in range(12)]
        with FTSClient(
            mock_fts.endpoint, credential=mock_fts.credential(), ca_dir=mock_fts.ca_dir
        ) as fts:
            barrier.wait()
            results.append(_run(fts, map(_transfer, names)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert sum(one.new for one in results) == mock_fts.state.job_count
    expected = {f"f{n}" for n in range(12)} | {f"extra{n}" for n in range(4 * grown)}
    assert _files(mock_fts) == Counter(expected)


def test_only_files_that_failed_are_submitted_again_and_once_in_a_run(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    transfers = [
        _transfer("good"),
        _transfer("bad", query="?errno=2"),
        _transfer("lucky", query="?errno=5&errno_times=1"),
    ]
    first = _run(mock_fts_client, transfers, files_per_job=10)
    assert _run(mock_fts_client, transfers).new == 0  # it has not failed yet
    mock_fts.clock.advance(300)
    failed = failures_of(TaskJobs(mock_fts_client, KEY).read())
    assert [one.destination for one in failed] == ["mock://b.org/bad", "mock://b.org/lucky"]
    assert "No such file" in failed[0].reason

    second = _run(mock_fts_client, transfers, files_per_job=10)
    assert second.new == 1
    assert second.job_ids[:1] == first.job_ids
    assert _files(mock_fts) == Counter(good=1, bad=2, lucky=2)
    assert _run(mock_fts_client, transfers).new == 0  # killed, and run again
    mock_fts.clock.advance(300)
    (left,) = failures_of(TaskJobs(mock_fts_client, KEY).read())
    assert left.source == "mock://a.org/bad?errno=2"


def test_failed_files_stay_failed_without_retry_failed(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    transfers = [_transfer("bad", query="?errno=2")]
    _run(mock_fts_client, transfers)
    mock_fts.clock.advance(300)
    assert _run(mock_fts_client, transfers, retry_failed=False).new == 0
    assert len(failures_of(TaskJobs(mock_fts_client, KEY).read())) == 1


def test_jobs_in_the_archive_are_not_submitted_again(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    transfers = [_transfer(name) for name in "abcdef"]
    jobs = _run(mock_fts_client, transfers).job_ids
    mock_fts.clock.advance(300)
    assert {job.job_state for job in mock_fts_client.get_jobs(jobs)} == {"FINISHED"}
    for job_id in jobs[:2]:
        mock_fts.state.archive(job_id)
    assert _run(mock_fts_client, transfers).new == 0
    assert [job and job["job_state"] for job in look_up(mock_fts_client, jobs)] == ["FINISHED"] * 3
    mock_fts.state.archive(jobs[2])
    assert _run(mock_fts_client, transfers).job_ids == jobs


def test_many_jobs_are_found_in_few_requests(mock_fts_client: FTSClient) -> None:
    transfers = [_transfer(str(n)) for n in range(150)]
    _run(mock_fts_client, transfers, files_per_job=1)
    with record_exchanges() as exchanges:
        assert _run(mock_fts_client, transfers, files_per_job=1).new == 0
    # Who we are, 10, 100 and 100 jobs, and the first that is missing in the archive.
    assert len(exchanges) == 5


def test_one_of_several_replicas_is_enough(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    replicas = Transfer(["mock://a.org/f?errno=2", "mock://c.org/f"], "mock://b.org/f")
    _run(mock_fts_client, [replicas])
    mock_fts.clock.advance(600)
    assert failures_of(TaskJobs(mock_fts_client, KEY).read()) == []
    assert _run(mock_fts_client, [replicas]).new == 0
    # The replica that was not needed, alone.
    assert _run(mock_fts_client, [Transfer("mock://c.org/f", "mock://b.org/f")]).new == 0


def test_a_file_that_arrived_in_another_job_is_not_submitted_with_more_replicas(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    for source in ("mock://a.org/f?errno=2", "mock://c.org/f"):
        _run(mock_fts_client, [Transfer(source, "mock://b.org/f")])
        mock_fts.clock.advance(300)
    replicas = Transfer(["mock://a.org/f?errno=2", "mock://c.org/f"], "mock://b.org/f")
    assert _run(mock_fts_client, [replicas]).new == 0


def test_what_fails_in_a_job_of_another_run_at_the_same_time_is_left_to_the_next_run(
    mock_fts: MockFTS, mock_fts_client: FTSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfers = [_transfer("bad", query="?errno=2")]
    read = TaskJobs.read
    seen: list[int] = []

    def overtaken(jobs: TaskJobs) -> list[Record]:
        # When this run looked, the other had not submitted yet.
        seen.append(1)
        return [] if len(seen) == 1 else read(jobs)

    _run(mock_fts_client, transfers)
    mock_fts.clock.advance(300)
    monkeypatch.setattr(TaskJobs, "read", overtaken)
    assert _run(mock_fts_client, transfers).new == 0
    assert _run(mock_fts_client, transfers).new == 1


def test_a_banned_storage_does_not_keep_back_the_others(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.state.ban_storage("mock://banned.org")
    transfers = [Transfer("mock://banned.org/f", "mock://b.org/f"), _transfer("a")]
    result = _run(mock_fts_client, transfers)
    (refused,) = result.refused
    assert (refused.source, refused.destination) == ("mock://banned.org/f", "mock://b.org/f")
    assert refused.reason.startswith("refused: ")
    assert (result.new, mock_fts.state.job_count) == (1, 1)


def test_a_job_that_the_server_hides_is_not_taken_for_missing(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    _run(mock_fts_client, [_transfer("a")])
    mock_fts.faults.add(Fault("status", operation="GET /jobs/", status=403, count=None))
    with pytest.raises(PartialFailureError):
        _run(mock_fts_client, [_transfer("a")])
    assert mock_fts.state.job_count == 1


def test_a_taken_number_that_cannot_be_seen_ends_the_run(
    mock_fts_client: FTSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(mock_fts_client, [_transfer("a")])
    monkeypatch.setattr(TaskJobs, "read", lambda _self: [])
    with pytest.raises(Exception, match="duplicated"):
        _run(mock_fts_client, [_transfer("b")])


def test_a_server_that_accepts_nothing_ends_the_run(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("status", operation="POST /jobs", status=500, count=None))
    with pytest.raises(ServerError, match="the next run of the task finds it"):
        _run(mock_fts_client, [_transfer("a"), _transfer("b")])
    assert mock_fts.state.job_count == 0


def test_a_credential_that_becomes_one_of_another_vo_ends_the_run(
    mock_fts_client: FTSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mock_fts_client, "submit", lambda _job: "of-another-vo")
    with pytest.raises(CredentialError, match="another VO"):
        _run(mock_fts_client, [_transfer("a")])


def test_an_archive_that_answers_oddly_does_not_make_a_job_new(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("malformed", operation="GET /archive/", count=None))
    with pytest.raises(FTSResponseError):
        _run(mock_fts_client, [_transfer("a")])
    assert mock_fts.state.job_count == 0


def test_a_vo_without_an_id_is_refused(mock_fts_client: FTSClient, monkeypatch: Any) -> None:
    me = mock_fts_client.whoami()
    me.vos_id = []
    monkeypatch.setattr(mock_fts_client, "whoami", lambda: me)
    with pytest.raises(FTSResponseError, match="no id"):
        TaskJobs(mock_fts_client, KEY)


def test_parameters_of_a_single_job_are_refused(mock_fts_client: FTSClient) -> None:
    with pytest.raises(FTSUsageError, match="single job"):
        _run(mock_fts_client, [_transfer("a")], params=JobParams(multihop=True))


@pytest.mark.parametrize("size", [0, -1, "9", None, 1.5])
def test_size_of_jobs_that_cannot_be_used_is_refused(
    mock_fts: MockFTS, mock_fts_client: FTSClient, size: Any
) -> None:
    with pytest.raises(FTSUsageError, match="files_per_job"):
        _run(mock_fts_client, map(_transfer, "ab"), files_per_job=size)
    assert mock_fts.state.job_count == 0


def test_a_failure_holds_no_secret() -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYXJvbCJ9.c2VjcmV0c2VjcmV0"  # noqa: S105 - of no server
    failure = FileFailure(
        f"davs://joe:Pa55word@a.org/f?authz={token}",
        "s3s://b.org/f?X-Amz-Signature=0123456789abcdef0123456789abcdef",
        f"PUT https://b.org/f?access_token={token} failed",
    )
    shown = f"{failure}"
    assert not any(one in shown for one in (token, "Pa55word", "0123456789abcdef"))
    assert "a.org/f" in failure.source


def test_each_job_is_named_as_soon_as_it_is_submitted(
    mock_fts: MockFTS, mock_fts_client: FTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("delay", "POST /jobs", delay_s=0))
    mock_fts.faults.add(Fault("status", "POST /jobs", status=500, count=None))
    caplog.set_level("INFO")
    with pytest.raises(ServerError):
        _run(mock_fts_client, map(_transfer, "abc"))
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert job.job_id in caplog.text


def test_a_failure_names_the_reason_of_the_job_when_the_file_has_none() -> None:
    job = {
        "job_state": "CANCELED",
        "reason": "by hand",
        "files": [{"source_surl": "s", "dest_surl": "d", "file_state": "CANCELED"}],
    }
    assert failures_of([job]) == [FileFailure("s", "d", "by hand")]
