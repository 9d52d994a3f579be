"""`fts contract judge`: an earlier run is judged again, from its report alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_harness.small_servers import Outcome

    Command = Callable[..., Outcome]

REAL = Path(__file__).parent / "failures_of_3.13.4.json"
ENTRY = {
    "id": "SITE-1",
    "operation": "GET /cs/.*",
    "check": ["server-error", "server-error-on-invalid"],
    "match": {"status": 500, "value": "^path.service: "},
    "versions": ["3.13"],
    "reason": "No cloud storage here.",
}


@pytest.fixture
def judge(fts_contract_command: Command) -> Callable[..., Outcome]:
    return lambda *arguments: fts_contract_command("judge", *arguments)


def last_line(outcome: Outcome) -> str:
    return outcome.out.splitlines()[-1]


def write(path: Path, content: Any) -> Path:
    path.write_text(yaml.safe_dump(content))
    return path


def test_judge_conforms_when_every_failure_is_known(judge: Command) -> None:
    outcome = judge(REAL)
    assert last_line(outcome) == "unexplained: 0"
    assert outcome.exit_code == 0


def test_judge_takes_the_folder_of_a_report(judge: Command, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(REAL.read_text())
    assert last_line(judge(tmp_path)) == "unexplained: 0"


def test_judge_shows_what_no_entry_of_the_site_explains(judge: Command, tmp_path: Path) -> None:
    outcome = judge(REAL, "--deviations", write(tmp_path / "site.yaml", [ENTRY]))
    assert outcome.exit_code == 1
    shown = [line for line in outcome.out.splitlines() if line.startswith("FAILED")]
    assert last_line(outcome) == f"unexplained: {len(shown)}"
    assert shown
    assert not [line for line in shown if "GET /cs/" in line]
    assert "known (SITE-1)" in outcome.out
    assert "curl --cert" in outcome.out


def test_judge_reads_a_file_that_includes_the_bundled_entries(
    judge: Command, tmp_path: Path
) -> None:
    outcome = judge(
        REAL, "--deviations", write(tmp_path / "site.yaml", [ENTRY, {"include": "bundled"}])
    )
    assert last_line(outcome) == "unexplained: 0"
    assert "SITE-1" in outcome.out
    assert "D-014" in outcome.out


def test_judge_passes_over_entries_of_other_versions(judge: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "site.yaml", [{**ENTRY, "versions": ["3.12"]}])
    assert "SITE-1" not in judge(REAL, "--deviations", path).out


def test_judge_prints_json(judge: Command) -> None:
    outcome = judge(REAL, "--json")
    data = json.loads(outcome.out)
    assert data["unexplained"] == 0
    assert {failure["known_deviation"] for failure in data["failures"]} >= {"D-014", "D-030"}


def test_judge_drops_what_is_no_failure_by_the_document_of_today(
    judge: Command, tmp_path: Path
) -> None:
    report = json.loads(REAL.read_text())
    failure = {
        "operation": "get_optimizer_enabled",
        "check": "body-mismatch",
        "message": "expected string, got true",
        "request": {
            "method": "GET",
            "url": "https://localhost:8446/optimizer",
            "body": None,
            "curl": "curl",
        },
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "body": "true",
        },
        "known_deviation": None,
    }
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report | {"failures": [failure]}))
    outcome = judge(path)
    assert outcome.exit_code == 0
    assert "1 failure of the report would not be reported today" in outcome.out


def test_judge_keeps_a_failure_whose_answer_was_cut_for_the_report(
    judge: Command, tmp_path: Path
) -> None:
    report = json.loads(REAL.read_text())
    failure = {
        "operation": "list_files",
        "check": "body-mismatch",
        "message": "at [40].file_id: expected integer, got null",
        "request": {
            "method": "GET",
            "url": "https://localhost:8446/files",
            "body": None,
            "curl": "curl",
        },
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "body": f"[{' ' * 1999}... (9000 characters)",
        },
        "known_deviation": None,
    }
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report | {"failures": [failure]}))
    outcome = judge(path)
    assert outcome.exit_code == 1
    assert "list_files, body-mismatch at [].file_id" in outcome.out


@pytest.mark.parametrize(
    "shown",
    [
        '{"files": [{"sources": ["mock://a/x"], "checksum": "\\u0161\\u0416", "metadata": {"a": [{"b": "x, {',
        '{"files": [{"checksum": "\\"\\u0416"}], "params": {"retry": [1, 2',
    ],
)
def test_judge_reads_the_cause_in_a_request_that_was_cut_for_the_report(
    judge: Command, tmp_path: Path, shown: str
) -> None:
    report = json.loads(REAL.read_text())
    failure: dict[str, Any] = {
        "operation": "submit_job_put",
        "check": "server-error",
        "message": "status 500: The server encountered an internal error",
        "request": {
            "method": "PUT",
            "url": "https://localhost:8446/jobs",
            "body": f"{shown}... (9000 characters)",
            "curl": "curl -X PUT -H 'Content-Type: application/json'",
        },
        "response": {
            "status": 500,
            "headers": {"content-type": "application/json"},
            "body": json.dumps(
                {
                    "status": "500 Internal Server Error",
                    "message": "The server encountered an internal error and was unable to complete your request. "
                    "Either the server is overloaded or there is an error in the application.",
                }
            ),
        },
        "known_deviation": None,
    }
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report | {"failures": [failure]}))
    assert last_line(judge(path)) == "unexplained: 0"
    failure["request"]["body"] = failure["request"]["body"].replace("0416", "0041")
    path.write_text(json.dumps(report | {"failures": [failure]}))
    assert last_line(judge(path)) == "unexplained: 1"


@pytest.mark.parametrize(
    "text", ["", "[]", '{"failures": []}', '{"server": {}, "failures": [{}]}']
)
def test_judge_refuses_what_is_not_a_report(judge: Command, tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    outcome = judge(path)
    assert outcome.exit_code == 2
    assert str(path) in outcome.err
    assert "fts contract run --report" in outcome.err


def test_judge_names_a_report_that_is_missing(judge: Command, tmp_path: Path) -> None:
    outcome = judge(tmp_path / "nowhere")
    assert outcome.exit_code == 2
    assert "nowhere" in outcome.err


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("failures",), {}),
        (("server", "version"), None),
        (("server", "version"), "unknown"),
        (("server", "vos"), 5),
        (("failures", 0, "check"), ["leak"]),
        (("failures", 0, "request", "method"), None),
        (("failures", 0, "request", "url"), "https://[::1"),
        (("failures", 0, "response", "status"), "500"),
        (("failures", 0, "response", "headers"), [1]),
    ],
)
def test_judge_refuses_a_report_that_was_damaged(
    judge: Command, tmp_path: Path, place: tuple[Any, ...], value: Any
) -> None:
    report = json.loads(REAL.read_text())
    *parents, name = place
    part = report
    for parent in parents:
        part = part[parent]
    part[name] = value
    (tmp_path / "report.json").write_text(json.dumps(report))
    outcome = judge(tmp_path)
    assert outcome.exit_code == 2, outcome.out + outcome.err
    assert "is not a report of `fts contract run`" in outcome.err


def test_judge_refuses_a_report_that_is_nested_too_deeply(judge: Command, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("[" * 200_000)
    outcome = judge(tmp_path)
    assert outcome.exit_code == 2, outcome.out + outcome.err
    assert "cannot read the report" in outcome.err
