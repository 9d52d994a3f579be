"""What Airflow learns of the provider, its connections, and its triggers."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import airflow
import jsonschema
import pytest
from airflow.providers_manager import ProvidersManager
from airflow.sdk import Connection
from airflow.triggers.base import TaskSuccessEvent

from fts_client import CredentialError, FTSUsageError
from fts_client.airflow import get_provider_info
from fts_client.airflow.hook import Access, FTSHook
from fts_client.airflow.triggers import FTSJobTrigger, _of_loop

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

SECRET = "eyJhbGciOi.c2VjcmV0LXRva2Vu.c2ln"  # noqa: S105 - of no server


def _connect(
    monkeypatch: pytest.MonkeyPatch, mock: MockFTS, name: str = "fts", **extra: str
) -> str:
    values = {
        "conn_type": "fts",
        "host": "localhost",
        "port": mock.port,
        "extra": {"credential": str(mock.credential()), "ca_dir": str(mock.ca_dir), **extra},
    }
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(values))
    return name


def test_airflow_finds_the_provider_and_it_fits_the_schema() -> None:
    (found,) = entry_points(group="apache_airflow_provider", name="provider_info").select(
        module="fts_client.airflow"
    )
    info = found.load()()
    schema = Path(airflow.__path__[0]) / "provider_info.schema.json"
    jsonschema.validate(info, json.loads(schema.read_text()))
    assert info == get_provider_info()


def test_airflow_shows_the_connection_type_and_the_link() -> None:
    manager = ProvidersManager()
    hook = manager.hooks["fts"]
    assert hook is not None
    assert (hook.hook_name, hook.connection_id_attribute_name) == ("FTS", "fts_conn_id")
    assert "fts_client.airflow.operators.FTSJobLink" in manager.extra_links_class_names


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ({"host": "fts.example.org"}, "https://fts.example.org:8446"),
        ({"host": "https://fts.example.org/"}, "https://fts.example.org:8446"),
        ({"host": "fts.example.org:443"}, "https://fts.example.org:443"),
        ({"host": " HTTPS://fts.example.org "}, "https://fts.example.org:8446"),
        ({"host": "fts.example.org", "port": 9000}, "https://fts.example.org:9000"),
    ],
)
def test_connection_gives_the_endpoint(given: dict[str, Any], endpoint: str) -> None:
    access = Access.of(Connection(conn_id="c", conn_type="fts", **given))
    assert access.endpoint == endpoint
    assert access.job_page("1-2") == "https://fts.example.org:8449/fts3/ftsmon/#/job/1-2"


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [("[::1]", "https://[::1]:8446"), ("[::1]:9000", "https://[::1]:9000")],
)
def test_connection_may_name_an_ipv6_address(host: str, endpoint: str) -> None:
    access = Access.of(Connection(conn_id="c", conn_type="fts", host=host))
    assert (access.endpoint, access.job_page("1")[:18]) == (endpoint, "https://[::1]:8449")


def test_connection_may_name_a_path() -> None:
    access = Access.of(Connection(conn_id="c", conn_type="fts", host="https://h.org/fts"))
    assert access.endpoint == "https://h.org:8446/fts"


@pytest.mark.parametrize(
    "extra",
    [
        '{"verify": "false"}',
        '{"credentials": "/p"}',
        '{"credential": ["/p"]}',
        '{"ca_dir": 5}',
        f'{{"monitor": "https://joe:{SECRET}@m.org"}}',
        "[1]",
        '"text"',
        f"{{{SECRET}",
        "[" * 100_000,
    ],
)
def test_extra_field_that_cannot_be_used_is_refused(extra: str) -> None:
    with pytest.raises(FTSUsageError, match="extra fields of connection 'c'") as caught:
        Access.of(Connection(conn_id="c", conn_type="fts", host="h.org", extra=extra))
    assert SECRET not in f"{caught.value}{caught.value.__context__}"


@pytest.mark.parametrize("extra", [None, "", "{}", "null", '{"credential": null, "monitor": ""}'])
def test_connection_without_extra_fields_is_taken(extra: str | None) -> None:
    connection = Connection(conn_id="c", conn_type="fts", host="h.org", extra=extra)
    assert Access.of(connection).credential is None


@pytest.mark.parametrize(
    "path", ["/dev/zero", "nothing/here", "a\0b", "x" * 5000, "", "pipe"], ids=str.split
)
def test_path_that_holds_no_credential_is_a_typed_error(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    extra = json.dumps({"credential": f"{tmp_path}/{path}" if path == "pipe" else path or SECRET})
    connection = Connection(conn_id="c", conn_type="fts", host="h.org", extra=extra)
    with pytest.raises(CredentialError) as caught:
        Access.of(connection).client()
    assert SECRET not in str(caught.value)


def test_connection_with_a_token_does_not_show_it() -> None:
    connection = Connection(conn_id="c", conn_type="fts", host="h.org", password=SECRET)
    access = Access.of(connection)
    assert access.token == SECRET
    with access.client() as fts:
        shown = f"{access!r} {access} {fts!r}"
    assert SECRET not in shown
    assert access != Access.of(Connection(conn_id="c", conn_type="fts", host="h.org"))


def test_connection_with_a_token_file_reads_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text(SECRET)
    extra = json.dumps({"credential": str(path)})
    with Access.of(Connection(conn_id="c", conn_type="fts", host="h.org", extra=extra)).client():
        pass


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "names no host"),
        ({"host": "[::1"}, "not a valid endpoint"),
        ({"host": "h.org:abc"}, "not a valid endpoint"),
        ({"host": "h.org:99999"}, "not a valid endpoint"),
        ({"host": "h.org", "port": -1}, "not a valid endpoint"),
        ({"host": "http://h.org"}, "not a valid endpoint"),
        ({"host": f"joe:{SECRET}@h.org"}, "not a valid endpoint"),
        (
            {"host": "h.org", "password": SECRET, "extra": '{"credential": "/p"}'},
            "both a credential file and a token",
        ),
    ],
)
def test_connection_that_cannot_be_used_says_why(given: dict[str, Any], message: str) -> None:
    with pytest.raises(FTSUsageError, match=message) as caught:
        Access.of(Connection(conn_id="c", conn_type="fts", **given))
    assert SECRET not in str(caught.value)


def test_button_of_the_form_says_who_we_are(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = FTSHook(_connect(monkeypatch, mock_fts))
    assert hook.test_connection() == (
        True,
        f"{mock_fts.endpoint} takes us for /DC=org/DC=example/O=Users/CN=alice",
    )
    with hook.get_conn() as fts:
        assert fts.whoami().user_dn.endswith("CN=alice")
    mock_fts.stop()
    good, message = hook.test_connection()
    mock_fts.start()
    assert (good, "refused" in message) == (False, True)


def test_trigger_is_made_again_from_what_it_says_of_itself() -> None:
    trigger = FTSJobTrigger(fts_conn_id="c", job_ids=("1",), poll_s=5, end_task=True)
    path, values = trigger.serialize()
    assert path == "fts_client.airflow.triggers.FTSJobTrigger"
    assert values == {"fts_conn_id": "c", "job_ids": ["1"], "poll_s": 5, "end_task": True}
    assert FTSJobTrigger(**values).serialize() == (path, values)


@pytest.mark.parametrize(
    "wrong",
    [{"job_ids": [bad]} for bad in ("", "all", "a/b", "['1']", None, 5)]
    + [{"job_ids": bad} for bad in (None, "1")]
    + [{"poll_s": bad} for bad in (0, -1, "30", None, float("nan"), timedelta(seconds=30))],
    ids=str,
)
def test_trigger_that_would_end_the_waits_of_others_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FTSUsageError):
        FTSJobTrigger(**{"fts_conn_id": "c", "job_ids": ["1"], "poll_s": 5, **wrong})


async def test_hook_makes_an_asynchronous_client(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await FTSHook(_connect(monkeypatch, mock_fts)).async_client() as fts:
        assert (await fts.whoami()).user_dn.endswith("CN=alice")


async def _events(trigger: FTSJobTrigger) -> list[Any]:
    return [event async for event in trigger.run()]


async def test_trigger_tells_what_has_not_finished_well(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = _connect(monkeypatch, mock_fts)
    good, bad = (
        mock_fts.state.add_job(files=({},), job_state=state).job_id
        for state in ("FINISHED", "FAILED")
    )
    (event,) = await _events(FTSJobTrigger(fts_conn_id=name, job_ids=[good, bad], poll_s=1))
    assert event.payload == {"unfinished": {bad: "FAILED"}}
    for job, kind in [(good, TaskSuccessEvent), (bad, None)]:
        trigger = FTSJobTrigger(fts_conn_id=name, job_ids=[job], poll_s=1, end_task=True)
        (event,) = await _events(trigger)
        assert isinstance(event, TaskSuccessEvent) == (kind is TaskSuccessEvent)


async def test_a_connection_that_does_not_exist_fails_the_task_at_once() -> None:
    with pytest.raises(Exception, match="no-such-connection"):
        await _events(FTSJobTrigger(fts_conn_id="no-such-connection", job_ids=["1"], poll_s=1))


async def test_connections_to_the_same_server_as_the_same_identity_share_a_poller(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [_connect(monkeypatch, mock_fts, name) for name in ("first", "second")]
    other = _connect(monkeypatch, mock_fts, "other", credential=str(mock_fts.credential("bob")))
    job = mock_fts.state.add_job(files=({},)).job_id
    tasks = [
        asyncio.create_task(_events(FTSJobTrigger(fts_conn_id=name, job_ids=[job], poll_s=1)))
        for name in (*names, other)
    ]
    await asyncio.sleep(0.5)
    assert len(_of_loop[asyncio.get_running_loop()].pollers) == 2
    mock_fts.state.job(job).job_state = "FINISHED"
    assert len(await asyncio.gather(*tasks)) == 3


async def test_a_connection_that_has_changed_is_followed(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fts_client.airflow.triggers._CHECK_CONNECTION_S", 0.2)
    job = mock_fts.state.add_job(files=({},)).job_id
    name = _connect(monkeypatch, mock_fts, credential="/is/not/there")
    async with asyncio.timeout(20):
        task = asyncio.create_task(
            _events(FTSJobTrigger(fts_conn_id=name, job_ids=[job], poll_s=1))
        )
        await asyncio.sleep(0.5)
        monkeypatch.delenv("AIRFLOW_CONN_FTS")
        await asyncio.sleep(0.5)
        assert not task.done()
        _connect(monkeypatch, mock_fts)
        mock_fts.state.job(job).job_state = "FINISHED"
        (event,) = await task
    assert event.payload == {"unfinished": {}}
