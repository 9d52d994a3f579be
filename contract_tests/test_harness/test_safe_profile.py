"""Profile safe is harmless over all options: a server with real TLS sees everything that arrives, and stays as it is.

The options are read from the command itself: a new one without a case here fails.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml
from test_harness.recording_server import RecordingServer

from fts_contract.commands import contract as contract_app
from fts_contract.harness.sending.safety import changes_nothing
from fts_contract.pytest_plugin import pytest_addoption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from test_harness.small_servers import Outcome, Relay

    from fts_contract.mock import MockFTS

# Reads with neighbours that write, and links that lead to those.
OPERATIONS = "delegation|cs/access|cs/registered|cancel|GET /whoami$"

# `{...}` is filled in by `fill`.
CASES: dict[str, list[list[str]]] = {
    "--cert": [["--cert", "{bob}"]],
    "--also-cert": [["--also-cert", "{bob}"]],
    "--token-file": [["--token-file", "{token}"]],
    "--ca-dir": [["--ca-dir", "{ca_dir}"]],
    "--ca-file": [["--ca-file", "{ca_file}"]],
    "--insecure": [["--insecure"]],
    "--http-proxy": [["--http-proxy", ""]],
    "--profile": [["--profile", "safe"]],
    "--allow-changes": [["--allow-changes"], ["--allow-changes", "--profile", "safe"]],
    "--exclusive": [["--exclusive"]],
    "--optimizer-rows": [["--optimizer-rows"]],
    "--ban-callers": [["--ban-callers"]],
    "--max-examples": [["--max-examples", "6"]],
    "--seed": [["--seed", "7"], ["--seed", "0"]],
    "--timeout": [["--timeout", "5"]],
    "--slow-after": [["--slow-after", "5"]],
    "--max-time": [["--max-time", "60"]],
    "--rate-limit": [["--rate-limit", "500"]],
    "--junit": [["--junit", "{folder}/junit.xml"]],
    "--report": [["--report", "{folder}/report"]],
    "--record": [["--record", "{folder}/record"]],
    "--hide-dns": [["--hide-dns", "--record", "{folder}/record"]],
    "--deviations": [["--deviations", "{deviations}"]],
    "--without": [["--without", "server-error", "--without", "valid-rejected"]],
    "--json": [["--json"]],
    "--archived-job": [["--archived-job", "0c4cb6b2-e6f5-11f1-9d01-02fc00000001"]],
    "--operations": [["--operations", "DELETE|POST|PUT|GET /delegation"]],
}
EXCLUSIVE = ({"--cert", "--token-file"}, {"--ca-dir", "--ca-file", "--insecure"})
SUITE = {
    "--fts-url": ["{url}"],
    "--fts-cert": ["{bob}"],
    "--fts-also-cert": ["{novoms}"],
    "--fts-token-file": ["{token}"],
    "--fts-ca-dir": ["{ca_dir}"],
    "--fts-ca-file": ["{ca_file}"],
    "--fts-deviations": ["{deviations}"],
    "--fts-profile": ["safe"],
    "--fts-allow-changes": [],
    "--fts-rate-limit": ["500"],
    "--fts-max-examples": ["2"],
    "--fts-seed": ["5"],
}


@pytest.fixture(scope="module")
def started() -> Iterator[RecordingServer]:
    with RecordingServer(oauth2=True) as server:
        yield server


@pytest.fixture
def server(started: RecordingServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingServer]:
    """The recording server with jobs and a delegation in its memory, and the credentials of alice around."""
    mock = started.mock
    monkeypatch.setenv("X509_USER_PROXY", str(mock.credential("alice")))
    monkeypatch.setenv("X509_CERT_DIR", str(mock.ca_dir))
    before = started.memory()
    started.arrived.clear()
    yield started
    for request in started.arrived:
        assert request.method in {"GET", "HEAD", "OPTIONS"}, request
        assert changes_nothing(request.method, request.target), request
        # Written out, independent of what the harness reads from the document.
        assert not re.search(
            r"/request/?$|/access_grant/|/oauth2/(revoke|token)", request.target.split("?")[0]
        ), request
        assert request.body == b"", request
    assert started.memory() == before


@pytest.fixture
def fill(server: RecordingServer, tmp_path: Path) -> Callable[[list[str]], list[str]]:
    token, deviations = tmp_path / "token", tmp_path / "site.yaml"
    token.write_text(server.mock.token())
    deviations.write_text(yaml.safe_dump([]))
    values = {
        "url": server.mock.endpoint,
        "bob": server.mock.credential("bob"),
        "novoms": server.mock.credential("bob-novoms"),
        "ca_dir": server.mock.ca_dir,
        "ca_file": server.mock.ca_file,
        "token": token,
        "deviations": deviations,
        "folder": tmp_path,
    }
    return lambda args: [arg.format(**values) for arg in args]


def options_of_run() -> set[str]:
    group: Any = typer.main.get_command(contract_app)
    return {
        parameter.opts[0]
        for parameter in group.commands["run"].params
        if parameter.param_type_name == "option" and parameter.name != "help"
    }


def options_of_suite() -> set[str]:
    names: set[str] = set()

    class Group:
        def addoption(self, name: str, **_: Any) -> None:
            names.add(name)

    class Parser:
        def getgroup(self, *_: str) -> Group:
            return Group()

    pytest_addoption(Parser())  # type: ignore[arg-type]
    return names


def combinations() -> list[list[str]]:
    """Put cases together: few runs that have each case once, and some at random, always the same ones."""
    packed: list[dict[str, list[str]]] = []
    for name, cases in CASES.items():
        for case in cases:
            free = (run for run in packed if not _excluded(name) & run.keys())
            run = next(free, None)
            if run is None:
                packed.append(run := {})
            run[name] = case
    for seed in range(4):
        pick = random.Random(seed)  # noqa: S311 - no secret
        run = {}
        for name in pick.sample(sorted(CASES), len(CASES) // 2):
            if not _excluded(name) & run.keys():
                run[name] = pick.choice(CASES[name])
        packed.append(run)
    return [[arg for case in run.values() for arg in case] for run in packed]


def _excluded(name: str) -> set[str]:
    return {name}.union(*(group for group in EXCLUSIVE if name in group))


def test_every_option_of_run_and_of_suite_has_a_case() -> None:
    assert options_of_run() == set(CASES)
    assert options_of_suite() == set(SUITE)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize(
    "options",
    [[], *combinations()],
    ids=" ".join,
)
def test_safe_run_changes_nothing_whatever_the_options(
    options: list[str],
    server: RecordingServer,
    fill: Callable[[list[str]], list[str]],
    fts_contract_command: Callable[..., Outcome],
) -> None:
    outcome = fts_contract_command(
        "run", server.mock.endpoint, "--max-examples", 1, "--operations", OPERATIONS,
        *fill(options),
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out + outcome.err
    assert len(server.arrived) > 8


def test_safe_run_over_all_operations_changes_nothing(
    server: RecordingServer, fts_contract_command: Callable[..., Outcome]
) -> None:
    outcome = fts_contract_command("run", server.mock.endpoint, "--max-examples", 2)
    assert outcome.exit_code in {0, 1}, outcome.out + outcome.err
    assert len(server.arrived) > 300


def test_full_run_without_allow_changes_sends_nothing(
    server: RecordingServer, fts_contract_command: Callable[..., Outcome]
) -> None:
    outcome = fts_contract_command("run", server.mock.endpoint, "--profile", "full")
    assert outcome.exit_code == 2
    assert server.arrived == []


def test_suite_changes_nothing_with_all_its_options(
    server: RecordingServer, fill: Callable[[list[str]], list[str]], tmp_path: Path
) -> None:
    args = [
        arg for option, values in SUITE.items()
        if option not in {"--fts-token-file", "--fts-ca-dir"}
        for arg in (option, *fill(values))
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [
            sys.executable, "-m", "pytest", "--pyargs", "fts_contract.suite", "-q",
            "-p", "no:cacheprovider", "-k", "(whoami or get_delegation_request) and leak", *args,
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert len(server.arrived) > 8


def test_recording_server_notes_a_change() -> None:
    with RecordingServer() as server:
        before = server.memory()
        mock = server.mock
        mock.state.grants["/CN=somebody"] = {"config"}
        assert server.memory() != before


def test_safe_run_finds_existing_jobs_by_itself(
    mock: MockFTS, relay: Relay, fts_contract_command: Callable[..., Outcome]
) -> None:
    full = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--profile", "full",
        "--allow-changes", "--operations", "GET /whoami$", "--max-examples", 1,
    )  # fmt: skip
    assert full.exit_code == 0, full.out
    relay.seen.clear()
    outcome = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--max-examples", 8,
        "--operations", "get_jobs$",
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    assert {seen.method for seen in relay.seen} <= {"GET", "HEAD", "OPTIONS"}
    asked = {seen.target.split("?")[0] for seen in relay.seen}
    existing = re.compile(r"/jobs/(?!0{8}-)[0-9a-f]{8}-[0-9a-f-]{27}")
    assert any(existing.fullmatch(path) for path in asked), asked
