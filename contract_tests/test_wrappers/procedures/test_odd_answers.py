"""Answers are held against the question, and what nobody needs may be absent from them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_api.api.jobs import get_jobs
from fts_client import (
    ConflictError,
    FTSClient,
    FTSResponseError,
    FTSTimeoutError,
    Job,
    JobParams,
    Transfer,
)
from fts_contract.mock import Fault
from fts_contract.mock.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock import MockFTS

OTHER = str(uuid.UUID(int=7))
NOT_NEEDED = (
    *("job_type", "source_se", "dest_se", "user_dn", "cred_id", "vo_name", "submit_time"),
    *("job_finished", "submit_host", "reason", "cancel_job", "priority", "retry", "retry_delay"),
    *("max_time_in_queue", "internal_job_params", "overwrite_flag", "verify_checksum"),
    *("copy_pin_lifetime", "bring_online", "job_metadata", "http_status"),
)


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], Any]], None]:
    """Lets the mock change the JSON of each answer before it goes out."""
    answer = App._answer

    def install(edit: Callable[[Any], Any]) -> None:
        def changed(self: App, *arguments: Any, **named: Any) -> Any:
            reply = answer(self, *arguments, **named)
            body = json.dumps(edit(json.loads(reply.body))).encode()
            only_failures = b"http_message" in body and b"job_state" not in body
            status = 207 if only_failures else reply.status
            return attrs.evolve(reply, status=status, body=body)

        monkeypatch.setattr(App, "_answer", changed)

    return install


def _submit(fts: FTSClient, name: str = "f") -> str:
    return fts.submit(
        Job([Transfer(f"mock://a.example/{name}", f"mock://b.example/{name}?time=900")])
    )


def _where_present(**fields: Any) -> Callable[[Any], Any]:
    def edit(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return value | {name: item for name, item in fields.items() if name in value}

    return edit


def _without(name: str) -> Callable[[Any], Any]:
    return lambda value: {key: item for key, item in value.items() if key != name}


BULK: dict[str, Callable[[list[Any]], Any]] = {
    "one is missing": lambda jobs: jobs[1:],
    "all are missing": lambda _: [],
    "a foreign one": lambda jobs: [{**jobs[0], "job_id": OTHER}, *jobs[1:]],
    "one twice": lambda jobs: [*jobs, jobs[1]],
    "one is null": lambda jobs: [None, *jobs[1:]],
    "one is a text": lambda jobs: ["x", *jobs[1:]],
    "one without an id": lambda jobs: [_without("job_id")(jobs[0]), *jobs[1:]],
    "one without a state": lambda jobs: [_without("job_state")(jobs[0]), *jobs[1:]],
    "one with a state of null": lambda jobs: [{**jobs[0], "job_state": None}, *jobs[1:]],
    "in capitals": lambda jobs: [{**job, "job_id": job["job_id"].upper()} for job in jobs],
    "one object": lambda jobs: jobs[1],
    "statuses are numbers": lambda jobs: [
        {"job_id": job["job_id"], "http_status": 404, "http_message": 5} for job in jobs
    ],
    "without a status": lambda jobs: [_without("http_status")(job) for job in jobs],
}


@pytest.mark.parametrize("odd", BULK)
@pytest.mark.parametrize("operation", ["get_jobs", "cancel_jobs", "modify_jobs"])
def test_every_job_asked_for_is_found_or_a_failure(
    mock_fts_client: FTSClient,
    change: Callable[[Callable[[Any], Any]], None],
    operation: str,
    odd: str,
) -> None:
    ids = [_submit(mock_fts_client, name) for name in "abc"]
    change(BULK[odd])
    more = {"priority": 4} if operation == "modify_jobs" else {}
    result = getattr(mock_fts_client, operation)(ids, **more)
    found = [job.job_id.lower() for job in result.found]
    assert sorted([*found, *(failure.job_id for failure in result.failures)]) == sorted(ids)
    if odd in {"one twice", "in capitals", "without a status"}:
        assert found == ids


def test_job_named_twice_is_asked_for_once(mock_fts_client: FTSClient) -> None:
    job_id = _submit(mock_fts_client)
    result = mock_fts_client.get_jobs([job_id, job_id.upper(), job_id])
    assert [job.job_id for job in result.found] == [job_id]
    assert result.failures == ()


def test_answer_about_another_job_is_refused(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    job_id = _submit(mock_fts_client)
    change(lambda job: {**job, "job_id": OTHER})
    with pytest.raises(FTSResponseError, match=f"about job {OTHER}"):
        mock_fts_client.get_job(job_id)
    with pytest.raises(FTSTimeoutError, match="about job"):
        mock_fts_client.wait_for_job(job_id, timeout_s=0.1, poll_s=0.05)


@pytest.mark.parametrize("method", ["list_jobs", "list_files"])
def test_object_in_place_of_a_list_is_not_an_empty_list(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], method: str
) -> None:
    change(lambda _: {})
    with pytest.raises(FTSResponseError, match="an object in place of a list"):
        getattr(mock_fts_client, method)()


def test_files_of_another_job_are_refused(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    job_id = _submit(mock_fts_client)
    change(lambda files: [{**file, "job_id": OTHER} for file in files])
    with pytest.raises(FTSResponseError, match="files of another job"):
        mock_fts_client.list_job_files(job_id)


@pytest.mark.parametrize("name", NOT_NEEDED)
def test_absent_field_that_nobody_needs_does_not_make_a_job_unreadable(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], name: str
) -> None:
    job_id = _submit(mock_fts_client)
    change(_without(name))
    assert getattr(mock_fts_client.get_job(job_id), name) is None
    assert [job.job_id for job in mock_fts_client.get_jobs([job_id])] == [job_id]


@pytest.mark.parametrize("name", ["job_id", "job_state"])
@pytest.mark.parametrize("value", [None, 5, [], {}])
def test_job_without_a_usable_id_or_state_is_refused(
    mock_fts_client: FTSClient,
    change: Callable[[Callable[[Any], Any]], None],
    name: str,
    value: object,
) -> None:
    job_id = _submit(mock_fts_client)
    change(lambda job: {**job, name: value})
    with pytest.raises(FTSResponseError):
        mock_fts_client.get_job(job_id)
    with pytest.raises(FTSTimeoutError):
        mock_fts_client.wait_for_job(job_id, timeout_s=0.1, poll_s=0.05)


@pytest.mark.parametrize("name", ["job_id", "file_index", "source_surl", "dest_surl"])
def test_absent_field_that_nobody_needs_does_not_make_a_file_unreadable(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], name: str
) -> None:
    job_id = _submit(mock_fts_client)
    change(lambda files: [_without(name)(file) for file in files])
    (file,) = mock_fts_client.list_job_files(job_id)
    assert getattr(file, name) is None


@pytest.mark.parametrize(
    "name",
    ["dn", "base_id", "voms_cred", "vos", "vos_id", "roles", "level", "method", "is_root"],
)
def test_absent_field_that_nobody_needs_does_not_make_whoami_unreadable(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], name: str
) -> None:
    change(_without(name))
    assert mock_fts_client.whoami().user_dn
    change(lambda me: {**me, name: None})
    assert mock_fts_client.whoami().user_dn


@pytest.mark.parametrize("name", ["delegation", "api", "schema", "core", "_links"])
def test_absent_field_that_nobody_needs_does_not_make_the_versions_unreadable(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], name: str
) -> None:
    change(_without(name))
    assert mock_fts_client.server_info().to_dict()
    change(lambda info: {**info, name: None})
    assert mock_fts_client.server_info().to_dict()
    change(
        lambda info: {
            **info,
            name: {"fts:job": {"hints": None}, "fts:x": None, "curies": [{}, None]},
        }
    )
    info = mock_fts_client.server_info()
    assert getattr(info, name, info.field_links) is not None
    change(lambda info: {**info, name: [[], 5, {"major": "3"}]})
    assert mock_fts_client.server_info().to_dict()


@pytest.mark.parametrize("vos_id", [5, [None], [5], [[]], {"a": 1}, "x"])
def test_vo_ids_of_another_type_are_refused(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None], vos_id: object
) -> None:
    change(lambda me: {**me, "vos_id": vos_id})
    with pytest.raises(FTSResponseError, match="vos_id"):
        _submit(mock_fts_client)


@pytest.mark.parametrize("answered", [None, 5, "", "all", "x", OTHER])
def test_submission_accepts_only_the_id_of_its_job(
    mock_fts_client: FTSClient,
    change: Callable[[Callable[[Any], Any]], None],
    answered: object,
) -> None:
    _submit(mock_fts_client, "first")
    change(lambda _: {"job_id": answered})
    with pytest.raises(FTSResponseError) as caught:
        _submit(mock_fts_client)
    expected = caught.value.job_id
    assert expected not in {None, OTHER}
    # The error says which job may exist, also to those who only print it.
    assert f"Job {expected} may exist" in str(caught.value)


def test_id_of_a_submission_that_is_answered_in_capitals_is_the_one_that_was_chosen(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    _submit(mock_fts_client, "first")
    change(lambda value: {"job_id": value["job_id"].upper()})
    job_id = _submit(mock_fts_client)
    assert job_id == job_id.lower()


@pytest.mark.parametrize("answered", [None, {}, {"a": 1}, "x", [5], [None]])
def test_ban_is_answered_with_job_ids(
    mock_fts: MockFTS, change: Callable[[Callable[[Any], Any]], None], answered: object
) -> None:
    admin = mock_fts.credential("admin")
    with FTSClient(mock_fts.endpoint, credential=admin, ca_dir=mock_fts.ca_dir) as fts:
        change(lambda _: answered)
        with pytest.raises(FTSResponseError):
            fts.ban_se("mock://c.example")


def test_entry_with_a_server_error_does_not_end_the_watching(
    mock_fts: MockFTS,
    mock_fts_client: FTSClient,
    change: Callable[[Callable[[Any], Any]], None],
) -> None:
    ids = [_submit(mock_fts_client, name) for name in "ab"]
    mock_fts.clock.advance(2_000)
    broken = [3]

    def edit(jobs: list[Any]) -> list[Any]:
        broken[0] -= 1
        if broken[0] < 0:
            return jobs
        status = "503 Service Unavailable"
        return [
            {"job_id": job_id, "http_status": status, "http_message": "database"} for job_id in ids
        ]

    change(edit)
    seen = list(mock_fts_client.watch_jobs(ids, timeout_s=60, poll_s=0.05, max_poll_s=0.05))
    assert {getattr(job, "job_state", None) for job in seen} == {"FINISHED"}


def test_delegation_id_that_would_lead_elsewhere_is_refused(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    change(_where_present(delegation_id="../jobs/all"))
    with pytest.raises(FTSResponseError, match="as delegation id"):
        _submit(mock_fts_client)


def test_job_whose_files_are_null_is_read(
    mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    job_id = _submit(mock_fts_client)
    change(_where_present(files=None))
    job: Any = get_jobs.sync(job_id, client=mock_fts_client.raw, files="file_state")
    assert job.job_state == "SUBMITTED"


def test_lost_answer_of_a_server_that_does_not_tell_the_time_is_found(
    mock_fts: MockFTS, mock_fts_client: FTSClient, change: Callable[[Callable[[Any], Any]], None]
) -> None:
    job = Job(
        [Transfer("mock://a.example/f", "mock://b.example/f?time=900")],
        params=JobParams(sid="mine"),
    )
    mock_fts_client.delegate()
    change(_where_present(submit_time="yesterday"))
    mock_fts.faults.add(Fault("reset-after", "POST /jobs"))
    job_id = mock_fts_client.submit(job)
    assert mock_fts.state.job(job_id).job_state == "SUBMITTED"
    with pytest.raises(ConflictError):
        mock_fts_client.submit(job)
