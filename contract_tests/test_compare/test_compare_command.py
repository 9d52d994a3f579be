"""`fts contract compare` as people use it: two mocks, a mock and a server, reports, exit codes."""

from __future__ import annotations

import json
import os
import signal
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from fts_contract.commands.contract import contract
from fts_contract.compare.matching.differences import KINDS
from fts_contract.compare.options import CompareOptions
from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.run import run_compare
from fts_contract.harness.options import RunOptions
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from fts_contract.compare.performing.play import Play
    from fts_contract.compare.performing.script import Script

RUNNER = CliRunner()
PLAYS = "cancelled while it runs|priority of a job|Links are made"


@pytest.fixture(scope="module")
def pilot() -> Iterator[MockFTS]:
    """A server with other contents than the embedded mock."""
    with MockFTS() as mock:
        yield mock


def _compare(*arguments: object) -> Result:
    return RUNNER.invoke(contract, ["compare", *map(str, arguments)])


def _callers(mock: MockFTS) -> tuple[object, ...]:
    return (
        "--ca-file", mock.ca_file, "--cert", mock.credential("alice"),
        "--also-cert", mock.credential("admin"), "--also-cert", mock.credential("bob-novoms"),
    )  # fmt: skip


def test_two_mocks_are_the_same() -> None:
    result = _compare("mock", "mock", "--plays", PLAYS, "--generated", 1)
    assert result.exit_code == 0, result.output
    assert "0 differences, 0 known · the same" in result.output
    assert "reference mock · FTS REST 3.13.4        target mock · FTS REST 3.13.4" in result.output


def test_safe_compares_a_server_with_the_embedded_mock(pilot: MockFTS) -> None:
    with pilot.state.lock:
        before = repr(sorted(pilot.state.bans))
    result = _compare(pilot.endpoint, *_callers(pilot), "--plays", "says who|already, as every")
    assert result.exit_code == 0, result.output
    assert "profile safe" in result.output
    assert repr(sorted(pilot.state.bans)) == before


def test_full_finds_and_describes_a_difference_and_puts_both_back(
    pilot: MockFTS, tmp_path: Path
) -> None:
    pilot.state.delegate("alice")
    links = pilot.state.config.all_links()
    report = tmp_path / "report"
    with MockFTS(settings={"public_levels": "vo:deleg"}) as other:
        arguments = (pilot.endpoint, other.endpoint, *_callers(pilot), "--plays", PLAYS)
        full = ("--profile", "full", "--allow-changes", "--report", report)
        result = _compare(*arguments, *full)
    assert result.exit_code == 1, result.output
    assert pilot.state.config.all_links() == links
    assert "DIFFERENT" in result.output
    assert "curl" in result.output
    data = json.loads((report / "compare.json").read_text())
    first = data["differences"][0]
    assert first["kind"] == "status"
    assert first["reference"]["status"] == 200
    assert first["target"]["status"] == 403
    assert pilot.endpoint in first["reference"]["curl"]
    assert data["totals"]["same"] is False
    page = (report / "compare.html").read_text()
    assert first["play"] in page
    cases = list(ET.parse(report / "junit.xml").getroot().iter("testcase"))  # noqa: S314 - our own
    assert len(cases) == len(KINDS)
    assert [case for case in cases if case.find("failure") is not None]


def test_restore_is_offered_for_servers_that_outlive_the_command(
    pilot: MockFTS, tmp_path: Path
) -> None:
    full = ("--profile", "full", "--allow-changes", "--report", tmp_path, "--plays", "says who")
    result = _compare(pilot.endpoint, *_callers(pilot), *full)
    assert f"fts contract restore {tmp_path}/target" in result.output
    assert f"{tmp_path}/reference" not in result.output


def test_known_differences_are_not_failures(pilot: MockFTS, tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text(
        "- {id: U-1, operation: '* /.*', check: [status, field], versions: ['3.13'], reason: levels}\n".replace(
            "'* /.*'", "['GET /.*', '*']"
        )
        + "- {id: U-2, operation: whoami, check: order, versions: ['3.13'], reason: never}\n"
    )
    with MockFTS(settings={"public_levels": "vo:deleg"}) as other:
        result = _compare(
            pilot.endpoint, other.endpoint, *_callers(pilot), "--plays", "already, as every",
            "--known-differences", known,
        )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "1 known" in result.output
    assert "STALE" in result.output
    assert "U-2" in result.output


def test_a_comparison_that_is_interrupted_puts_both_back(pilot: MockFTS) -> None:
    def interrupt(done: int, _all: int, _play: Play) -> None:
        if done == 1:
            raise KeyboardInterrupt

    links = pilot.state.config.all_links()
    run = RunOptions(
        url="",
        cert=pilot.credential("alice"),
        also_cert=(pilot.credential("admin"),),
        ca_file=pilot.ca_file,
        profile="full",
        allow_changes=True,
    )
    options = CompareOptions(target=pilot.endpoint, run=run, plays="Links are made")
    result = run_compare(options, progress=interrupt)
    assert result.interrupted
    assert not result.same
    assert result.plays == 0
    assert [result.reference.left, result.target.left] == [[], []]
    assert pilot.state.config.all_links() == links


def test_interrupt_ends_a_play_with_its_next_request(
    pilot: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []

    def act(script: Script) -> None:
        for number in range(1000):
            script.get("user", "/whoami")
            sent.append(number)
            if number == 10 and script.side.name == "target":
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("fts_contract.compare.run.plays_for", lambda *_, **__: plays_of(act))
    run = RunOptions(url="", cert=pilot.credential("alice"), ca_file=pilot.ca_file)
    act.__doc__ = "A long play"
    result = run_compare(CompareOptions(target=pilot.endpoint, run=run))
    assert result.interrupted
    assert len(sent) < 500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a", "b", "c"), "expected REFERENCE and TARGET, got 3"),
        (("https://localhost:1", "https://localhost:1"), "are the same server"),
        # A change of one would show on the other, and two guards would put the same server back.
        (("https://localhost:1", "https://LOCALHOST:1/"), "are the same server"),
        (("https://localhost:1", "https://127.0.0.1:1"), "are the same server"),
        (("mock", "mock", "--plays", "("), "not a valid regular expression"),
        (("mock", "mock", "--plays", "[[a]"), "nested set"),
        (
            ("mock", "mock", "--plays", "a play that does not exist", "--profile", "safe"),
            "no play is left",
        ),
        (("mock", "mock", "--generated", "-1"), "give 0 or more"),
        # A host name with an empty label must not end the check of the options.
        (("https://a..b", "https://localhost:1", "--generated", "-1"), "give 0 or more"),
        (("http://fts.example.org",), "is not encrypted"),
        (("https://fts.example.org", "--profile", "full"), "--allow-changes"),
    ],
)
def test_one_line_says_why_servers_cannot_be_compared(
    arguments: tuple[str, ...], said: str
) -> None:
    result = _compare(*arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_compare_without_a_usable_credential_ends_with_3(tmp_path: Path) -> None:
    result = _compare("https://localhost:1", "--cert", tmp_path / "missing.pem")
    assert result.exit_code == 3, result.output
    assert "missing.pem" in result.output
