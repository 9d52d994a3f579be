"""A proxy file that is renewed with other VO attributes during a procedure: it goes on with the credential it began with."""

from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from fts_client import AsyncFTSClient, FTSClient, Job, Transfer
from fts_client.clock import Clock
from fts_client.delegation.memory import Session
from fts_client.delegation.procedure import identity
from fts_client.procedures.driver import Call
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
        beside = self.path.with_suffix(".new")
        shutil.copy(self._other, beside)
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


def test_whoami_answered_late_is_not_taken_for_the_renewed_credential() -> None:
    """Two threads: one has asked before the renewal, the other asks and is answered before the first one."""
    now = ["old"]
    session = Session(
        endpoint="https://h.example", clock=Clock(), identity=lambda: now[0], sign=None
    )

    def answer(dn: str) -> Any:
        return SimpleNamespace(parsed=SimpleNamespace(user_dn=dn, method="certificate"))

    def finish(send: Callable[[Any], Any], dn: str) -> str:
        with pytest.raises(StopIteration) as stop:
            send(answer(dn))
        return cast("str", stop.value.value.user_dn)

    first, second = identity(session), identity(session)
    assert next(first) == Call("server.whoami")
    now[0] = "new"
    assert next(second) == Call("server.whoami")
    assert finish(second.send, "new") == "new"
    assert finish(first.send, "old") == "old"
    with pytest.raises(StopIteration) as stop:
        next(identity(session))
    assert stop.value.value.user_dn == "new"
