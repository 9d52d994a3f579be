"""The limits of a run, and servers that stop answering in the middle: there is still a verdict and a report."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from test_harness.small_servers import Answer

from fts_contract.harness.sending.budget import Budget, OverError
from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome, Responder, Seen, SmallServer

    from fts_contract.harness.options import RunOptions

    Command = Callable[..., Outcome]

READS = "GET /(jobs|files|whoami|)$"


class Clock:
    """Time that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_budget_rate_limit_spaces_requests_evenly() -> None:
    clock = Clock()
    budget = Budget(rate_limit=4, clock=clock, sleep=clock.sleep)
    for _ in range(3):
        budget.before(30)
    assert clock.slept == [0.25, 0.25]
    clock.now += 10  # a slow answer earns no burst afterwards
    budget.before(30)
    budget.before(30)
    assert clock.slept == [0.25, 0.25, 0.25]


def test_budget_does_not_count_an_answer_cut_short_by_the_end_of_the_time_as_missing() -> None:
    clock = Clock()
    budget = Budget(max_time_s=10, clock=clock, sleep=clock.sleep)
    assert not budget.unanswered()
    clock.now += 10
    assert budget.unanswered()
    assert budget.over is not None


def test_budget_time_shortens_the_last_timeout_and_then_ends() -> None:
    clock = Clock()
    budget = Budget(max_time_s=10, clock=clock, sleep=clock.sleep)
    assert budget.before(30) == 10
    clock.now += 9
    assert budget.before(30) == 1
    assert budget.over is None
    clock.now += 1
    with pytest.raises(OverError, match=r"10 s \(--max-time\)"):
        budget.before(30)


def test_budget_patience_counts_only_requests_in_a_row() -> None:
    budget = Budget(patience=2)
    budget.unanswered()
    budget.answered()
    budget.unanswered()
    assert budget.before(30) == 30
    budget.unanswered()
    with pytest.raises(OverError, match="2 requests in a row"):
        budget.before(30)


class Stopped(Exception):  # noqa: N818 - no error of ours
    """Makes the small server close the connection without an answer."""


@pytest.fixture
def stub_with(
    stub: SmallServer, small_server: Callable[[Responder], SmallServer]
) -> Callable[[Callable[[int, Seen], None]], SmallServer]:
    """Start the stub with something that happens before each answer; it gets the number of the request."""

    def start(before: Callable[[int, Seen], None]) -> SmallServer:
        numbers = iter(range(1, 10**6))

        def respond(seen: Seen) -> Answer:
            before(next(numbers), seen)
            return stub.respond(seen)

        return small_server(respond)

    return start


def run(
    command: Command, url: str, pem: Path, report: Path, *args: object
) -> tuple[Outcome, dict[str, Any]]:
    outcome = command(
        "run", url, "--cert", pem, "--operations", READS, "--report", report, *args
    )  # fmt: skip
    return outcome, json.loads((report / "report.json").read_text())


def test_run_max_time_ends_in_time_with_a_verdict(
    stub_with: Callable[..., SmallServer], fts_contract_command: Command, pem: Path, tmp_path: Path
) -> None:
    server = stub_with(lambda _number, _seen: time.sleep(0.12))
    began = time.monotonic()
    outcome, report = run(
        fts_contract_command, server.url, pem, tmp_path, "--max-time", 6, "--max-examples", 500
    )
    assert time.monotonic() - began < 20
    assert outcome.exit_code == 0, outcome.out
    assert "--max-time" in " ".join(report["run"]["errors"])
    assert 3 < report["totals"]["requests"] < 60
    assert "--max-time" in outcome.out
    # CI systems are told what was not judged; it does not count as a failure.
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 - our own file
    assert (suite.get("errors"), suite.get("failures")) == ("0", "0")
    assert "--max-time" in "".join(element.text or "" for element in suite.iter("system-out"))


