"""The judge against the truth: recordings of a real server, where it must find what is known to be wrong and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.contract.submission_rules import broken_rules
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.judging.deviations import known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.probes import PROBES
from fts_contract.harness.recordings.recorded import exchange_of
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a run never sends: other encodings of JSON, and text that the contract does not describe.
NOT_SENT_BY_A_RUN = {"submit-json-utf16", "jobs-list-state-space-after-comma"}


@pytest.fixture(scope="module")
def judge() -> Judge:
    document = load_spec()
    strict, lenient = Contract.from_spec(document), Contract.from_spec(relaxed(document))
    return Judge(strict, lenient, "3.13.4", live=False)


def exchanges(folder: Path) -> Iterator[tuple[str, Exchange]]:
    """Recordings that show how a server answers a caller with a certificate."""
    for path in sorted(folder.glob("*.json")):
        if path.stem == "oauth2-tokens":
            continue
        for recording in json.loads(path.read_text()):
            if recording["as"] == "anonymous" or "cut off" in (recording.get("note") or ""):
                continue
            if recording["request"]["method"] not in {"HEAD", "OPTIONS"}:
                yield recording["id"], exchange_of(recording)


def test_judge_finds_in_recordings_only_known_deviations(
    judge: Judge, recordings_folder: Path
) -> None:
    known = known_deviations("3.13.4")
    unexplained, judged = [], 0
    for recording_id, exchange in exchanges(recordings_folder):
        match = judge.contract.find(exchange.method, exchange.target)
        if match is None or recording_id in NOT_SENT_BY_A_RUN:
            continue
        judged += 1
        unexplained += [
            (recording_id, finding)
            for finding in judge.judge(match, exchange)
            if not any(entry.explains(match.operation, finding, exchange) for entry in known)
        ]
    assert unexplained == []
    assert judged > 1500  # an empty folder must fail


def test_bundled_deviations_with_evidence_occur_in_recordings(
    judge: Judge, recordings_folder: Path
) -> None:
    by_id = dict(exchanges(recordings_folder))
    probed = {probe.check for probe in PROBES}
    for entry in known_deviations("3.13.4"):
        shown = [by_id[name] for name in entry.evidence if name in by_id]
        if not shown or set(entry.checks) <= probed:
            continue
        assert (
            any(
                entry.explains(match.operation, finding, exchange)
                for exchange in shown
                if (match := judge.contract.find(exchange.method, exchange.target))
                for finding in judge.judge(match, exchange)
            )
            or entry.id == "D-005"
        ), entry.id


def answer(**changes: Any) -> Exchange:
    good = Exchange(
        method="GET",
        url="https://fts.example.org:8446/jobs?limit=1",
        request_headers={"Accept": "application/json"},
        request_body=None,
        status=200,
        headers={"content-type": "application/json"},
        body=b"[]",
        elapsed_s=0.1,
    )
    return attrs.evolve(good, **changes)


ERROR = b'{"status": "400 Bad Request", "message": "no"}'
SERVER_ERROR = b'{"status": "500 Internal Server Error", "message": "no"}'


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({}, set()),
        ({"status": 418, "body": ERROR}, {"status-undocumented", "error-status-mismatch"}),
        ({"headers": {"content-type": "text/csv"}}, {"content-type-undocumented"}),
        ({"body": b"["}, {"body-not-json"}),
        ({"body": b"{}"}, {"body-mismatch"}),
        ({"status": 400, "body": ERROR}, {"valid-rejected"}),
        # The tables hold an umlaut, but not U+0085.
        (
            {"url": "https://h/config/links/%C3%BC", "status": 400, "body": ERROR},
            {"valid-rejected"},
        ),
        ({"url": "https://h/config/links/%C2%85", "status": 400, "body": ERROR}, set()),
        ({"status": 400, "body": ERROR.replace(b"400", b"404")}, None),
        (
            {"url": "https://h/jobs?limit=1.5"},
            set(),
        ),  # lenient: values that are not integers are ignored
        ({"url": "https://h/jobs?limit=501"}, {"invalid-accepted"}),
        (
            {"url": "https://h/jobs?limit=501", "status": 400, "body": ERROR},
            set(),
        ),
        (
            {"status": 500, "body": SERVER_ERROR},
            {"server-error"},
        ),
        (
            {
                "url": "https://h/jobs?limit=-1",
                "status": 500,
                "body": SERVER_ERROR,
            },
            {"server-error-on-invalid"},
        ),
    ],
)
def test_judge_names_what_is_wrong(
    changes: dict[str, Any], checks: set[str] | None, judge: Judge
) -> None:
    exchange = answer(**changes)
    match = judge.contract.find(exchange.method, exchange.target)
    assert match is not None
    found = {finding.check for finding in judge.judge(match, exchange)}
    assert found <= set(CHECKS)
    assert found == checks if checks is not None else "error-status-mismatch" in found


def submission(params: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    file = {"sources": ["davs://a/f"], "destinations": ["davs://b/f"], **changes}
    return {"files": [file], "params": params or {}}


@pytest.mark.parametrize(
    "body",
    [
        submission({"overwrite": True, "overwrite_on_retry": True}),
        submission({"overwrite_hop": True}),
        submission({"overwrite_when_only_on_disk": True}),
        submission({"id_generator": "deterministic"}),
        submission({"reuse": True}, sources=["davs://a/f", "davs://c/f"]),
        submission(sources=["davs://a/"]),
        submission(sources=["file:///f"]),
        submission(sources=["davs://[x/f"]),
        submission(source_tokens=["x"]),
        submission(metadata={"x": "y" * 2000}),
        {"files": []},
        {"files": [], "delete": ["davs://a/f"]},
        [],
    ],
)
def test_broken_rules_finds_what_a_server_may_refuse(body: Any) -> None:
    assert broken_rules(body)


@pytest.mark.parametrize(
    "body",
    [
        submission(),
        submission({"overwrite_hop": True, "multihop": True}),
        submission({"overwrite_when_only_on_disk": True, "archive_timeout": 1}),
        submission({"id_generator": "deterministic", "sid": ""}),
        submission({"reuse": True}),
        submission({"overwrite": False, "overwrite_on_retry": True}),
        submission(None, sources=["davs://a/f", "davs://c/f"]),
    ],
)
def test_broken_rules_passes_good_submissions(body: Any) -> None:
    assert broken_rules(body) == []
