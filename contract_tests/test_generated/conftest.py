"""What the tests of the generated client share: its modules by operation, and the recorded answers they must read."""

from __future__ import annotations

import importlib
import json
import pkgutil
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import fts_api.api
from fts_contract.harness.recordings.check import read_recordings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.recordings.check import Report


@attrs.frozen
class Answer:
    """A recorded complete JSON answer of one operation."""

    recording_id: str
    operation: Operation
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def content(self) -> bytes:
        """The body as it was on the wire."""
        return json.dumps(self.body).encode()


def modules_by_operation() -> dict[str, ModuleType]:
    """Import every endpoint module of the generated client; the last part of its name is the operationId."""
    found = {}
    for tag in pkgutil.iter_modules(fts_api.api.__path__):
        package = importlib.import_module(f"fts_api.api.{tag.name}")
        for module in pkgutil.iter_modules(package.__path__):
            name = f"{package.__name__}.{module.name}"
            found[module.name] = importlib.import_module(name)
    return found


@pytest.fixture(scope="session")
def endpoints() -> dict[str, ModuleType]:
    """Endpoint modules by operationId."""
    return modules_by_operation()


def _recorded_answers(contract: Contract, folder: Path, report: Report) -> Iterator[Answer]:
    recordings = [
        recording for path in sorted(folder.glob("*.json")) for recording in read_recordings(path)
    ]
    for recording, row in zip(recordings, report.rows, strict=True):
        assert recording["id"] == row.id
        response = recording["response"]
        is_json = response["headers"].get("content-type", "").startswith("application/json")
        if row.skipped is None and row.operation_id is not None and is_json:
            operation = contract.operation(row.operation_id)
            yield Answer(row.id, operation, row.status, response["headers"], response["body"])


@pytest.fixture(scope="session")
def recorded(
    contract: Contract, recordings_folder: Path, recordings_report: Report
) -> list[Answer]:
    """All recorded complete JSON answers of the operations of the document."""
    return list(_recorded_answers(contract, recordings_folder, recordings_report))


@pytest.fixture(scope="session")
def answers(recorded: list[Answer]) -> list[Answer]:
    """Those below 400."""
    return [answer for answer in recorded if answer.status < HTTPStatus.BAD_REQUEST]


@pytest.fixture(scope="session")
def errors(recorded: list[Answer]) -> list[Answer]:
    """Those from 400 on."""
    return [answer for answer in recorded if answer.status >= HTTPStatus.BAD_REQUEST]
