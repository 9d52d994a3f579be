"""A proxy file that is renewed with other VO attributes during a procedure: it goes on with the credential it began with."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fts_client import AsyncFTSClient, FTSClient, Job, RetryPolicy, Transfer
from fts_client.proxy import create_proxy
from fts_client.transport.credential_source import CredentialSnapshot
from fts_contract.mock import Fault

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS

SUBMIT = r"POST /jobs$"
JOB = Job([Transfer("mock://a.example/f", "mock://b.example/f")])


class _ProxyFile:
    """The proxy of alice in a file of its own; in the pause before a repeat it becomes one without VO attributes."""

    def __init__(self, mock: MockFTS, path: Path) -> None:
        self.path = path
        self._other = mock.credential("alice-novoms")
        shutil.copy(mock.credential("alice"), path)

    def replace(self, _seconds: float = 0) -> None:
        self.put(self._other)

    def put(self, source: Path) -> None:
        beside = self.path.with_suffix(".new")
        shutil.copy(source, beside)
        beside.replace(self.path)

    async def async_replace(self, _seconds: float) -> None:
        self.replace()


@pytest.fixture
def proxy(mock_fts: MockFTS, tmp_path: Path) -> _ProxyFile:
    for name in ("alice", "alice-novoms"):
        mock_fts.state.delegate(name)
    return _ProxyFile(mock_fts, tmp_path / "proxy")


@pytest.fixture
def fts(mock_fts: MockFTS, proxy: _ProxyFile) -> Iterator[FTSClient]:
    with FTSClient(mock_fts.endpoint, credential=proxy.path, ca_dir=mock_fts.ca_dir) as fts:
        fts._clock.sleep = proxy.replace
        yield fts


def test_submit_whose_proxy_file_becomes_another_vo_between_attempts_makes_one_job(
    mock_fts: MockFTS, fts: FTSClient
) -> None:
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    job_id = fts.submit(JOB)
    assert mock_fts.state.job_count == 1
    assert mock_fts.state.find(job_id) is not None
    assert fts.whoami().vos != ["testvo"], "the next call goes with the new file"


async def test_async_submit_whose_proxy_file_becomes_another_vo_between_attempts_makes_one_job(
    mock_fts: MockFTS, proxy: _ProxyFile
) -> None:
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=proxy.path, ca_dir=mock_fts.ca_dir
    ) as fts:
        fts._clock.async_sleep = proxy.async_replace
        mock_fts.faults.add(Fault("reset-after", SUBMIT))
        job_id = await fts.submit(JOB)
        assert mock_fts.state.job_count == 1
        assert mock_fts.state.find(job_id) is not None
        assert (await fts.whoami()).vos != ["testvo"]


def test_submit_whose_proxy_file_becomes_another_vo_before_the_request_knows_its_job(
    mock_fts: MockFTS, fts: FTSClient
) -> None:
    # The file is replaced while the delegation is looked up; then the answer to the submission is lost.
    mock_fts.faults.add(Fault("status", r"GET /delegation/\w+$", status=503))
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    job_id = fts.submit(JOB)
    assert mock_fts.state.job_count == 1
    assert mock_fts.state.find(job_id) is not None


def test_delegation_whose_proxy_file_becomes_another_vo_meanwhile_is_of_one_identity(
    mock_fts: MockFTS, fts: FTSClient
) -> None:
    me = fts.whoami()
    mock_fts.faults.add(Fault("status", r"GET /delegation/\w+/request", status=503))
    info = fts.delegate(force=True)
    assert info.delegation_id == me.delegation_id
    assert info.voms_attrs, "the proxy that was sent is the one of the VO"


def test_other_client_used_during_a_submission_keeps_its_own_credential(
    mock_fts: MockFTS, fts: FTSClient, proxy: _ProxyFile
) -> None:
    seen: list[str] = []
    with FTSClient(
        mock_fts.endpoint, credential=mock_fts.credential("bob"), ca_dir=mock_fts.ca_dir
    ) as bob:

        def ask(_seconds: float) -> None:
            proxy.replace()
            seen.append(bob.whoami().user_dn)

        fts._clock.sleep = ask
        mock_fts.faults.add(Fault("reset-after", SUBMIT))
        fts.submit(JOB)
    assert seen[0].endswith("/CN=bob")


def test_credential_is_let_go_when_a_submission_fails(mock_fts: MockFTS, fts: FTSClient) -> None:
    mock_fts.faults.add(Fault("status", SUBMIT, status=500))
    with pytest.raises(Exception, match="500"):
        fts.submit(JOB)
    fts._clock.sleep(0)
    assert fts.whoami().vos != ["testvo"]


def test_whoami_answered_late_is_not_taken_for_the_renewed_credential(
    mock_fts: MockFTS, fts: FTSClient, proxy: _ProxyFile
) -> None:
    """Two threads: one has asked before the renewal, the other asks and is answered before the first one."""
    mock_fts.faults.add(Fault("delay", "GET /whoami", delay_s=3.0))
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(fts.submit, JOB)
        while not mock_fts.faults.hits:
            threading.Event().wait(0.01)
        proxy.replace()
        second = fts.submit(JOB)
        assert not first.done()
    assert mock_fts.state.job(first.result()).vo_name == "testvo"
    assert mock_fts.state.job(second).vo_name != "testvo"
    assert mock_fts.state.job(fts.submit(JOB)).vo_name != "testvo"


def test_connections_are_of_the_identity_they_were_opened_for(
    mock_fts: MockFTS, fts: FTSClient, proxy: _ProxyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file changes its VO for as long as a TLS context is made."""
    make = CredentialSnapshot.tls_context

    def made_meanwhile(snapshot: CredentialSnapshot) -> ssl.SSLContext:
        proxy.replace()
        try:
            return make(snapshot)
        finally:
            proxy.put(mock_fts.credential("alice"))

    monkeypatch.setattr(CredentialSnapshot, "tls_context", made_meanwhile)
    fts.server_info()
    assert fts.whoami().vos == ["testvo"]
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    job_id = fts.submit(JOB)
    assert mock_fts.state.job(job_id).vo_name == "testvo"
    assert mock_fts.state.job_count == 1


