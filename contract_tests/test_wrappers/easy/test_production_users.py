"""The calls of production users, as their programs make them: Rucio's transfer tool, DIRAC's FTS3Job, CRAB's script."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    ConflictError,
    FTSClient,
    Job,
    JobParams,
    Transfer,
    X509Credential,
    easy,
    record_exchanges,
)
from fts_client.easy import exceptions
from fts_client.easy.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"
RUCIO_FIELDS = (
    "file_state",
    "dest_surl",
    "finish_time",
    "start_time",
    "staging_start",
    "staging_finished",
    "reason",
    "source_surl",
    "file_metadata",
)


@pytest.fixture
def admin(mock_fts: MockFTS) -> Iterator[FTSClient]:
    credential = X509Credential.from_file(mock_fts.credential("admin"))
    with FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as client:
        yield client


# --- Rucio ---------------------------------------------------------------------------------------


def _rucio_job(sid: str, *, files: int = 2) -> Job:
    return Job(
        [
            Transfer(
                f"mock://src.example/{sid}/{number}",
                f"mock://dst.example/{sid}/{number}?time=900",
                checksum="ADLER32:12345678",
                filesize=1000,
                activity="User Subscriptions",
                selection_strategy="auto",
                scitag=65,
                metadata={
                    "request_id": f"{number:032}",
                    "scope": "user.alice",
                    "name": f"file-{number}",
                    "activity": "User Subscriptions",
                    "request_type": "transfer",
                    "src_type": "DISK",
                    "dst_type": "TAPE",
                    "src_rse": "SRC",
                    "dst_rse": "DST",
                    "src_rse_id": "a" * 32,
                    "dest_rse_id": "b" * 32,
                    "filesize": 1000,
                    "md5": None,
                    "adler32": "12345678",
                },
                archive_metadata={"scheduling_hints": {"archive_priority": "100"}},
                staging_metadata={"default": {"activity": "User Subscriptions"}},
            )
            for number in range(files)
        ],
        params=JobParams(
            verify_checksum="both",
            copy_pin_lifetime=-1,
            bring_online=None,
            job_metadata={"issuer": "rucio", "multi_sources": False},
            overwrite=False,
            overwrite_when_only_on_disk=False,
            priority=3,
            strict_copy=False,
            s3alternate=True,
            archive_timeout=86400,
            dst_file_report=True,
            max_time_in_queue=12,
            id_generator="deterministic",
            sid=sid,
        ),
    )


def test_rucio_submits_with_an_id_that_it_knows_in_advance(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    me = mock_fts_client.whoami()
    expected = str(uuid.uuid5(uuid.uuid5(uuid.UUID(me.base_id), me.vos[0]), "rucio-1"))
    assert mock_fts_client.submit(_rucio_job("rucio-1")) == expected
    with pytest.raises(ConflictError, match="sid") as caught:
        mock_fts_client.submit(_rucio_job("rucio-1"))
    assert caught.value.job_id == expected
    assert mock_fts.state.job_count == 1


def test_rucio_polls_a_hundred_jobs_in_one_request_and_reads_what_it_needs(
    mock_fts_client: FTSClient,
) -> None:
    ids = [mock_fts_client.submit(_rucio_job(f"poll-{n}", files=1)) for n in range(3)]
    mock_fts_client.cancel_jobs(ids[:1])
    asked = [*ids, *(f"{number:08}{MISSING[8:]}" for number in range(97))]
    with record_exchanges() as seen:
        result = mock_fts_client.get_jobs(asked, files=RUCIO_FIELDS)
    (exchange,) = seen
    assert exchange.status_code == 207
    assert f"files={','.join(RUCIO_FIELDS)}".replace(",", "%2C") in exchange.url.replace(
        ",", "%2C"
    )
    assert [job.job_id for job in result] == ids
    assert len(result.failures) == 97
    answer = {entry["job_id"]: entry for entry in exchange.json()}
    assert {entry["http_status"] for entry in answer.values()} == {"200 Ok", "404 Not Found"}
    first = answer[ids[0]]
    assert first["job_state"] == "CANCELED"
    assert first["job_metadata"]["issuer"] == "rucio"
    (file,) = first["files"]
    assert set(file) == set(RUCIO_FIELDS)
    assert file["file_metadata"]["request_id"] == "0" * 32
    datetime.strptime(file["finish_time"], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)


def test_rucio_changes_the_priority_of_a_job(mock_fts_client: FTSClient) -> None:
    job_id = mock_fts_client.submit(_rucio_job("prio"))
    with record_exchanges() as seen:
        mock_fts_client.modify_jobs([job_id], priority=5).raise_for_failures()
    assert seen[-1]._request_body.replace(" ", "") == '{"params":{"priority":5}}'
    assert mock_fts_client.get_job(job_id).priority == 5


def test_rucio_sets_and_reads_the_limits_of_a_storage(admin: FTSClient) -> None:
    storage = "mock://tape.example"
    limits = {
        "inbound_max_active": 10,
        "outbound_max_active": 20,
        "inbound_max_throughput": 30.0,
        "outbound_max_throughput": 40.0,
    }
    admin.set_se_config({storage: {"operations": {"testvo": {"staging": 100}}, "se_info": limits}})
    entry = admin.get_se_config()[storage].to_dict()
    assert {name: entry["se_info"][name] for name in limits} == limits
    assert entry["operations"]["testvo"]["staging"] == 100


def test_rucio_bans_and_unbans_a_storage(admin: FTSClient, mock_fts_client: FTSClient) -> None:
    mock_fts_client.submit(_rucio_job("ban"))
    admin.ban_se("mock://src.example", message="from rucio", status="wait")
    assert [ban.message for ban in admin.list_banned_se()] == ["from rucio"]
    admin.unban_se("mock://src.example")
    assert admin.list_banned_se() == []


# --- DIRAC ---------------------------------------------------------------------------------------


def _dirac_context(mock: MockFTS) -> Any:
    return easy.Context(
        endpoint=mock.endpoint,
        ucert=str(mock.credential("alice")),
        request_class=Request,
        verify=False,
        fts_access_token=None,
    )


def test_dirac_submits_staging_with_archiving_and_follows_it(mock_fts: MockFTS) -> None:
    context = _dirac_context(mock_fts)
    lifetime = timedelta(hours=36)
    assert easy.delegate(context, lifetime=lifetime, delegate_when_lifetime_lt=lifetime // 3)
    transfers = [
        easy.new_transfer(
            f"mock://tape.example/{number}",
            f"mock://disk.example/{number}?time=900",
            checksum="ADLER32:12345678",
            filesize=1000,
            metadata={"desc": f"Transfer 1/{number}", "fileID": number, "activity": "Staging"},
            activity="default",
            source_token=None,
            destination_token=None,
        )
        for number in (1, 2)
    ]
    job = easy.new_job(
        transfers=transfers,
        overwrite=True,
        source_spacetoken=None,
        destination_spacetoken=None,
        bring_online=36000,
        copy_pin_lifetime=36000,
        retry=3,
        verify_checksum="target",
        multihop=False,
        metadata={
            "operationID": 7,
            "rmsReqID": 8,
            "sourceSE": "CERN-TAPE",
            "targetSE": "CERN-DISK",
            "useTokens": False,
            "activity": "Staging",
        },
        priority=3,
        archive_timeout=72 * 3600,
    )
    job_id = easy.submit(context, job)
    status = easy.get_job_status(context, job_id, list_files=True)
    assert status["job_state"].capitalize() == "Staging"
    assert status["job_metadata"]["sourceSE"] == "CERN-TAPE"
    assert {file["file_metadata"]["fileID"] for file in status["files"]} == {1, 2}
    assert all(
        {"file_state", "reason", "recoverable", "filesize", "tx_duration"} <= set(file)
        for file in status["files"]
    )
    assert status["dm"] == []
    assert easy.cancel(context, job_id)["job_state"].capitalize() == "Canceled"


def test_dirac_recognises_a_job_that_is_gone(mock_fts: MockFTS) -> None:
    context = _dirac_context(mock_fts)
    with pytest.raises(exceptions.NotFound):
        easy.get_job_status(context, MISSING, list_files=True)
    with pytest.raises(exceptions.FTS3ClientException):
        easy.cancel(context, MISSING)


def test_dirac_delegation_of_36_hours_is_renewed_below_a_third(mock_fts: MockFTS) -> None:
    context = _dirac_context(mock_fts)
    lifetime = timedelta(hours=36)
    with record_exchanges() as seen:
        for _ in range(2):
            easy.delegate(context, lifetime=lifetime, delegate_when_lifetime_lt=lifetime // 3)
    # One delegation serves both calls when the test proxy lasts longer than a third of the lifetime.
    left = easy.Delegator(context).get_info()["termination_time"]
    puts = sum(exchange.method == "PUT" for exchange in seen)
    ends = datetime.strptime(left, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    assert puts == (1 if ends - mock_fts.clock.now() > lifetime / 3 else 2)


def test_dirac_uses_one_context_per_thread(mock_fts: MockFTS) -> None:
    context = _dirac_context(mock_fts)
    easy.delegate(context)
    job = easy.new_job([easy.new_transfer("mock://a.example/f", "mock://b.example/f?time=900")])
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(easy.submit(context, job))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == mock_fts.state.job_count == 10


# --- CRAB ----------------------------------------------------------------------------------------


def test_crab_submits_a_reuse_job_and_reads_the_files(mock_fts: MockFTS) -> None:
    context = easy.Context(
        mock_fts.endpoint,
        str(mock_fts.credential("alice")),
        str(mock_fts.credential("alice")),
        verify=True,
        capath=str(mock_fts.ca_dir),
    )
    easy.delegate(
        context,
        lifetime=timedelta(hours=48),
        delegate_when_lifetime_lt=timedelta(hours=24),
        force=False,
    )
    transfers = [
        easy.new_transfer(
            f"mock://site.example/{number}",
            f"mock://home.example/{number}?time=900",
            filesize=1000,
            metadata={"oracleId": f"{number:040x}"},
        )
        for number in range(3)
    ]
    job = easy.new_job(
        transfers,
        overwrite=True,
        verify_checksum=True,
        metadata={"issuer": "ASO", "userDN": "/CN=alice", "taskname": "task"},
        copy_pin_lifetime=-1,
        bring_online=None,
        source_spacetoken=None,
        max_time_in_queue=10,
        retry=3,
        reuse=True,
        retry_delay=600,
    )
    job_id = easy.submit(context, job)
    brief = easy.get_job_status(context, job_id, list_files=False)
    assert "files" not in brief
    assert (brief["job_type"], brief["retry_delay"], brief["retry"]) == ("Y", 600, 3)
    full = easy.get_job_status(context, job_id, list_files=True)
    assert {file["file_metadata"]["oracleId"] for file in full["files"]} == {
        f"{number:040x}" for number in range(3)
    }
    assert all({"file_state", "source_surl", "reason"} <= set(file) for file in full["files"])
