"""Operators and sensor: what they submit, how they wait, and how they end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from airflow.sdk.exceptions import AirflowException, TaskDeferred

from fts_client import (
    BulkFailure,
    BulkResult,
    CredentialError,
    FTSClient,
    FTSUsageError,
    JobParams,
    Transfer,
)
from fts_client.airflow.operators import FTSDelegationOperator, FTSJobLink, FTSTransferOperator
from fts_client.airflow.sensors import FTSJobSensor
from fts_contract.mock import Fault
from fts_contract.mock.pki.proxies import issue_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.mock import MockFTS

PAIR = ("mock://a.org/f", "mock://b.org/f")
BAD = ("mock://a.org/bad?errno=2", "mock://b.org/bad")


@attrs.define
class Task:
    """What a worker knows of the task that it runs."""

    dag_id: str = "dag"
    run_id: str = "run"
    task_id: str = "task"
    map_index: int = -1
    pushed: dict[str, Any] = attrs.field(factory=dict)

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = json.loads(json.dumps(value))


@pytest.fixture(autouse=True)
def connection(mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"credential": str(mock_fts.credential()), "ca_dir": str(mock_fts.ca_dir)}
    values = {"conn_type": "fts", "host": "localhost", "port": mock_fts.port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_FTS_DEFAULT", json.dumps(values))
    mock_fts.clock.run(scale=0)


def _execute(operator: Any, ti: Task | None = None) -> Any:
    """Run a task as Airflow does: serialized where it is deferred, and resumed when its jobs have ended."""
    context: Any = {"ti": ti or Task()}
    try:
        return operator.execute(context)
    except TaskDeferred as deferred:
        trigger: Any = deferred.trigger
        _, given = trigger.serialize()
        go_on = getattr(operator, deferred.method_name)
        kept = json.loads(json.dumps(deferred.kwargs))
        timeout = deferred.timeout
    event = {"unfinished": dict.fromkeys(given["job_ids"], "FAILED")}
    return Deferred(given, kept, timeout, lambda: go_on(context, event, **kept))


@attrs.frozen
class Deferred:
    """A task that waits in the triggerer: for what, and how it goes on."""

    trigger: dict[str, Any]
    kept: dict[str, Any]
    timeout: timedelta | None
    resume: Callable[[], Any]


def _transfer(transfers: Any = (PAIR,), **options: Any) -> FTSTransferOperator:
    return FTSTransferOperator(task_id="task", transfers=transfers, **options)


def test_task_submits_waits_and_returns_its_jobs(mock_fts: MockFTS) -> None:
    task = Task()
    waiting = _execute(_transfer(), task)
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert waiting.trigger == {
        "fts_conn_id": "fts_default",
        "job_ids": [job.job_id],
        "poll_s": 30,
        "end_task": False,
    }
    page = f"https://localhost:8449/fts3/ftsmon/#/job/{job.job_id}"
    assert task.pushed == {"job_ids": [job.job_id], "job_page": page}
    assert job.job_metadata["airflow"] == {
        "dag_id": "dag",
        "run_id": "run",
        "task_id": "task",
        "map_index": -1,
    }
    mock_fts.clock.advance(60)
    assert waiting.resume() == {"job_ids": [job.job_id], "files": 1, "new_jobs": 1}


def test_failed_task_names_its_files_and_the_next_try_submits_only_these(
    mock_fts: MockFTS,
) -> None:
    first = _execute(_transfer([PAIR, BAD]))
    mock_fts.clock.advance(600)
    with pytest.raises(AirflowException) as caught:
        first.resume()
    text = str(caught.value)
    assert text.startswith("1 file was not transferred:\nmock://a.org/bad?errno=2 -> mock://b.org")
    assert "No such file" in text
    second = _execute(_transfer([PAIR, BAD]))
    jobs = list(mock_fts.state.jobs_of(None, only_open=False))
    assert [len(job.files) for job in jobs] == [2, 1]
    assert len(second.trigger["job_ids"]) == 2


def test_a_message_names_twenty_files_and_counts_the_others(mock_fts: MockFTS) -> None:
    bad = [(f"mock://a.org/{n}?errno=2", f"mock://b.org/{n}") for n in range(30)]
    task = _execute(_transfer(bad))
    mock_fts.clock.advance(600)
    with pytest.raises(AirflowException, match="and 10 more, in the log") as caught:
        task.resume()
    assert len(str(caught.value).splitlines()) == 22


def test_refused_transfers_fail_the_task_when_the_others_have_ended(mock_fts: MockFTS) -> None:
    mock_fts.state.ban_storage("mock://banned.org")
    task = _execute(
        _transfer([PAIR, ("mock://banned.org/f", "mock://b.org/g")], end_from_trigger=True)
    )
    assert not task.trigger["end_task"]
    mock_fts.clock.advance(60)
    with pytest.raises(
        AirflowException, match=r"1 file was not .*\n.*banned.org/f -> .*: refused: "
    ):
        task.resume()


def test_task_that_may_end_in_the_triggerer_pushes_its_result_before() -> None:
    task = Task()
    assert _execute(_transfer(end_from_trigger=True), task).trigger["end_task"]
    assert task.pushed["return_value"]["job_ids"] == task.pushed["job_ids"]


def test_jobs_that_the_server_has_forgotten_fail_the_task(mock_fts: MockFTS) -> None:
    task = _execute(_transfer())
    mock_fts.state.reset()
    with pytest.raises(AirflowException, match="does not know this job any more"):
        task.resume()


def test_jobs_in_the_archive_have_been_transferred(mock_fts: MockFTS) -> None:
    task = _execute(_transfer())
    mock_fts.clock.advance(60)
    mock_fts.state.catch_up()
    mock_fts.state.archive(task.trigger["job_ids"][0])
    assert task.resume()["files"] == 1


@pytest.mark.parametrize(
    "transfers",
    [
        [Transfer(*PAIR, checksum="ADLER32:1a2b3c4d")],
        [{"source": PAIR[0], "destination": PAIR[1], "checksum": "ADLER32:1a2b3c4d"}],
        lambda context: [{"sources": [PAIR[0]], "destinations": PAIR[1]}] * bool(context["ti"]),
        [list(PAIR), list(PAIR)],
    ],
    ids=["Transfer", "mapping", "function", "pairs given twice"],
)
def test_transfers_may_be_given_in_many_ways(mock_fts: MockFTS, transfers: Any) -> None:
    _execute(_transfer(transfers))
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert [(file.source_surl, file.dest_surl) for file in job.files] == [PAIR]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("l.csv", f"\ufeffsource,destination\n{PAIR[0]},{PAIR[1]}\n"),
        ("l.jsonl", f'{{"source": "{PAIR[0]}", "destination": "{PAIR[1]}"}}\n'),
    ],
)
def test_transfers_may_be_in_a_file_of_any_storage_of_airflow(
    mock_fts: MockFTS, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    _execute(_transfer(f"file://{tmp_path}/{name}"))
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert [(file.source_surl, file.dest_surl) for file in job.files] == [PAIR]


def test_file_that_is_not_utf_8_is_refused(mock_fts: MockFTS, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(f"{PAIR[0]},{PAIR[1]}/\xe9\n".encode("latin-1"))
    with pytest.raises(FTSUsageError, match=r"l\.csv is not UTF-8 text"):
        _execute(_transfer(f"file://{tmp_path}/l.csv"))
    assert mock_fts.state.job_count == 0


@pytest.mark.parametrize(
    ("transfers", "message"),
    [
        ("file:///x.txt", r"ends in \.csv or \.jsonl"),
        ([PAIR[0]], r"transfers\[0\]: expected a Transfer"),
        ([{"sauce": PAIR[0]}], r"transfers\[0\]: unknown name"),
        ([5], r"transfers\[0\]: expected a Transfer"),
        (None, "A list of transfers is required"),
        (lambda _context: None, "A list of transfers is required"),
    ],
)
def test_what_is_not_a_transfer_is_refused(
    mock_fts: MockFTS, transfers: Any, message: str
) -> None:
    with pytest.raises(FTSUsageError, match=message):
        _execute(_transfer(transfers))
    assert mock_fts.state.job_count == 0


@pytest.mark.parametrize("params", [JobParams(retry=3), {"retry": 3}])
def test_parameters_reach_every_job(mock_fts: MockFTS, params: Any) -> None:
    _execute(_transfer([PAIR, BAD], files_per_job=1, job_params=params))
    assert [job.retry for job in mock_fts.state.jobs_of(None, only_open=False)] == [3, 3]


@pytest.mark.parametrize("poll_s", [0, "30", None])
def test_pause_that_cannot_be_used_is_refused_before_anything_is_submitted(
    mock_fts: MockFTS, poll_s: Any
) -> None:
    with pytest.raises(FTSUsageError, match="poll_s"):
        _execute(_transfer(poll_s=poll_s))
    assert mock_fts.state.job_count == 0


def test_errors_about_transfers_show_no_secret(mock_fts: MockFTS) -> None:
    secret = "c2VjcmV0LXRva2Vu"  # noqa: S105 - of no server
    with pytest.raises(FTSUsageError, match="expected a Transfer") as caught:
        _execute(_transfer([[*PAIR, secret]]))
    assert secret not in str(caught.value)
    mock_fts.state.ban_storage("mock://banned.org")
    task = _execute(_transfer([PAIR, (f"mock://banned.org/f?authz={secret}", "mock://b.org/g")]))
    assert secret not in json.dumps(task.kept)
    mock_fts.clock.advance(60)
    with pytest.raises(AirflowException, match=r"banned\.org/f") as failed:
        task.resume()
    assert secret not in str(failed.value)


def test_own_metadata_is_kept_and_an_unknown_parameter_refused(mock_fts: MockFTS) -> None:
    _execute(_transfer(job_params={"job_metadata": {"mine": 1}}))
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert "airflow" not in job.job_metadata
    with pytest.raises(TypeError, match="overwrit"):
        _execute(_transfer(job_params={"overwrit": True}))


def test_tasks_have_their_own_jobs_unless_they_share_a_campaign(mock_fts: MockFTS) -> None:
    tasks = [Task(), Task(run_id="r2"), Task(map_index=0), Task(task_id="t2"), Task(dag_id="d2")]
    for task in tasks * 2:
        _execute(_transfer(), task)
    assert mock_fts.state.job_count == 5
    for task in tasks:
        _execute(_transfer(campaign="shared"), task)
    # Mapped tasks of one campaign have each their part of it.
    assert mock_fts.state.job_count == 7


def test_task_that_does_not_wait_returns_when_all_is_submitted() -> None:
    result = _execute(_transfer(wait_for_completion=False))
    assert (result["files"], result["new_jobs"]) == (1, 1)


def test_task_without_transfers_ends_at_once() -> None:
    task = Task()
    assert _execute(_transfer([]), task) == {"job_ids": [], "files": 0, "new_jobs": 0}
    assert task.pushed == {"job_ids": []}


def test_task_that_is_not_deferred_waits_in_the_worker(mock_fts: MockFTS) -> None:
    mock_fts.clock.run(scale=100)
    assert _execute(_transfer(deferrable=False, poll_s=0.1))["files"] == 1
    with pytest.raises(AirflowException, match="No such file"):
        _execute(_transfer([BAD], deferrable=False, poll_s=0.1))


def test_credential_that_cannot_be_used_says_where_to_look(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxy = tmp_path / "proxy"
    proxy.touch(0o600)
    expired = issue_proxy(mock_fts.pki.certified("alice"), lifetime=timedelta(hours=-1))
    proxy.write_bytes(expired.pem)
    values = {"conn_type": "fts", "host": "localhost", "port": mock_fts.port}
    values["extra"] = {
        "credential": str(proxy),
        "ca_dir": str(mock_fts.ca_dir),
    }
    monkeypatch.setenv("AIRFLOW_CONN_FTS_DEFAULT", json.dumps(values))
    with pytest.raises(
        CredentialError, match=r"expired.*`fts doctor --endpoint https://localhost"
    ):
        _execute(_transfer())


def test_link_is_what_the_task_has_pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    link = FTSJobLink()
    found: list[str | None] = [None, "https://h/#/job/1"]
    monkeypatch.setattr("airflow.sdk.execution_time.xcom.XCom.get_value", lambda **_: found.pop(0))
    key: Any = None
    assert [link.get_link(_transfer(), ti_key=key) for _ in range(2)] == ["", "https://h/#/job/1"]
    assert link.xcom_key == "job_page"


def test_sensor_waits_for_jobs_of_others(mock_fts: MockFTS) -> None:
    result = _execute(_transfer(wait_for_completion=False))
    sensor = FTSJobSensor(task_id="s", job_ids=result["job_ids"], timeout=60)
    waiting = _execute(sensor)
    assert waiting.trigger["job_ids"] == result["job_ids"]
    mock_fts.clock.advance(60)
    assert waiting.resume() == {"job_ids": result["job_ids"]}


def test_sensor_takes_times_as_every_sensor_does() -> None:
    sensor = FTSJobSensor(task_id="s", job_ids="1", poke_interval=timedelta(minutes=1), timeout=0)
    waiting = _execute(sensor)
    assert (waiting.trigger["poll_s"], waiting.timeout) == (60, timedelta(0))


@pytest.mark.parametrize("job_ids", ["", None, "['1']", ["a/b"], 5])
@pytest.mark.parametrize("deferrable", [True, False])
def test_sensor_refuses_what_is_not_a_job_id(job_ids: Any, *, deferrable: bool) -> None:
    with pytest.raises(FTSUsageError, match="job id"):
        _execute(FTSJobSensor(task_id="s", job_ids=job_ids, deferrable=deferrable))


def test_sensor_that_is_not_deferred_pokes(mock_fts: MockFTS) -> None:
    good, bad = (
        _execute(_transfer([pair], wait_for_completion=False))["job_ids"] for pair in (PAIR, BAD)
    )
    context: Any = {}
    sensor = FTSJobSensor(task_id="s", job_ids=good[0], deferrable=False)
    assert not sensor.poke(context)
    mock_fts.clock.advance(600)
    assert sensor.poke(context)
    assert sensor.execute(context) == {"job_ids": good}
    with pytest.raises(AirflowException, match="No such file"):
        FTSJobSensor(task_id="s", job_ids=[*good, *bad], deferrable=False).poke(context)


@pytest.mark.parametrize(
    "fault",
    [Fault("reset"), Fault("malformed"), Fault("status", status=500)],
    ids=lambda fault: fault.kind,
)
def test_poking_goes_on_while_the_server_is_away(mock_fts: MockFTS, fault: Fault) -> None:
    job_ids = _execute(_transfer(wait_for_completion=False))["job_ids"]
    mock_fts.clock.advance(600)
    sensor = FTSJobSensor(task_id="s", job_ids=job_ids, deferrable=False)
    context: Any = {}
    mock_fts.faults.add(attrs.evolve(fault, operation="GET /jobs", count=None))
    assert not sensor.poke(context)
    mock_fts.faults.clear()
    assert sensor.poke(context)


def test_poking_goes_on_while_one_job_cannot_be_shown(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_ids = _execute(_transfer(wait_for_completion=False))["job_ids"]
    mock_fts.clock.advance(600)
    failure = BulkFailure(job_id=job_ids[0], http_status="500 Internal Server Error", message="")
    answers: list[Any] = [BulkResult(found=(), failures=(failure,))]
    real = FTSClient.get_jobs
    monkeypatch.setattr(
        FTSClient,
        "get_jobs",
        lambda *given, **options: answers.pop() if answers else real(*given, **options),
    )
    sensor = FTSJobSensor(task_id="s", job_ids=job_ids, deferrable=False)
    context: Any = {}
    assert [sensor.poke(context) for _ in range(2)] == [False, True]


def test_delegation_is_renewed_until_our_own_proxy_ends(mock_fts: MockFTS) -> None:
    result = _execute(FTSDelegationOperator(task_id="d", min_left=timedelta(hours=1)))
    assert result["delegation_id"] == mock_fts.caller("alice").delegation_id
    assert result["expires_at"].endswith("+00:00")
    with pytest.raises(CredentialError, match=r"Renew the proxy.*fts doctor"):
        _execute(FTSDelegationOperator(task_id="d", min_left=timedelta(days=3000)))
