"""One scenario, three ways: the synchronous client, the asynchronous client, and easy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client import Job, JobParams, Transfer, easy

if TYPE_CHECKING:
    from fts_client import AsyncFTSClient, FTSClient
    from fts_contract.mock import MockFTS

SOURCE, DESTINATION = "mock://a.example/f?size_pre=10", "mock://b.example/f?size_post=10&time=2"
ALICE = "/DC=org/DC=example/O=Users/CN=alice"


def _job() -> Job:
    return Job([Transfer(SOURCE, DESTINATION)], params=JobParams(priority=4))


def test_scenario_through_the_synchronous_client(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    fts = mock_fts_client
    assert fts.server_info().api.major == 3
    assert fts.whoami().user_dn == ALICE
    assert fts.delegation_info().expires_at is None
    assert fts.delegate().renewed
    assert not fts.delegate().renewed
    job_id, other_id = fts.submit(_job()), fts.submit(_job())
    assert fts.get_job(job_id).priority == 4
    assert {job.job_id for job in fts.list_jobs()} == {job_id, other_id}
    assert {file.dest_surl for file in fts.list_files()} == {DESTINATION}
    modified = fts.modify_jobs([other_id], priority=1)
    assert [job.priority for job in modified] == [1]
    cancelled = fts.cancel_jobs([other_id])
    assert [job.job_state for job in cancelled] == ["CANCELED"]
    mock_fts.clock.advance(60)
    assert fts.wait_for_job(job_id, timeout_s=5).job_state == "FINISHED"
    assert [file.file_state for file in fts.list_job_files(job_id)] == ["FINISHED"]
    assert [job.job_state for job in fts.get_jobs([job_id, other_id])] == ["FINISHED", "CANCELED"]


async def test_scenario_through_the_asynchronous_client(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    fts = mock_fts_async_client
    assert (await fts.server_info()).api.major == 3
    assert (await fts.whoami()).user_dn == ALICE
    assert (await fts.delegation_info()).expires_at is None
    assert (await fts.delegate()).renewed
    assert not (await fts.delegate()).renewed
    job_id, other_id = await fts.submit(_job()), await fts.submit(_job())
    assert (await fts.get_job(job_id)).priority == 4
    assert {job.job_id for job in await fts.list_jobs()} == {job_id, other_id}
    assert {file.dest_surl for file in await fts.list_files()} == {DESTINATION}
    modified = await fts.modify_jobs([other_id], priority=1)
    assert [job.priority for job in modified] == [1]
    cancelled = await fts.cancel_jobs([other_id])
    assert [job.job_state for job in cancelled] == ["CANCELED"]
    mock_fts.clock.advance(60)
    assert (await fts.wait_for_job(job_id, timeout_s=5)).job_state == "FINISHED"
    assert [file.file_state for file in await fts.list_job_files(job_id)] == ["FINISHED"]
    both = await fts.get_jobs([job_id, other_id])
    assert [job.job_state for job in both] == ["FINISHED", "CANCELED"]


def test_scenario_through_easy(mock_fts: MockFTS) -> None:
    fts = easy.Context(
        mock_fts.endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir
    )
    assert fts.get_endpoint_info()["api"]["major"] == 3
    me = easy.whoami(fts)
    assert me["user_dn"] == ALICE
    assert not easy.Delegator(fts).get_info()
    assert easy.delegate(fts) == me["delegation_id"]
    job = easy.new_job([easy.new_transfer(SOURCE, DESTINATION)], priority=4)
    job_id, other_id = easy.submit(fts, job), easy.submit(fts, job)
    assert easy.get_job_status(fts, job_id)["priority"] == 4
    assert {listed["job_id"] for listed in easy.list_jobs(fts)} == {job_id, other_id}
    assert easy.cancel(fts, other_id)["job_state"] == "CANCELED"
    mock_fts.clock.advance(60)
    status = easy.get_job_status(fts, job_id, list_files=True)
    assert status["job_state"] == "FINISHED"
    assert [file["file_state"] for file in status["files"]] == ["FINISHED"]
    assert status["dm"] == []
    both = easy.get_jobs_statuses(fts, [job_id, other_id])
    assert [one["job_state"] for one in both] == ["FINISHED", "CANCELED"]
