"""Fixtures for test suites of applications that talk to an FTS.

pytest loads this module wherever the package is installed, so nothing is imported before a fixture is used.

`mock_fts` is one server per test process, emptied after every test: starting a server costs more than
most tests, and a test must not see the jobs of another one. Do not keep job ids from one test to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fts_client import AsyncFTSClient, FTSClient
    from fts_contract.mock import MockFTS


@pytest.fixture(scope="session")
def mock_fts_server() -> Iterator[MockFTS]:
    """The server behind `mock_fts`; tests want `mock_fts`, which is emptied after each test."""
    from fts_contract.mock import MockFTS  # noqa: PLC0415 - not before it is needed

    with MockFTS() as mock:
        yield mock


@pytest.fixture
def mock_fts(mock_fts_server: MockFTS) -> Iterator[MockFTS]:
    """A running mock FTS without jobs, delegations and faults, on a clock that runs in real time."""
    yield mock_fts_server
    mock_fts_server.reset()


@pytest.fixture
def mock_fts_client(mock_fts: MockFTS) -> Iterator[FTSClient]:
    """A client of `mock_fts` with the credential of alice, closed after the test."""
    from fts_client import FTSClient, X509Credential  # noqa: PLC0415

    credential = X509Credential.from_file(mock_fts.credential("alice"))
    with FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as client:
        yield client


@pytest.fixture
async def mock_fts_async_client(mock_fts: MockFTS) -> AsyncIterator[AsyncFTSClient]:
    """The same, for asynchronous tests; needs an asynchronous pytest plugin in automatic mode."""
    from fts_client import AsyncFTSClient, X509Credential  # noqa: PLC0415

    credential = X509Credential.from_file(mock_fts.credential("alice"))
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir
    ) as client:
        yield client
