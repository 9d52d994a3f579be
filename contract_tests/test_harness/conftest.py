"""Fixtures for testing the harness: servers to test it on, and the command."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from test_harness.small_servers import (
    Relay,
    SmallServer,
    answers_of_stub,
    make_pem,
    pass_time_of,
    run_command,
    stub_responder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from test_harness.small_servers import Answer, Outcome, Responder

    from fts_contract.mock import MockFTS


@pytest.fixture(autouse=True)
def _no_credential_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("X509_USER_PROXY", "X509_USER_CERT", "X509_USER_KEY", "X509_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockFTS]:
    from fts_contract.mock import MockFTS  # noqa: PLC0415 - the other tests need no mock

    with MockFTS() as server:
        pass_time_of(server, monkeypatch)
        yield server


@pytest.fixture
def relay(mock: MockFTS) -> Iterator[Relay]:
    with Relay(mock) as server:
        yield server


@pytest.fixture
def small_server() -> Iterator[Callable[[Responder], SmallServer]]:
    """Start small servers that end with the test."""
    started: list[SmallServer] = []

    def start(respond: Responder) -> SmallServer:
        server = SmallServer(respond).__enter__()
        started.append(server)
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def fts_contract_command() -> Callable[..., Outcome]:
    """Run `fts contract ...` in this process."""

    return run_command


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return make_pem(tmp_path / "nobody.pem")


@pytest.fixture
def expired_pem(tmp_path: Path) -> Path:
    return make_pem(tmp_path / "expired.pem", lifetime=timedelta(hours=-1))


@pytest.fixture
def stub_answers(recordings_folder: Path) -> dict[str, Answer]:
    """What a just good enough FTS answers to GET, by path."""
    return answers_of_stub(recordings_folder)


@pytest.fixture
def stub(
    stub_answers: dict[str, Answer], small_server: Callable[[Responder], SmallServer]
) -> SmallServer:
    return small_server(stub_responder(stub_answers))
