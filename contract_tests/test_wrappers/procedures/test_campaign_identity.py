"""A proxy file that becomes another identity between the jobs of `submit_many`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fts_client import AsyncFTSClient, FTSClient, IdentityChangedError, SubmitOutcome, Transfer
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock import MockFTS

TRANSFERS = [
    Transfer(f"mock://a.example/{i}", f"mock://b.example/{i}?overwrite") for i in range(6)
]


@pytest.fixture
def proxy(mock_fts: MockFTS, tmp_path: Path) -> Path:
    return Path(shutil.copy(mock_fts.credential("alice"), tmp_path / "proxy"))


@pytest.fixture
def fts(mock_fts: MockFTS, proxy: Path) -> Iterator[FTSClient]:
    with FTSClient(mock_fts.endpoint, credential=proxy, ca_dir=mock_fts.ca_dir) as fts:
        yield fts


def _put(pem: bytes, path: Path) -> None:
    beside = path.with_suffix(".new")
    beside.touch(0o600)
    beside.write_bytes(pem)
    beside.replace(path)


def _submit_until_changed(
    fts: FTSClient, proxy: Path, pem: bytes, *, campaign: str | None, seen: list[SubmitOutcome]
) -> None:
    """Submit one job after the other; the proxy file becomes another one when two are done."""
    for outcome in fts.submit_many(TRANSFERS, files_per_job=1, campaign=campaign, concurrency=1):
        seen.append(outcome)
        if len(seen) == 2:
            _put(pem, proxy)


def _other(mock: MockFTS) -> bytes:
    return mock.credential("alice-novoms").read_bytes()


@pytest.mark.parametrize("campaign", ["nightly", None])
def test_submit_many_whose_proxy_becomes_another_vo_stops_and_says_so(
    mock_fts: MockFTS, fts: FTSClient, proxy: Path, campaign: str | None
) -> None:
    seen: list[SubmitOutcome] = []
    with pytest.raises(IdentityChangedError) as caught:
        _submit_until_changed(fts, proxy, _other(mock_fts), campaign=campaign, seen=seen)
    error = caught.value
    # What was under way is finished.
    assert mock_fts.state.job_count == len(seen) < len(TRANSFERS)
    assert list(error.job_ids) == [outcome.job_id for outcome in seen]
    assert {mock_fts.state.job(job_id).vo_name for job_id in error.job_ids} == {"testvo"}
    assert error.campaign == campaign
    assert "testvo" in error.before
    assert "testvo" not in error.now
    assert (campaign or "submit_many") in str(error)


def test_campaign_that_stopped_goes_on_with_the_right_proxy(
    mock_fts: MockFTS, fts: FTSClient, proxy: Path
) -> None:
    with pytest.raises(IdentityChangedError):
        _submit_until_changed(fts, proxy, _other(mock_fts), campaign="c", seen=[])
    made = mock_fts.state.job_count
    _put(mock_fts.credential("alice").read_bytes(), proxy)
    outcomes = list(fts.submit_many(TRANSFERS, files_per_job=1, campaign="c"))
    assert [outcome.existed for outcome in outcomes].count(True) == made
    assert mock_fts.state.job_count == len(TRANSFERS)


async def test_async_submit_many_whose_proxy_becomes_another_user_stops_and_says_so(
    mock_fts: MockFTS, proxy: Path
) -> None:
    async def submit(fts: AsyncFTSClient) -> None:
        async for _ in fts.submit_many(TRANSFERS, files_per_job=1, concurrency=1):
            _put(mock_fts.credential("bob").read_bytes(), proxy)

    async with AsyncFTSClient(mock_fts.endpoint, credential=proxy, ca_dir=mock_fts.ca_dir) as fts:
        with pytest.raises(IdentityChangedError, match=r"CN=alice.*CN=bob"):
            await submit(fts)
    users = {job.user_dn for job in mock_fts.state.jobs_of(None, only_open=False)}
    assert [user.rpartition("=")[2] for user in users] == ["alice"]


def test_submit_many_whose_proxy_is_renewed_goes_on(
    mock_fts: MockFTS, fts: FTSClient, proxy: Path
) -> None:
    for _ in fts.submit_many(TRANSFERS, files_per_job=1, campaign="c", concurrency=1):
        _put(shared_pki().issue("alice").pem, proxy)
    assert mock_fts.state.job_count == len(TRANSFERS)
