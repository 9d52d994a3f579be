"""Fixtures for test suites of applications that use FTS.

pytest loads this module wherever the package is installed, so everything else is imported when a fixture is used.

`mock_fts` is one server per test process, because starting a server takes longer than most tests. It is emptied after
every test, so that no test sees the jobs of another. Do not keep job ids from one test to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fts_client import AsyncFTSClient, FTSClient
    from fts_contract.mock import MockFTS


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `pytest --pyargs fts_contract.suite`."""
    group = parser.getgroup("fts", "contract of an FTS server (fts_contract.suite)")
    group.addoption("--fts-url", metavar="URL", help="endpoint to test")
    group.addoption("--fts-cert", metavar="PEM", help="proxy or certificate with its key")
    group.addoption(
        "--fts-also-cert",
        metavar="PEM",
        action="append",
        default=[],
        help="certificate of another caller, who must be refused what belongs to others; may be repeated",
    )
    group.addoption("--fts-token-file", metavar="FILE", help="file with a bearer token")
    group.addoption("--fts-ca-dir", metavar="DIR", help="hashed directory of CAs")
    group.addoption("--fts-ca-file", metavar="FILE", help="PEM file of CAs")
    group.addoption("--fts-deviations", metavar="FILE", help="known deviations of this server")
    group.addoption("--fts-profile", choices=("safe", "full"), default="safe")
    group.addoption("--fts-allow-changes", action="store_true", help="required with profile full")
    group.addoption(
        "--fts-rate-limit", metavar="N", type=float, help="requests per second, for each process"
    )
    group.addoption("--fts-max-examples", metavar="N", type=int, default=20)
    group.addoption("--fts-seed", metavar="N", type=int, default=42)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of an operation in one process, so that its requests are sent once; other suites are not changed."""
    if config.getoption("fts_url") is None:
        return None
    # pytest-xdist calls this hook, so it is installed.
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # noqa: PLC0415

    class ByOperation(LoadScopeScheduling):  # type: ignore[misc]  # xdist is optional, so mypy does not know it
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.rpartition("[")[2].partition("-")[0]

    return ByOperation(config, log)


@pytest.fixture(scope="session")
def mock_fts_server() -> Iterator[MockFTS]:
    """The server of `mock_fts`. Use `mock_fts` in tests: it is emptied after each of them."""
    try:
        from fts_contract.mock import MockFTS  # noqa: PLC0415 - imported when needed
    except ModuleNotFoundError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
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
    with FTSClient(
        mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir, proxy=False
    ) as client:
        yield client


@pytest.fixture
async def mock_fts_async_client(mock_fts: MockFTS) -> AsyncIterator[AsyncFTSClient]:
    """Like `mock_fts_client`, for asynchronous tests; needs an asynchronous pytest plugin in automatic mode."""
    from fts_client import AsyncFTSClient, X509Credential  # noqa: PLC0415

    credential = X509Credential.from_file(mock_fts.credential("alice"))
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir, proxy=False
    ) as client:
        yield client