def test_no_destination_is_submitted_twice_while_the_proxy_file_changes_its_vo_all_the_time(
    mock_fts: MockFTS, proxy: _ProxyFile
) -> None:
    over = threading.Event()
    identities = [mock_fts.credential("alice"), mock_fts.credential("alice-novoms")]
    mock_fts.faults.add(Fault("reset-after", SUBMIT, count=None, probability=0.4, seed=3))

    def change() -> None:
        while not over.is_set():
            identities.reverse()
            proxy.put(identities[0])
            over.wait(0.005)

    def ask() -> None:
        while not over.is_set():
            client.server_info()

    def submit(name: int) -> list[str]:
        return [
            client.submit(
                Job([Transfer(f"mock://a.example/{name}-{i}", f"mock://b.example/{name}-{i}")])
            )
            for i in range(25)
        ]

    with (
        FTSClient(
            mock_fts.endpoint,
            credential=proxy.path,
            ca_dir=mock_fts.ca_dir,
            retry=RetryPolicy(max_retries=30, first_sleep_s=0.001, max_sleep_s=0.01),
        ) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        try:
            others = [pool.submit(work) for work in (change, ask, ask)]
            submitted = list(pool.map(submit, range(4)))
        finally:
            over.set()
    assert [other.result() for other in others] == [None] * 3
    assert mock_fts.state.job_count == 100
    assert all(mock_fts.state.find(job_id) for ids in submitted for job_id in ids)


def test_wait_that_outlasts_the_proxy_goes_on_with_the_renewed_one(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    path = tmp_path / "proxy"
    alice = mock_fts.credential("alice")
    path.touch(0o600)
    path.write_bytes(create_proxy(alice.read_bytes(), lifetime=timedelta(minutes=20)))

    def renew(seconds: float) -> None:
        mock_fts.clock.advance(seconds)
        beside = path.with_suffix(".new")
        shutil.copy(alice, beside)
        beside.replace(path)
        client._clock.now = lambda: datetime.now(UTC) + timedelta(minutes=30)

    with FTSClient(mock_fts.endpoint, credential=path, ca_dir=mock_fts.ca_dir) as client:
        mock_fts.state.delegate("alice")
        job_id = client.submit(JOB)
        client._clock.sleep = renew
        assert client.wait_for_job(job_id, timeout_s=60, poll_s=30).job_state == "FINISHED"


def test_connections_of_a_renewed_proxy_replace_the_old_ones(
    fts: FTSClient, proxy: _ProxyFile
) -> None:
    fts.whoami()
    (old,) = fts._transport._pools._blocking.values()
    (connection,) = old._idle._idle
    del old
    proxy.replace()
    fts.whoami()
    assert len(fts._transport._pools._blocking) == 1
    assert connection._channel.fileno() == -1
