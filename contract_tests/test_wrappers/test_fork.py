"""Forks while a thread of the parent is busy: the child must not wait for a thread that it does not have."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from fts_client import ClientPool, FTSClient
from fts_client.clock import Clock
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.delegation.lock import turn_of
from fts_client.transport.credential_source import CredentialSource
from fts_client.trust.context import Trust
from fts_client.trust.revocation import RevocationLists
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_client import AsyncFTSClient
    from fts_client._fork import LockOwner
    from fts_contract.mock import MockFTS

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
# On a busy machine a child may have to wait for its turn; one that hangs never ends.
_PATIENCE_S = 15


def ended_well_in_child(work: Callable[[], object]) -> bool:
    """Do something in a forked child, which a signal ends when it hangs."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(_PATIENCE_S)
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_token_can_be_had_in_a_child_forked_during_a_slow_refresh() -> None:
    parent = os.getpid()
    asked, go_on = threading.Event(), threading.Event()

    def refresh() -> str:
        if os.getpid() == parent:
            asked.set()
            go_on.wait(20)
        return "opaque"

    credential = TokenCredential(refresh)
    thread = threading.Thread(target=credential.bearer)
    thread.start()
    try:
        assert asked.wait(10)
        assert ended_well_in_child(credential.bearer)
    finally:
        go_on.set()
        thread.join(20)
    assert credential.bearer() == "opaque", "the parent goes on as before"


def while_a_thread_holds_its_lock(owner: LockOwner, work: Callable[[], object]) -> bool:
    """Fork at the worst moment, which timing alone could not be sure to hit."""
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with owner._lock:
            held.set()
            go_on.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        return ended_well_in_child(work)
    finally:
        go_on.set()
        thread.join(20)


def _source(credential: X509Credential | TokenCredential) -> CredentialSource:
    return CredentialSource("https://h.example", credential, trust=Trust(), clock=Clock())


def test_credential_can_be_had_in_a_child_forked_while_it_is_read_again() -> None:
    source = _source(X509Credential.from_pem(shared_pki().issue("alice").pem))
    assert while_a_thread_holds_its_lock(source, source.snapshot)


def test_token_from_a_file_can_be_had_in_a_child_forked_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_text("opaque")
    source = _source(TokenCredential.from_file(path))
    assert while_a_thread_holds_its_lock(source, lambda: source.snapshot().authorization())


def test_revocation_is_checked_in_a_child_forked_while_lists_are_read(tmp_path: Path) -> None:
    lists = RevocationLists(tmp_path)
    chain = X509Credential.from_pem(shared_pki().issue("alice").pem).chain
    der = [item.public_bytes(Encoding.DER) for item in (*chain, *chain)]
    assert while_a_thread_holds_its_lock(lists, lambda: lists.check(der))


def test_turn_to_delegate_can_be_had_in_a_child_forked_while_the_parent_has_it() -> None:
    def take() -> None:
        assert turn_of("https://fts.example.org", "0123456789abcdef").lock.acquire(timeout=1)

    with turn_of("https://fts.example.org", "0123456789abcdef").lock:
        assert ended_well_in_child(take)


def test_pool_gives_a_child_clients_of_its_own_and_leaves_those_of_the_parent_alone(
    mock_fts: MockFTS,
) -> None:
    with ClientPool(partial(FTSClient, ca_dir=mock_fts.ca_dir)) as pool:
        ask = partial(pool.client, mock_fts.endpoint, mock_fts.credential("alice"))
        parents = ask()
        assert parents.whoami().vos == ["testvo"]

        def in_child() -> None:
            assert ask() is not parents
            assert ask() is ask()
            assert parents.whoami().vos == ["testvo"]
            with ThreadPoolExecutor(20) as threads:
                assert {me.vos[0] for me in threads.map(lambda _: ask().whoami(), range(40))} == {
                    "testvo"
                }
            pool.close()

        # While other threads of the parent send requests, and while one of them makes a client.
        with ThreadPoolExecutor(20) as threads:
            answers = [threads.submit(ask().whoami) for _ in range(200)]
            assert ended_well_in_child(in_child)
            assert {answer.result(20).vos[0] for answer in answers} == {"testvo"}
        assert while_a_thread_holds_its_lock(pool, in_child)
        assert ask() is parents
        assert parents.whoami().vos == ["testvo"]


async def test_async_client_that_is_open_can_be_used_in_a_child_and_goes_on_in_the_parent(
    mock_fts_async_client: AsyncFTSClient,
) -> None:
    fts = mock_fts_async_client

    def ask() -> None:
        # The event loop of the parent still seems to run in this thread.
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(asyncio.run, fts.whoami()).result().method == "certificate"

    await fts.whoami()
    assert ended_well_in_child(ask)
    assert (await fts.whoami()).method == "certificate"
