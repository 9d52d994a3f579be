# ruff: noqa: INP001 - pytest finds this file by its name
"""Fixtures that several folders of tests share."""

from __future__ import annotations

import gc
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from fts_client.clock import Clock
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.recordings.check import Report, check_recordings

# On a busy machine a single example may take any time; what must be fast has a test that measures it.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

# The default, 700, costs a tenth of the time of all tests: schemathesis makes many small objects, and few cycles.
gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the modules and tests, which stay until the end."""
    gc.freeze()


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C, and so would the commands that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def recordings_folder() -> Path:
    """The recorded exchanges with a real server."""
    return Path(__file__).resolve().parent / "fts_contract" / "recordings"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before repeated requests, in seconds, of synchronous clients made in this test: none of them takes time."""
    waited: list[float] = []
    for owner in ("fts_client.client_base", "fts_client.easy.request"):
        monkeypatch.setattr(f"{owner}.Clock", lambda: Clock(sleep=waited.append))
    return waited


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract of FTS; treat it as read-only."""
    return Contract.from_spec()


@pytest.fixture(scope="session")
def recordings_report(contract: Contract, recordings_folder: Path) -> Report:
    """How the recorded exchanges fit the contract: two seconds of work, done once in a process."""
    return check_recordings(recordings_folder, contract=contract)
