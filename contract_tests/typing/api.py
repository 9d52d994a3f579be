"""Type-checked, never run: what type checkers are promised about the public interface."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, assert_type

from fts_client import (
    AsyncFTSClient,
    BannedDn,
    BannedSe,
    BulkFailure,
    BulkResult,
    CancelCounts,
    ClientPool,
    DelegationInfo,
    Exchange,
    File,
    FileSelection,
    FTSAPIError,
    FTSClient,
    Job,
    JobChange,
    JobParams,
    JobRecord,
    JobStatus,
    ModifiedJob,
    RetryPolicy,
    SeEntry,
    ServerInfo,
    SubmitOutcome,
    Timeouts,
    TokenCredential,
    Transfer,
    Whoami,
    X509Credential,
    easy,
    read_transfers,
    record_exchanges,
)
from fts_client.procedures.concurrency import AsyncOutcomes, Outcomes


def synchronous() -> None:
    credential = X509Credential.from_file("/tmp/x509up_u0")  # noqa: S108
    with FTSClient(
        "https://fts.example.org:8446",
        credential=credential,
        ca_dir="/etc/grid-security/certificates",
        timeouts=Timeouts(read_s=10),
        retry=RetryPolicy(max_retries=1),
    ) as fts:
        assert_type(fts, FTSClient)
        assert_type(fts.server_info(), ServerInfo)
        assert_type(fts.whoami(), Whoami)
        info = fts.delegate(lifetime=timedelta(hours=12))
        assert_type(info, DelegationInfo)
        assert_type(info.expires_at, datetime | None)
        assert_type(info.time_left(), timedelta | None)
        assert_type(fts.ensure_delegation(min_left=timedelta(hours=3)), DelegationInfo)
        job = Job(
            [Transfer("davs://a/f", ["davs://b/f"], checksum=None)], params=JobParams(retry=3)
        )
        assert_type(fts.submit(job), str)
        assert_type(fts.get_job("x"), JobStatus)
        assert_type(fts.get_jobs(["x"], files=("file_state",)), BulkResult[JobStatus])
        assert_type(fts.list_jobs(state_in=["ACTIVE"]), list[JobRecord])
        assert_type(fts.list_files(), list[File])
        assert_type(fts.list_job_files("x"), list[File])
        assert_type(fts.wait_for_job("x", timeout_s=1), JobStatus)
        assert_type(fts.cancel_job("x"), JobChange)
        assert_type(fts.modify_job("x", priority=3), ModifiedJob)
        assert_type(fts.cancel_jobs(["x"]), BulkResult[JobChange])
        assert_type(fts.cancel_files("x", [1]), dict[int, str])
        assert_type(fts.modify_jobs(["x"], priority=3), BulkResult[ModifiedJob])
        assert_type(fts.with_timeouts(Timeouts(read_s=1)), FTSClient)
        assert_type(fts.ensure_delegation(), DelegationInfo)
        transfers = (Transfer("a", "b") for _ in range(3))
        assert_type(fts.submit_many(transfers, campaign="k"), Outcomes[SubmitOutcome])
        assert_type(fts.watch_jobs(["x"], timeout_s=1), Iterator[JobStatus | BulkFailure])
        for outcome in fts.submit_many(transfers):
            assert_type(outcome.job_id, str | None)
            assert_type(outcome.error, FTSAPIError | None)
        assert_type(fts.list_job_files("x")[0].to_transfer(), Transfer)
        for told in fts.get_jobs(["x"], files=["source_surl"]):
            if told.files:
                assert_type(told.files, list[FileSelection])
                assert_type(told.files[0].to_transfer(), Transfer)
        assert_type(Transfer.like({"source_surl": "mock://a/f"}), Transfer)
        assert_type(JobParams.like(fts.get_job("x")), JobParams)
        assert_type(read_transfers("pairs.csv"), list[Transfer])
        assert_type(Job.from_dict({"files": []}), Job)
        assert_type(ClientPool().client("https://fts.example.org:8446"), FTSClient)
        with record_exchanges() as seen:
            assert_type(seen, list[Exchange])


def administrator(fts: FTSClient) -> None:
    assert_type(fts.cancel_all(vo_name="x"), CancelCounts)
    assert_type(fts.ban_se("x", status="wait"), list[str])
    assert_type(fts.list_banned_se(), list[BannedSe])
    assert_type(fts.ban_dn("x"), list[str])
    assert_type(fts.list_banned_dn(), list[BannedDn])
    assert_type(fts.get_se_config(), dict[str, SeEntry])
    answer = fts.set_se_config({"x": {"se_info": {"inbound_max_active": 1}}})
    assert_type(answer, list[dict[str, Any] | None])
    fts.set_se_config(fts.get_se_config())


def paths_and_trust() -> None:
    FTSClient("https://fts.example.org:8446", credential="/tmp/x509up_u0")  # noqa: S108
    AsyncFTSClient(
        "https://fts.example.org:8446",
        credential=Path("/tmp/x509up_u0"),  # noqa: S108
        ca_file="/etc/pki/ca.pem",
        crl_check="available",
    )


async def asynchronous() -> None:
    async with AsyncFTSClient(
        "https://fts.example.org:8446", credential=TokenCredential("x")
    ) as fts:
        assert_type(fts, AsyncFTSClient)
        assert_type(await fts.submit(Job([Transfer("a", "b")])), str)
        assert_type(await fts.get_jobs(["x"]), BulkResult[JobStatus])
        assert_type((await fts.list_job_files("x"))[0].to_transfer(), Transfer)
        assert_type(fts.submit_many([Transfer("a", "b")]), AsyncOutcomes[SubmitOutcome])
        async for job in fts.watch_jobs(["x"], timeout_s=1):
            assert_type(job, JobStatus | BulkFailure)
        assert_type(await fts.cancel_all(), CancelCounts)
        assert_type(await fts.list_banned_se(), list[BannedSe])
        assert_type(await fts.get_se_config("x"), dict[str, SeEntry])


def errors(error: FTSAPIError) -> None:
    assert_type(error.status_code, int)
    assert_type(error.job_id, str | None)


def compatible() -> None:
    context = easy.Context("https://fts.example.org:8446")
    assert_type(easy.new_job([easy.new_transfer("a", "b")]), dict[str, Any])
    assert_type(easy.submit(context, {}), str)
    assert_type(easy.delegate(context), str)
