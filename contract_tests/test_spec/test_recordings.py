"""Every recorded exchange with a real server fits the document, and nothing is skipped without a named rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.harness.contract.versions import served
from fts_contract.harness.recordings.check import (
    RecordingsError,
    Report,
    check_recording,
    check_recordings,
    read_recordings,
)

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract

FOLDER = Path(__file__).resolve().parents[1] / "fts_contract" / "recordings"
FILES = sorted(path.name for path in FOLDER.glob("*.json"))


@pytest.fixture
def report(recordings_report: Report) -> Report:
    return recordings_report


@pytest.mark.parametrize("name", FILES)
def test_recordings_of_file_conform(report: Report, name: str) -> None:
    rows = [row for row in report.rows if row.file == name]
    assert rows
    assert [f"{row.id}: {problem}" for row in rows for problem in row.problems] == []


def test_report_holds_every_recording_once(report: Report) -> None:
    wanted = [
        (name, recording["id"]) for name in FILES for recording in read_recordings(FOLDER / name)
    ]
    assert [(row.file, row.id) for row in report.rows] == wanted
    assert len(report.checked) + sum(report.skipped.values()) == len(wanted)


def test_summary_counts_what_was_checked(report: Report) -> None:
    checked = sum(1 for row in report.rows if row.skipped is None)
    conforming = sum(1 for row in report.rows if row.conforms)
    assert checked > 0
    assert report.summary == f"conform: {conforming} of {checked}"
    assert report.ok


def test_skips_are_those_that_their_rules_name(report: Report) -> None:
    for row in report.rows:
        if row.skipped == "head-or-options":
            assert row.method in {"HEAD", "OPTIONS"}
        elif row.skipped == "no-such-operation":
            assert row.operation_id is None
            assert row.status in {404, 405}
        elif row.skipped == "refused-before-routing":
            assert row.operation_id is None
            assert row.status >= 400
        elif row.skipped == "body-cut-off":
            recording = _recording(row.file, row.id)
            with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
                json.loads(recording["response"]["body"])
    heads = [row for row in report.rows if row.method in {"HEAD", "OPTIONS"}]
    assert report.skipped["head-or-options"] == len(heads)


def test_every_operation_of_the_recorded_version_is_seen_in_a_recording(
    report: Report, contract: Contract
) -> None:
    seen = {row.operation_id for row in report.checked}
    served_ones = {
        item.operation_id
        for item in contract.operations
        if served("3.13.4", since=item.since, until=item.until)
    }
    assert served_ones - seen == set()


def _recording(file: str, recording_id: str) -> dict[str, Any]:
    recordings = read_recordings(FOLDER / file)
    return next(recording for recording in recordings if recording["id"] == recording_id)


def _exchange(
    *,
    method: str = "GET",
    path: str = "/whoami/certificate",
    status: int = 403,
    body: Any = None,
    note: str = "",
    content_type: str = "application/json",
) -> dict[str, Any]:
    return {
        "id": "made-up",
        "request": {"method": method, "path": path, "query": {}, "headers": {}, "body": None},
        "response": {"status": status, "headers": {"Content-Type": content_type}, "body": body},
        "note": note,
    }


FORBIDDEN = {"status": "403 Forbidden", "message": "Certificate required"}


@pytest.mark.parametrize(
    ("exchange", "skipped", "kinds"),
    [
        (_exchange(body=FORBIDDEN), None, []),
        (_exchange(body={"message": "x"}), None, ["body-mismatch"]),
        (
            _exchange(body="Forbidden", content_type="text/csv"),
            None,
            ["content-type-undocumented"],
        ),
        (_exchange(status=299, body={}), None, ["status-undocumented"]),
        (_exchange(method="HEAD", body=""), "head-or-options", []),
        (_exchange(method="options", body=""), "head-or-options", []),
        (_exchange(path="/nosuch", status=404, body=FORBIDDEN), "no-such-operation", []),
        (_exchange(path="/nosuch", status=200, body={}), None, ["operation-unknown"]),
        (_exchange(path="/nosuch", status=403, body=FORBIDDEN), None, ["operation-unknown"]),
        (
            _exchange(path="/nosuch", body="<p>banned</p>", content_type="text/html"),
            "refused-before-routing",
            [],
        ),
        (
            _exchange(path="/../x", status=400, body="<p>", content_type="text/html"),
            "refused-before-routing",
            [],
        ),
        (
            _exchange(path="/nosuch", status=200, body="<p>", content_type="text/html"),
            None,
            ["operation-unknown"],
        ),
        (_exchange(method="PATCH", status=405, body=FORBIDDEN), "no-such-operation", []),
        (
            _exchange(path="/whoami", status=200, body="[", note="Body cut off: x"),
            "body-cut-off",
            [],
        ),
        (_exchange(path="/whoami", status=200, body='{"user_dn": "a'), "body-cut-off", []),
        (_exchange(path="/whoami", status=200, body="text"), None, ["body-mismatch"]),
        (_exchange(path="/whoami", status=200, body="{no JSON"), None, ["body-mismatch"]),
        (
            _exchange(path="/whoami", status=202, body='{"user_dn": "a', note="cut off"),
            None,
            ["status-undocumented"],
        ),
        (
            _exchange(path="/whoami", status=200, body={"a": 1}, note="cut off"),
            None,
            ["body-mismatch"],
        ),
        (_exchange(path="/jobs/a/reason", status=200, body="[5] no"), None, []),
    ],
)
def test_check_recording_gives_rule_or_problems(
    contract: Contract, exchange: dict[str, Any], skipped: str | None, kinds: list[str]
) -> None:
    row = check_recording(exchange, contract, version=None)
    assert row.skipped == skipped
    assert {problem.kind for problem in row.problems} == set(kinds)


def test_check_recording_reports_a_missing_field_that_the_version_always_sends(
    contract: Contract,
) -> None:
    recording = _recording("jobs-query.json", "jobs-get-state-submitted")
    promised = "os_project_id"
    del recording["response"]["body"][promised]
    problems = check_recording(recording, contract).problems
    assert [problem.kind for problem in problems] == ["always-missing"]
    assert promised in problems[0].message
    assert check_recording(recording, contract, version="3.9.0").conforms


def test_check_recordings_takes_files_and_folders(contract: Contract, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps([_exchange(body=FORBIDDEN)]), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps([_exchange(status=299)]), encoding="utf-8")
    whole = check_recordings(tmp_path, contract=contract)
    assert [row.file for row in whole.rows] == ["a.json", "b.json"]
    assert whole.summary == "conform: 1 of 2"
    assert not whole.ok
    assert check_recordings([tmp_path / "b.json"], contract=contract).ok


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", '[{"id": "a"}]', '[{"id": "a", "request": {}, "response": {}}]'],
)
def test_read_recordings_on_other_content_names_the_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RecordingsError, match=r"odd\.json"):
        read_recordings(path)


def test_check_recordings_on_missing_file_or_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingsError, match="gone"):
        check_recordings(tmp_path / "gone.json")
    with pytest.raises(RecordingsError, match=tmp_path.name):
        check_recordings(tmp_path)


def test_report_of_nothing_checked_is_not_ok() -> None:
    assert not Report(()).ok
