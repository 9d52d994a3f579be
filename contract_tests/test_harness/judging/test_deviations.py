"""Known deviations: the file is checked strictly, and an entry explains exactly what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pytest
import yaml

from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.check_names import PROBE_CHECKS
from fts_contract.harness.judging.deviations import (
    known_deviations,
    read_deviations,
)
from fts_contract.harness.judging.request_values import request_values
from fts_contract.harness.judging.results import OperationResult, Results
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.exchange import Exchange

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.judging.deviations import Deviation

ENTRY = {
    "id": "X-1",
    "operation": "list_jobs",
    "check": "server-error",
    "match": {"status": 500, "target": "time_window="},
    "versions": ["3.13"],
    "reason": "It fails.",
    "evidence": ["jobs-list-window-huge"],
}


def write(path: Path, *entries: Any) -> Path:
    path.write_text(yaml.safe_dump(list(entries)))
    return path


def exchange(*, status: int = 500, url: str = "https://h/jobs?time_window=9") -> Exchange:
    return Exchange("GET", url, {}, None, status, {}, b"{}", 0.1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operatoin": "x"}, ["entry 2 (X-2)", "unknown key", "operatoin"]),
        ({"check": "server-eror"}, ["entry 2 (X-2)", "unknown check", "server-eror"]),
        ({"operation": "list_job"}, ["entry 2 (X-2)", "unknown operation 'list_job'"]),
        ({"operation": ["*", "get /jobs"]}, ["entry 2 (X-2)", "unknown operation 'get /jobs'"]),
        ({"check": []}, ["entry 2 (X-2)", "invalid check", "[]"]),
        ({"operation": None}, ["entry 2 (X-2)", "invalid operation", "None"]),
        ({"reason": None}, ["entry 2 (X-2)", "invalid reason", "None"]),
        ({"versions": {"3.13": "all"}}, ["entry 2 (X-2)", "invalid versions"]),
        # These would excuse failures of every version, or of every answer that has one of the letters.
        ({"versions": ["latest"]}, ["entry 2 (X-2)", "invalid version", "latest"]),
        ({"match": {"response": ["internal", "error"]}}, ["X-2", "match.response", "internal"]),
        # And these none.
        ({"match": {"status": "500"}}, ["entry 2 (X-2)", "invalid match.status", "'500'"]),
        ({"match": {"status": []}}, ["entry 2 (X-2)", "invalid match.status", "[]"]),
        ({"match": {"status": [True]}}, ["entry 2 (X-2)", "invalid match.status", "True"]),
        ({"match": {"stauts": 500}}, ["entry 2 (X-2)", "match"]),
        ({"match": {"target": "("}}, ["entry 2 (X-2)", "match.target", "regular expression"]),
        ({"id": "X-1"}, ["X-1", "twice"]),
        ({"operation": "GET /(jobs"}, ["entry 2 (X-2)", "operation", "regular expression"]),
    ],
)
def test_read_deviations_names_the_invalid_entry(
    change: dict[str, Any], words: list[str], tmp_path: Path
) -> None:
    path = write(tmp_path / "site.yaml", ENTRY, {**ENTRY, "id": "X-2", **change})
    with pytest.raises(CannotRunError) as caught:
        read_deviations(path)
    for word in [str(path), *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("key", ["id", "operation", "check", "versions", "reason"])
def test_read_deviations_names_the_missing_key(key: str, tmp_path: Path) -> None:
    entry = {name: value for name, value in ENTRY.items() if name != key}
    with pytest.raises(CannotRunError, match=f"entry 1 .*lacks '{key}'"):
        read_deviations(write(tmp_path / "site.yaml", entry))


@pytest.mark.parametrize("text", ["a: [", "just text", "id: X-1"])
def test_read_deviations_refuses_what_is_not_a_list(text: str, tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(text)
    with pytest.raises(CannotRunError, match=r"site\.yaml"):
        read_deviations(path)


def test_read_deviations_empty_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("# nothing known\n")
    assert read_deviations(path) == []


def test_deviation_explains_only_what_it_describes(tmp_path: Path, contract: Contract) -> None:
    (entry,) = read_deviations(write(tmp_path / "site.yaml", ENTRY))
    list_jobs, list_files = contract.operation("list_jobs"), contract.operation("list_files")
    finding = Finding("server-error", "status 500", "500")
    assert entry.explains(list_jobs, finding, exchange())
    assert not entry.explains(list_files, finding, exchange())
    assert not entry.explains(list_jobs, Finding("body-mismatch", "x"), exchange())
    assert not entry.explains(list_jobs, finding, exchange(status=502))
    assert not entry.explains(list_jobs, finding, exchange(url="https://h/jobs"))
    assert not entry.explains(list_jobs, finding, None)


def test_bundled_deviations_hold_for_their_versions_only(contract: Contract) -> None:
    known = known_deviations("3.13.4")
    assert known
    assert known_deviations("3.12.9") == []
    for entry in known:
        for name in entry.operations:
            rule = attrs.evolve(entry, operations=(name,))
            assert any(map(rule.concerns, contract.operations)), (entry.id, name)


def test_bundled_deviations_name_recordings_that_exist(recordings_folder: Path) -> None:
    recorded = {
        recording["id"]
        for path in recordings_folder.glob("*.json")
        for recording in json.loads(path.read_text())
    }
    named = {name for entry in known_deviations("3.13.4") for name in entry.evidence}
    assert named - recorded == set()


def test_rule_concerns_the_operations_whose_method_and_path_match_whole(
    tmp_path: Path, contract: Contract
) -> None:
    (entry,) = read_deviations(
        write(tmp_path / "site.yaml", {**ENTRY, "operation": "(GET|POST) /ban/.*"})
    )
    concerned = {item.operation_id for item in contract.operations if entry.concerns(item)}
    assert concerned == {"list_banned_se", "ban_se", "list_banned_dn", "ban_dn"}


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://h/jobs?vo_name=caf%C3%A9", "^query.vo_name: café$"),
        ("https://h/jobs?vo_name=a&vo_name=b", "^query.vo_name: a$"),
    ],
)
def test_value_is_searched_in_each_decoded_value(
    url: str, value: str, tmp_path: Path, contract: Contract
) -> None:
    (entry,) = read_deviations(write(tmp_path / "site.yaml", {**ENTRY, "match": {"value": value}}))
    finding = Finding("server-error", "status 500", "500")
    list_jobs = contract.operation("list_jobs")
    assert entry.explains(list_jobs, finding, exchange(url=url))
    assert not entry.explains(list_jobs, finding, exchange(url="https://h/jobs?x=caf%C3%A9"))


def test_values_of_a_request_name_their_place(contract: Contract) -> None:
    body = b'{"files": [{"sources": ["mock://a/f"], "x": {}}], "params": {"retry": 3, "sid": ""}}'
    posted = Exchange("POST", "https://h/jobs", {}, body, 500, {}, b"", 0.1)
    assert sorted(request_values(contract.operation("submit_job"), posted)) == [
        "body.files[0].sources[0]: mock://a/f",
        "body.files[0].x: {}",
        "body.params.retry: 3",
        "body.params.sid: ",
    ]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = "https://h/ban/dn?user_dn=a%20b&z=1"
    form = Exchange("DELETE", url, headers, b"user_dn=c+d", 500, {}, b"", 0.1)
    assert request_values(contract.operation("unban_dn"), form) == [
        "query.user_dn: a b",
        "body.user_dn: c d",
    ]
    got = Exchange("GET", "https://h/archive/%C2%93/files", {}, None, 500, {}, b"", 0.1)
    assert request_values(contract.operation("get_archived_job_field"), got) == [
        "path.job_id: \x93",
        "path.field: files",
    ]


def results_of(contract: Contract, *entries: Deviation) -> Results:
    known = {item.operation_id: OperationResult(item) for item in contract.operations}
    return Results(known, deviations=entries)


def test_deviation_is_stale_when_its_request_was_answered_well(
    tmp_path: Path, contract: Contract
) -> None:
    (entry,) = read_deviations(write(tmp_path / "site.yaml", ENTRY))
    list_jobs = contract.operation("list_jobs")
    results = results_of(contract, entry)
    results.add(list_jobs, exchange(status=200, url="https://h/jobs"), [])
    assert (results.stale, results.unmet) == ([], [entry])
    results.add(list_jobs, exchange(status=503), [Finding("server-error", "status 503", "503")])
    assert (results.stale, results.unmet) == ([], [entry])
    results.add(list_jobs, exchange(status=403), [])
    assert (results.stale, results.unmet) == ([], [entry])
    results.add(list_jobs, exchange(status=200), [])
    assert (results.stale, results.unmet) == ([entry], [])
    failed = Finding("server-error", "status 500", "500")
    results.add(list_jobs, exchange(), [failed])
    assert (results.stale, results.unmet) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"needs": "a link that a share uses"},
        {"match": {"message": "^anonymous"}},
        {"check": min(PROBE_CHECKS), "match": {}},
    ],
)
def test_deviation_that_no_single_request_brings_about_is_never_stale(
    change: dict[str, Any], tmp_path: Path, contract: Contract
) -> None:
    (entry,) = read_deviations(write(tmp_path / "site.yaml", {**ENTRY, **change}))
    results = results_of(contract, entry)
    results.add(contract.operation("list_jobs"), exchange(status=200), [])
    assert (results.stale, results.unmet) == ([], [entry])


def test_deviation_of_refused_requests_is_stale_when_the_problem_was_refused(
    tmp_path: Path, contract: Contract
) -> None:
    match = {"status": 500, "problem": "^at limit: "}
    (entry,) = read_deviations(write(tmp_path / "site.yaml", {**ENTRY, "match": match}))
    list_jobs = contract.operation("list_jobs")
    results = results_of(contract, entry)
    results.add(list_jobs, exchange(status=400), [], lambda: ("at fields: expected text",))
    assert results.stale == []
    for status, stale in ((404, []), (400, [entry])):
        results.add(
            list_jobs, exchange(status=status), [], lambda: ("at x: y", "at limit: too big")
        )
        assert results.stale == stale
