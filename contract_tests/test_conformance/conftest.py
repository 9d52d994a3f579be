"""Fixtures for testing the harness: servers to test it on, and the command."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest
from test_conformance.small_servers import (
    ALICE,
    Answer,
    Outcome,
    Relay,
    Responder,
    Seen,
    SmallServer,
    json_answer,
    make_pem,
)
from typer.testing import CliRunner

from fts_contract.commands import contract as contract_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS


@pytest.fixture(autouse=True)
def _no_credential_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("X509_USER_PROXY", "X509_USER_CERT", "X509_USER_KEY", "X509_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mock() -> Iterator[MockFTS]:
    from fts_contract.mock import MockFTS  # noqa: PLC0415 - the other tests need no mock

    with MockFTS() as server:
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

    def call(*args: object) -> Outcome:
        result = CliRunner().invoke(contract_app, [str(arg) for arg in args])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return make_pem(tmp_path / "nobody.pem")


@pytest.fixture
def expired_pem(tmp_path: Path) -> Path:
    return make_pem(tmp_path / "expired.pem", lifetime=timedelta(hours=-1))


@pytest.fixture
def stub_answers(recordings_folder: Path) -> dict[str, Answer]:
    """What a just good enough FTS answers to GET, by path."""
    recorded = json.loads((recordings_folder / "root.json").read_text())
    server_info = next(
        recording["response"]["body"]
        for recording in recorded
        if recording["request"]["path"] == "/" and recording["response"]["status"] == 200
    )
    return {
        "/": json_answer(200, server_info),
        "/whoami": json_answer(200, ALICE),
        "/jobs": json_answer(200, []),
        "/files": json_answer(200, []),
        f"/delegation/{ALICE['delegation_id']}": json_answer(200, None),
    }


@pytest.fixture
def stub(
    stub_answers: dict[str, Answer], small_server: Callable[[Responder], SmallServer]
) -> SmallServer:
    missing = json_answer(501, {"status": "501 Not Implemented", "message": "not here"})
    wrong = json_answer(
        400, {"status": "400 Bad Request", "message": "limit is no number from 0 to 500"}
    )
    foreign = json_answer(403, {"status": "403 Forbidden", "message": "not you"})

    def respond(seen: Seen) -> Answer:
        path, _, query = seen.target.partition("?")
        path = re.sub("/+", "/", path)
        path = path.rstrip("/") if path in {"/jobs/", "/files/"} else path
        if seen.method == "OPTIONS":
            return Answer(200, {"Allow": "GET, HEAD, OPTIONS, POST, PUT"}, b"")
        if "origin" in {name.lower() for name in seen.headers}:
            return Answer(
                403, {"Content-Type": "text/html; charset=utf-8"}, b"<p>not this origin</p>"
            )
        asked = dict(reversed(parse_qsl(query)))
        if path == "/jobs" and (
            asked.get("user_dn", ALICE["user_dn"]) != ALICE["user_dn"]
            or asked.get("dlg_id", ALICE["delegation_id"]) != ALICE["delegation_id"]
        ):
            return foreign
        if path == "/jobs" and not re.fullmatch(r"|[1-4]?\d{1,2}|500", asked.get("limit", "")):
            return wrong
        return stub_answers.get(path, missing)

    return small_server(respond)