@pytest.mark.parametrize(
    ("args", "limit_s"),
    [
        ([], 110),
        (["--max-time", "7"], 7),
        (["--max-time", "0"], None),
        (["--profile", "full", "--allow-changes"], None),
    ],
)
def test_run_in_profile_safe_ends_within_two_minutes_by_default(
    args: list[str],
    limit_s: float | None,
    fts_contract_command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[RunOptions] = []

    def take(options: RunOptions, **_: object) -> None:
        asked.append(options)
        raise CannotRunError("only the options are of interest", remedy="none")

    monkeypatch.setattr("fts_contract.harness.run.run_contract", take)
    assert fts_contract_command("run", "https://localhost:1", *args).exit_code == 2
    assert asked[0].max_time_s == limit_s


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_run_on_server_that_dies_gives_up_with_a_verdict(
    stub_with: Callable[..., SmallServer],
    fts_contract_command: Command,
    pem: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def die(number: int, _seen: Seen) -> None:
        if number > 12:
            raise Stopped

    server = stub_with(die)
    outcome, report = run(fts_contract_command, server.url, pem, tmp_path)
    capfd.readouterr()  # the small server complains
    assert outcome.exit_code == 1
    assert {failure["check"] for failure in report["failures"]} == {"no-answer"}
    assert "not judged" in " ".join(report["run"]["errors"])
    assert len(server.seen) < 40


def test_run_on_server_that_hangs_gives_up_with_a_verdict(
    stub_with: Callable[..., SmallServer], fts_contract_command: Command, pem: Path, tmp_path: Path
) -> None:
    server = stub_with(lambda number, _seen: time.sleep(5 if number > 8 else 0))
    began = time.monotonic()
    outcome, report = run(fts_contract_command, server.url, pem, tmp_path, "--timeout", 1)
    assert time.monotonic() - began < 30
    assert outcome.exit_code == 1
    assert "no-answer" in {failure["check"] for failure in report["failures"]}


GARBAGE = {
    "bytes for JSON": Answer(200, {"Content-Type": "application/json"}, b"\x00\xff\xfe" * 50),
    "HTML": Answer(502, {"Content-Type": "text/html"}, b"<html>Bad Gateway</html>"),
    "JSON cut off": Answer(200, {"Content-Type": "application/json"}, b'[{"job_id": "5c1000'),
    "JSON too deep": Answer(200, {"Content-Type": "application/json"}, b"[" * 20_000),
    "JSON too deep, closed": Answer(
        200, {"Content-Type": "application/json"}, b"[" * 5_000 + b"]" * 5_000
    ),
    "JSON deep": Answer(200, {"Content-Type": "application/json"}, b"[" * 700 + b"]" * 700),
    "JSON deep in a job": Answer(
        201, {"Content-Type": "application/json"}, b'[{"job_id":' * 400 + b"1" + b"}]" * 400
    ),
    "no HTTP": Answer(99999, {}, b""),
    "no end of the headers": Answer(200, {f"X-{n}": "x" for n in range(200)}, b"[]"),
    "a body without end": Answer(200, {"Content-Encoding": "gzip"}, b"no gzip"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_run_on_server_that_answers_garbage_has_a_verdict(  # noqa: PLR0917 - fixtures
    kind: str,
    stub: SmallServer,
    small_server: Callable[[Responder], SmallServer],
    fts_contract_command: Command,
    pem: Path,
    tmp_path: Path,
) -> None:
    numbers = iter(range(1, 10**6))
    server = small_server(lambda seen: GARBAGE[kind] if next(numbers) > 12 else stub.respond(seen))
    outcome, report = run(fts_contract_command, server.url, pem, tmp_path, "--max-examples", 1)
    assert outcome.exit_code == 1, outcome.out + outcome.err
    assert report["totals"]["failures"] > 0
    assert "does not conform" in outcome.out
    assert ET.parse(tmp_path / "junit.xml").getroot().find(".//failure") is not None  # noqa: S314
    assert "does not conform" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_run_on_server_that_closes_some_connections_judges_the_rest(
    stub_with: Callable[..., SmallServer],
    fts_contract_command: Command,
    pem: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def close(number: int, _seen: Seen) -> None:
        if number > 12 and number % 3 == 0:
            raise Stopped

    outcome, report = run(
        fts_contract_command, stub_with(close).url, pem, tmp_path, "--max-examples", 1
    )
    capfd.readouterr()  # the small server complains
    assert outcome.exit_code == 1
    assert "no-answer" in {failure["check"] for failure in report["failures"]}
    assert "gave up" not in " ".join(report["run"]["errors"])
    assert report["totals"]["checked"] >= 4
