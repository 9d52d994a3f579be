"""What a run leaves behind: report.json, report.html, junit.xml and the lines on the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import yaml
from test_harness.small_servers import (
    Answer,
    SmallServer,
    answers_of_stub,
    json_answer,
    make_pem,
    run_command,
    stub_responder,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from test_harness.small_servers import Outcome

    Command = Callable[..., Outcome]

ONLY_LISTS = "GET /(jobs|files|whoami|)$"


@pytest.fixture
def run_stub(
    stub: SmallServer, fts_contract_command: Command, pem: Path, tmp_path: Path
) -> Callable[..., tuple[Outcome, dict[str, Any]]]:
    def run(*args: object) -> tuple[Outcome, dict[str, Any]]:
        report = tmp_path / "deep" / "report"
        outcome = fts_contract_command(
            "run", stub.url, "--cert", pem, "--report", report, "--max-examples", 3,
            "--operations", ONLY_LISTS, *args,
        )  # fmt: skip
        return outcome, json.loads((report / "report.json").read_text())

    return run


@pytest.fixture(scope="module")
def conforming(
    recordings_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, dict[str, Any], str]:
    """One run on a server that conforms, for several tests: its output, report and page."""
    folder = tmp_path_factory.mktemp("conforming")
    with SmallServer(stub_responder(answers_of_stub(recordings_folder))) as server:
        outcome = run_command(
            "run", server.url, "--cert", make_pem(folder / "nobody.pem"), "--report",
            folder / "report", "--max-examples", 3, "--operations", ONLY_LISTS,
        )  # fmt: skip
    report = json.loads((folder / "report" / "report.json").read_text())
    return outcome, report, (folder / "report" / "report.html").read_text()


def test_json_of_a_run_is_its_report_and_nothing_else(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]],
) -> None:
    outcome, report = run_stub("--json")
    assert json.loads(outcome.out) == report


def test_endpoint_of_the_environment_is_judged(
    stub: SmallServer,
    fts_contract_command: Command,
    pem: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FTS_ENDPOINT", stub.url)
    outcome = fts_contract_command(
        "run", "--cert", pem, "--max-examples", 1, "--operations", "^whoami$"
    )
    assert outcome.exit_code == 0, outcome.out + outcome.err


def test_report_of_conforming_server_has_the_documented_form(
    conforming: tuple[Outcome, dict[str, Any], str],
) -> None:
    outcome, report, page = conforming
    assert outcome.exit_code == 0, outcome.out
    assert set(report) >= {"server", "spec", "operations", "failures", "totals"}
    assert report["server"]["version"] == "3.13.4"
    assert report["spec"]["operations"] == len(report["operations"])
    jobs = next(entry for entry in report["operations"] if entry["id"] == "list_jobs")
    assert (jobs["method"], jobs["path"], jobs["checked"]) == ("GET", "/jobs", True)
    assert sum(jobs["statuses"].values()) == jobs["requests"] > 10
    cancel = next(entry for entry in report["operations"] if entry["id"] == "cancel_jobs")
    assert (cancel["checked"], cancel["requests"]) == (False, 0)
    assert report["failures"] == []
    assert report["totals"]["requests"] == sum(e["requests"] for e in report["operations"])
    assert report["totals"]["failures"] == 0
    assert "conforms" in page
    assert "http" not in page.split("<style>")[1].split("</style>")[0]
    assert "<script src" not in page
    assert "<link" not in page


def test_failure_is_reported_everywhere_with_operation_and_curl(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]],
    stub_answers: dict[str, Answer],
    tmp_path: Path,
) -> None:
    stub_answers["/files"] = json_answer(200, [{"file_id": "<b>one</b>"}])
    junit = tmp_path / "junit.xml"
    outcome, report = run_stub("--junit", junit)
    assert outcome.exit_code == 1
    assert "FAILED  GET /files" in outcome.out
    assert "curl --cert" in outcome.out
    failure = report["failures"][0]
    assert failure["operation"] == "list_files"
    assert failure["known_deviation"] is None
    assert failure["request"]["curl"].endswith("/files")
    assert failure["response"]["status"] == 200
    assert report["totals"]["conforms"] is False
    suite = ET.parse(junit).getroot()[0]  # noqa: S314 - our own file
    assert suite.get("failures") == "1"
    failed = [case for case in suite if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["GET /files"]
    page = (tmp_path / "deep" / "report" / "report.html").read_text()
    assert "&lt;b&gt;one" in page
    assert "<b>one" not in page


def test_known_deviation_explains_failures_and_stale_one_is_named(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]],
    stub_answers: dict[str, Answer],
    tmp_path: Path,
) -> None:
    stub_answers["/files"] = json_answer(
        500, {"status": "500 Internal Server Error", "message": "oops"}
    )
    entry = {
        "id": "S-1",
        "operation": "list_files",
        "check": ["server-error", "server-error-on-invalid"],
        "match": {"status": 500},
        "versions": ["3.13"],
        "reason": "Under repair.",
    }
    stale = {**entry, "id": "S-2", "operation": "list_jobs", "reason": "Was repaired."}
    untested = {**entry, "id": "S-3", "operation": "cancel_jobs"}
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump([entry, stale, untested]))
    outcome, report = run_stub("--deviations", path)
    assert outcome.exit_code == 0, outcome.out
    assert {failure["known_deviation"] for failure in report["failures"]} == {"S-1"}
    assert [entry["id"] for entry in report["stale_deviations"]] == ["S-2"]
    assert report["totals"]["known_deviations"] == 1
    assert "S-2" in outcome.out
    assert "S-3" not in outcome.out


def test_deviation_whose_request_was_not_sent_is_only_counted(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]], tmp_path: Path
) -> None:
    entry = {
        "id": "S-1",
        "operation": "GET /files",
        "check": "server-error",
        "match": {"status": 500, "value": "^query.vo_name: never-sent$"},
        "versions": ["3.13"],
        "reason": "Fails for this VO.",
    }
    path = tmp_path / "site.yaml"
    path.write_text(yaml.safe_dump([entry]))
    outcome, report = run_stub("--deviations", path)
    assert report["stale_deviations"] == []
    assert [entry["id"] for entry in report["unmet_deviations"]] == ["S-1"]
    assert "STALE" not in outcome.out
    assert "1 known deviation not met" in outcome.out


def test_operation_that_answers_501_is_listed_as_not_served(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]], stub_answers: dict[str, Answer]
) -> None:
    del stub_answers["/files"]
    outcome, report = run_stub()
    assert outcome.exit_code == 0, outcome.out
    files = next(entry for entry in report["operations"] if entry["id"] == "list_files")
    assert files["not_served"] is True
    assert files["checked"] is False
    assert report["totals"]["not_served"] == 1
    assert "1 not served (501)" in outcome.out


def test_operation_that_was_only_refused_is_counted_as_such(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]], stub_answers: dict[str, Answer]
) -> None:
    refusal = {"status": "403 Forbidden", "message": "no"}
    stub_answers["/files"] = json_answer(403, refusal)
    outcome, _ = run_stub("--without", "valid-rejected")
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("  files ")]
    assert line.endswith("1 only refused")
    assert outcome.out.count("only refused") == 1


def test_token_and_key_are_in_no_report(
    stub: SmallServer, fts_contract_command: Command, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("marked-secret-token")
    outcome = fts_contract_command(
        "run", stub.url, "--token-file", token, "--report", tmp_path / "r", "--max-examples", 2,
        "--operations", ONLY_LISTS,
    )  # fmt: skip
    assert outcome.exit_code in {0, 1}
    assert any(
        "marked-secret-token" in seen.headers.get("Authorization", "") for seen in stub.seen
    )
    written = [path.read_text() for path in (tmp_path / "r").iterdir()]
    assert len(written) == 3
    for text in (outcome.out, outcome.err, *written):
        assert "marked-secret-token" not in text


def test_output_without_terminal_has_no_escape_codes(
    conforming: tuple[Outcome, dict[str, Any], str],
) -> None:
    outcome, _, _ = conforming
    assert "\x1b" not in outcome.out
    assert outcome.err == ""
    assert outcome.out.splitlines()[0].startswith("127.0.0.1:")


def test_probes_that_could_not_be_applied_are_listed_in_few_lines(
    conforming: tuple[Outcome, dict[str, Any], str],
) -> None:
    outcome, report, _ = conforming
    reasons = report["run"]["not_applicable"]
    assert reasons["list-limit"] == "there are fewer than two jobs"
    by_reason: dict[str, list[str]] = {}
    for check, reason in reasons.items():
        by_reason.setdefault(reason, []).append(check)
    told = [f"{reason}: {', '.join(checks)}" for reason, checks in by_reason.items()]
    hidden = sum(map(len, list(by_reason.values())[4:]))
    shown = " ".join(outcome.out.split())
    for text in (*told[:4], f"and {hidden} more checks (see --report)"):
        assert f"SKIPPED {text}" in shown
    skipped = [line for line in outcome.out.splitlines() if line.startswith("SKIPPED ")]
    assert len(skipped) == 5 <= len(by_reason)
    assert max(map(len, skipped)) <= 80
    assert outcome.exit_code == 0


def test_unwritable_report_is_refused(
    stub: SmallServer, fts_contract_command: Command, pem: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    outcome = fts_contract_command(
        "run", stub.url, "--cert", pem, "--report", tmp_path / "file" / "report",
        "--operations", "GET /whoami$", "--max-examples", 1,
    )  # fmt: skip
    assert outcome.exit_code == 2
    assert "--report" in outcome.err


def test_check_that_is_switched_off_finds_nothing(
    run_stub: Callable[..., tuple[Outcome, dict[str, Any]]],
    stub_answers: dict[str, Answer],
) -> None:
    stub_answers["/files"] = json_answer(200, [{"file_id": "one"}])
    outcome, report = run_stub("--without", "body-mismatch", "--without", "always-missing")
    assert outcome.exit_code == 0, outcome.out
    assert report["failures"] == []


def test_switching_off_an_unknown_check_is_refused(fts_contract_command: Command) -> None:
    outcome = fts_contract_command("run", "https://localhost:1", "--without", "bodies")
    assert outcome.exit_code == 2
    assert "fts contract checks" in outcome.err
    listed = fts_contract_command("checks")
    assert listed.exit_code == 0
    assert "body-mismatch" in listed.out
