from __future__ import annotations

import functools
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@functools.cache
def context(credential: str | None, ca_file: str) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=ca_file)
    if credential is not None:
        made.load_cert_chain(credential)
    return made


@pytest.fixture
def tls() -> Callable[[str | None, str], ssl.SSLContext]:
    """Makes the TLS context of a credential, once."""
    return context


@pytest.fixture(scope="module")
def server() -> Iterator[MockFTS]:
    """A mock whose clock stands still: what happens, happens because a test says so."""
    with MockFTS(time_scale=0) as mock:
        yield mock


@pytest.fixture
def mock(server: MockFTS) -> Iterator[MockFTS]:
    yield server
    server.reset()


@pytest.fixture
def connect(mock: MockFTS) -> Iterator[Callable[..., httpx.Client]]:
    opened = []

    def client(name: str = "alice", *, to: MockFTS | None = None) -> httpx.Client:
        target = to or mock
        credential = None if name == "anonymous" else str(target.credential(name))
        verify = context(credential, str(target.ca_file))
        opened.append(httpx.Client(base_url=target.endpoint, verify=verify, trust_env=False))
        return opened[-1]

    yield client
    for one in opened:
        one.close()


@pytest.fixture
def alice(connect: Callable[..., httpx.Client], mock: MockFTS) -> httpx.Client:
    """Alice with a delegated credential."""
    mock.state.delegate("alice")
    return connect("alice")
