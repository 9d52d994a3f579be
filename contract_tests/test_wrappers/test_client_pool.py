"""A pool of clients as a daemon uses it: hundreds of threads, several VOs, renewed proxies, forks."""

from __future__ import annotations

import gc
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    ClientPool,
    CredentialError,
    FTSClient,
    FTSUsageError,
    Job,
    Transfer,
    X509Credential,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS

THREADS = 200
VO_OF = {"alice": "testvo", "bob-novoms": None}


@pytest.fixture
def made() -> list[FTSClient]:
    return []


@pytest.fixture
def make(mock_fts: MockFTS, made: list[FTSClient]) -> Callable[..., FTSClient]:
    def client(endpoint: str, **options: object) -> FTSClient:
        made.append(FTSClient(endpoint, ca_dir=mock_fts.ca_dir, **options))  # type: ignore[arg-type]
        return made[-1]

    return client


@pytest.fixture
def pool(make: Callable[..., FTSClient]) -> Iterator[ClientPool]:
    with ClientPool(make) as pool:
        yield pool


def _install(source: Path, target: Path) -> None:
    """Renew a proxy as grid tools do: the file is complete when it gets its name."""
    new = target.with_suffix(".new")
    new.touch(0o600)
    new.write_bytes(source.read_bytes())
    new.rename(target)


def test_hundreds_of_threads_of_two_vos_share_two_clients(
    mock_fts: MockFTS, pool: ClientPool, made: list[FTSClient]
) -> None:
    start = threading.Barrier(THREADS)

    def work(number: int) -> tuple[str, str]:
        name = list(VO_OF)[number % 2]
        start.wait(30)
        seen = {
            pool.client(mock_fts.endpoint, mock_fts.credential(name)).whoami().user_dn
            for _ in range(3)
        }
        job = Job([Transfer("mock://a.org/f", f"mock://b.org/{number}")])
        job_id = pool.client(mock_fts.endpoint, str(mock_fts.credential(name))).submit(job)
        assert seen == {mock_fts.caller(name).user_dn}
        return name, job_id

    with ThreadPoolExecutor(THREADS) as threads:
        submitted = list(threads.map(work, range(THREADS)))
    assert len(made) == len(VO_OF)
    owners = Counter((name, mock_fts.state.job(job_id).user_dn) for name, job_id in submitted)
    assert owners == {(name, mock_fts.caller(name).user_dn): THREADS // 2 for name in VO_OF}
    vos = {
        name: {mock_fts.state.job(j).vo_name for n, j in submitted if n == name} for name in VO_OF
    }
    assert vos["alice"] == {"testvo"}
    assert len(vos["bob-novoms"]) == 1
    assert vos["bob-novoms"] != vos["alice"]


def test_threads_follow_a_proxy_file_that_is_renewed_under_them(
    mock_fts: MockFTS, pool: ClientPool, made: list[FTSClient], tmp_path: Path
) -> None:
    proxy = tmp_path / "proxy"
    _install(mock_fts.credential("alice"), proxy)
    alice, bob = (mock_fts.caller(name).user_dn for name in ("alice", "bob"))
    renewed = threading.Event()
    busy = threading.Barrier(THREADS + 1)

    def work(_number: int) -> tuple[set[str], str]:
        seen = {pool.client(mock_fts.endpoint, proxy).whoami().user_dn}
        busy.wait(30)
        while not renewed.is_set():
            seen.add(pool.client(mock_fts.endpoint, proxy).whoami().user_dn)
        return seen, pool.client(mock_fts.endpoint, proxy).whoami().user_dn

    with ThreadPoolExecutor(THREADS) as threads:
        results = [threads.submit(work, number) for number in range(THREADS)]
        busy.wait(30)
        _install(mock_fts.credential("bob"), proxy)
        renewed.set()
        seen = [result.result(60) for result in results]
    assert all(before <= {alice, bob} and after == bob for before, after in seen)
    assert any(alice in before for before, _ in seen)
    assert len(made) == 1


def test_a_credential_that_cannot_be_used_is_tried_again_at_the_next_call(
    mock_fts: MockFTS, pool: ClientPool, tmp_path: Path
) -> None:
    proxy = tmp_path / "proxy"
    with pytest.raises(CredentialError):
        pool.client(mock_fts.endpoint, proxy)
    _install(mock_fts.credential("alice"), proxy)
    assert pool.client(mock_fts.endpoint, proxy).whoami().vos == ["testvo"]


def test_other_server_other_credential_and_other_object_are_other_clients(
    mock_fts: MockFTS, pool: ClientPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = mock_fts.credential("alice")
    monkeypatch.setenv("X509_USER_PROXY", str(alice))
    loaded = X509Credential.from_file(alice)
    other_name = mock_fts.endpoint.replace("localhost", "127.0.0.1")
    ways: list[tuple[str, Any]] = [
        (mock_fts.endpoint, alice),
        (mock_fts.endpoint, mock_fts.credential("bob")),
        (mock_fts.endpoint, loaded),
        (mock_fts.endpoint, None),
        (other_name, alice),
    ]
    clients = [pool.client(*way) for way in ways]
    assert len(set(map(id, clients))) == len(ways)
    assert [pool.client(*way) for way in ways] == clients
    monkeypatch.chdir(alice.parent)
    assert pool.client(mock_fts.endpoint, alice.name) is clients[0]


def test_client_that_was_not_asked_for_the_longest_is_given_up_but_not_closed(
    mock_fts: MockFTS, make: Callable[..., FTSClient], recwarn: pytest.WarningsRecorder
) -> None:
    gc.collect()
    recwarn.clear()  # Warnings about what earlier tests left behind.
    ask = partial(ClientPool(make, max_clients=2).client, mock_fts.endpoint)
    alice, bob, root = (mock_fts.credential(name) for name in ("alice", "bob", "root"))
    first, second = ask(alice), ask(bob)
    second.whoami()
    assert ask(alice) is first
    ask(root)
    assert ask(alice) is first
    assert ask(bob) is not second
    assert second.whoami().user_dn == mock_fts.caller("bob").user_dn
    second = None  # type: ignore[assignment]
    gc.collect()
    assert not recwarn.list


def test_closed_pool_gives_no_client_and_has_closed_its_own(
    mock_fts: MockFTS, make: Callable[..., FTSClient]
) -> None:
    with ClientPool(make) as pool:
        client = pool.client(mock_fts.endpoint, mock_fts.credential("alice"))
    for use in (client.whoami, partial(pool.client, mock_fts.endpoint, os.devnull)):
        with pytest.raises(FTSUsageError, match="closed"):
            use()
    with pytest.raises(FTSUsageError, match="at least 1"):
        ClientPool(max_clients=0)
