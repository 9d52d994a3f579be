"""What FTS 3.13.4 does is known by its cause: every request that meets the cause, and nothing else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import pytest

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.deviations import known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.judging.past_report import judge_report
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

REAL = Path(__file__).parent / "failures_of_3.13.4.json"
"""One failure of each kind that runs on a real server found."""

INTERNAL = {
    "status": "500 Internal Server Error",
    "message": "The server encountered an internal error and was unable to complete your request. Either the server is "
    "overloaded or there is an error in the application.",
}
FILE = {"sources": ["mock://a.example.org/f"], "destinations": ["mock://b.example.org/f"]}
STORABLE = "caf\u00e9 \u20ac \u0160"
JOB_ID = "5c100003-e6f5-11f1-9d01-02fc0000a001"
SUBMITTED = {"job_id": JOB_ID}
PAIR = {"source_se": "mock://a.example.org", "dest_se": "mock://b.example.org"}


@cache
def judge() -> Judge:
    document = load_spec()
    contract, lenient = Contract.from_spec(document), Contract.from_spec(relaxed(document))
    return Judge(contract, lenient, "3.13.4", checks=())


def exchange(
    method: str, target: str, body: Any = None, *, status: int = 500, answer: Any = None
) -> Exchange:
    text = (
        answer if isinstance(answer, str) else json.dumps(INTERNAL if answer is None else answer)
    )
    return Exchange(
        method=method,
        url=f"https://fts.example.org:8446{target}",
        request_headers={} if body is None else {"Content-Type": "application/json"},
        request_body=None if body is None else json.dumps(body).encode(),
        status=status,
        headers={"content-type": "application/json"},
        body=text.encode(),
        elapsed_s=0.1,
    )


def explained(one: Exchange) -> list[set[str]]:
    """For each thing that is wrong with an exchange, the known deviations that explain it."""
    match = judge().contract.find(one.method, one.target)
    assert match is not None
    return [
        {
            entry.id
            for entry in known_deviations("3.13.4")
            if entry.explains(match.operation, finding, one)
        }
        for finding in judge().judge(match, one)
    ]


def submission(**params: Any) -> dict[str, Any]:
    return {"files": [FILE], "params": params}


CAUSES = [
    # Text outside the character set of the tables: a control character of C1, another script, half a pair.
    ("D-014", exchange("GET", "/config/links/%C2%93")),
    ("D-014", exchange("GET", "/archive/%D0%96")),
    ("D-014", exchange("GET", "/archive/%C2%80/job_state")),
    ("D-014", exchange("DELETE", "/jobs/%F0%9F%8F%BB")),
    ("D-014", exchange("DELETE", "/jobs/vo/%D0%96")),
    ("D-014", exchange("GET", "/files?vo_name=%C2%9F")),
    ("D-014", exchange("GET", "/autocomplete/vo?term=%E4%B8%AD")),
    ("D-014", exchange("POST", "/ban/dn", {"user_dn": "/CN=\u0416"})),
    ("D-014", exchange("POST", "/config/drain", {"hostname": "\ud800", "drain": True})),
    ("D-014", exchange("POST", "/jobs", submission(target_qos="\u4e2d"))),
    ("D-005", exchange("GET", "/jobs?dest_se=mock://%D0%96", status=200, answer="[")),
    ("D-005", exchange("GET", "/optimizer/current?dest_se=%C2%9A", status=200, answer="[")),
    # Numbers and texts over their columns.
    ("D-039", exchange("POST", "/jobs", submission(retry=2**31))),
    ("D-039", exchange("PUT", "/jobs", submission(bring_online=2**40))),
    ("D-039", exchange("POST", "/optimizer/current", PAIR | {"active": 2**31})),
    ("D-040", exchange("POST", "/jobs", {"files": [FILE | {"checksum": "a" * 101}]})),
    ("D-040", exchange("GET", f"/config/activity_shares/{'v' * 101}")),
    ("D-040", exchange("POST", "/config/links", PAIR | {"symbolicname": "n" * 151})),
    ("D-040", exchange("POST", "/ban/dn", {"user_dn": "d" * 257})),
    (
        "D-053",
        exchange("POST", "/jobs", {"files": [FILE | {"sources": [f"mock://{'h' * 256}/f"]}]}),
    ),
    # Wrong types.
    ("D-001", exchange("POST", "/jobs", {"files": ["mock://a.example.org/f"]})),
    ("D-001", exchange("POST", "/jobs", {"files": [FILE | {"activity": [1]}]})),
    ("D-013", exchange("POST", "/config/authorize", {"dn": 7, "operation": "config"})),
    (
        "D-017",
        exchange(
            "POST",
            "/config/shares",
            {"source": "//a[b", "destination": "//c", "vo": "v", "share": 1},
        ),
    ),
    ("D-018", exchange("POST", "/ban/se", ["mock://a.example.org"])),
    ("D-029", exchange("POST", "/optimizer/current", PAIR | {"datetime": "soon"})),
    ("D-043", exchange("POST", "/jobs", {"request": 1})),
    ("D-043", exchange("POST", "/jobs", submission(priority=float("inf")))),
    ("D-043", exchange("PUT", "/jobs", submission(timeout=float("-inf")))),
    # Values of which only the truth is tested, or that are stored as they come.
    (
        "D-045",
        exchange(
            "POST", "/jobs", {"files": [FILE | {"filesize": 2**64}]}, status=200, answer=SUBMITTED
        ),
    ),
    (
        "D-046",
        exchange(
            "POST",
            "/config/se",
            {"mock://a.example.org": {"se_info": 0, "operations": {}}},
            status=200,
            answer="[null,{}]",
        ),
    ),
    # Others.
    ("D-029", exchange("POST", "/optimizer/current", PAIR | {"datetime": "0999-01-01T00:00:00"})),
    ("D-029", exchange("POST", "/optimizer/current", PAIR | {"datetime": "4541-11-03T12:11:21"})),
    ("D-039", exchange("POST", "/optimizer/current", PAIR | {"throughput": 6.2e305})),
    ("D-039", exchange("POST", "/optimizer/current", PAIR | {"success": 1e39})),
    ("D-023", exchange("GET", "/cs/registered/0.5")),
    ("D-023", exchange("DELETE", "/cs/access_grant/a%20b")),
    ("D-024", exchange("GET", "/cs/remote_content/dropbox")),
    ("D-056", exchange("GET", "/archive/%0A", status=200, answer={"_links": {"curies": []}})),
    ("D-056", exchange("GET", "/jobs/%0A?files=", status=200, answer=[{"job_id": JOB_ID}])),
    ("D-006", exchange("GET", "/jobs?state_in=FINISHED&time_window=99999999")),
    ("D-007", exchange("GET", "/files?time_window=1")),
]

UNRELATED = [
    # Text that the tables can hold, or that does not get there.
    exchange("GET", "/config/links/caf%C3%A9%20%E2%82%AC"),
    exchange("DELETE", f"/ban/dn?user_dn={quote(STORABLE)}"),
    exchange("GET", "/whoami?x=%D0%96"),
    exchange("GET", "/config/se?unknown=%D0%96"),
    exchange("POST", "/jobs", submission(job_metadata={"\u0416": "\u4e2d"})),
    exchange("GET", f"/jobs/{JOB_ID}/%D0%96"),
    exchange("GET", "/optimizer/current?dest_se=mock://a", status=200, answer="["),
    # What a real server refuses, or takes, in these places.
    exchange("POST", "/jobs", {"files": [FILE | {"sources": ["no-scheme"]}]}),
    exchange("POST", "/jobs", submission()),
    exchange("POST", "/jobs", submission(priority="urgent")),
    exchange("POST", "/jobs", submission(retry="often"), status=200, answer=SUBMITTED),
    exchange(
        "POST", "/jobs", {"files": [FILE | {"filesize": "big"}]}, status=200, answer=SUBMITTED
    ),
    exchange("POST", "/ban/dn", {"user_dn": "d" * 255}),
    # FTS refuses a body that is not an object before it reads the values in it.
    exchange("POST", "/config/authorize", ["config"]),
    exchange(
        "POST",
        "/config/shares",
        {"source": "mock://a/[b", "destination": "[c", "vo": "v", "share": 1},
    ),
    exchange("POST", "/optimizer/current", PAIR | {"datetime": "1999-01-01T00:00:00"}),
    exchange("GET", "/cs/registered/dropbox"),
    exchange("GET", "/jobs?time_window=24"),
    exchange("GET", "/archive/%0D", status=200, answer={"_links": {"curies": []}}),
    exchange("GET", "/files?time_window=0"),
]


@pytest.mark.parametrize(("deviation", "one"), CAUSES)
def test_request_that_meets_a_cause_is_known_by_it_alone(deviation: str, one: Exchange) -> None:
    findings = explained(one)
    assert findings
    assert all(ids == {deviation} for ids in findings), findings


@pytest.mark.parametrize("one", UNRELATED)
def test_failure_without_a_known_cause_is_unexplained(one: Exchange) -> None:
    assert set() in explained(one)


def test_dn_of_256_characters_is_known() -> None:
    """The column holds 255, whichever of the two the document names."""
    one = exchange("POST", "/ban/dn", {"user_dn": "d" * 256})
    assert explained(one) in ([{"D-040"}], [{"D-047"}])


def test_date_that_is_false_is_known_and_another_one_is_not() -> None:
    for date, ids in ((False, {"D-051"}), (None, {"D-051"}), (7, set())):
        row = PAIR | {"datetime": date}
        one = exchange("POST", "/optimizer/current", row, status=200, answer=[row, row])
        found = explained(one)
        assert found
        assert ids in found


def test_500_on_an_empty_url_is_unexplained() -> None:
    """A real server answers 400."""
    assert explained(exchange("POST", "/jobs", {"files": [FILE | {"sources": [""]}]})) == [set()]


MUTATIONS: dict[str, dict[str, Any]] = {
    "502 of a web server in front": {"status": 502},
    "500 with a traceback": {"status": 500, "body": b"Traceback (most recent call last):"},
    "500 with another message": {
        "status": 500,
        "body": b'{"status": "500 Internal Server Error", "message": "out of memory"}',
    },
    "200 with something else": {"status": 200, "body": b'{"surprise": true}'},
    "200 cut off": {"status": 200, "body": b'[{"a'},
    "nothing": {"status": 500, "body": b""},
    "text after the end": {"status": 500, "body": json.dumps(INTERNAL).encode() + b"x"},
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize(("deviation", "one"), CAUSES)
def test_other_answer_to_a_request_that_meets_a_cause_is_unexplained(
    deviation: str, one: Exchange, mutation: str
) -> None:
    assert set() in explained(attrs.evolve(one, **MUTATIONS[mutation])), deviation


def test_every_kind_of_failure_of_a_real_server_is_known() -> None:
    judgement = judge_report(REAL)
    assert [(one.operation, one.finding) for one in judgement.results.unexplained] == []
    assert len(judgement.results.failures) + len(judgement.gone) > 100


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_known_failure_of_a_real_server_is_unexplained_with_another_answer(
    mutation: str, tmp_path: Path
) -> None:
    report = json.loads(REAL.read_text())
    change = MUTATIONS[mutation]
    answered = [failure for failure in report["failures"] if failure["response"]]
    for failure in answered:
        response = failure["response"]
        response["status"] = change["status"]
        response["body"] = change.get("body", response["body"].encode()).decode()
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report | {"failures": answered}))
    judgement = judge_report(path)
    assert judgement.results.unexplained
    assert [one for one in judgement.results.failures if one.deviation] == []
    assert judgement.gone == []


def test_failures_of_a_real_server_are_explained_by_one_entry_each() -> None:
    """A request may meet two causes at once: then one of them is text that cannot be stored."""
    results = judge_report(REAL).results
    for failure in results.failures:
        operation = results.operations[failure.operation].operation
        entries = {
            entry.id
            for entry in results.deviations
            if entry.explains(operation, failure.finding, failure.exchange)
        }
        assert len(entries) == 1 or "D-014" in entries, (failure, entries)


def test_entries_that_need_no_more_than_a_500_say_what_they_need() -> None:
    """An entry that would excuse any failure of an operation must at least say which state of the server it is about."""
    for entry in known_deviations("3.13.4"):
        if set(entry.match) <= {"status", "response"} and "invalid-accepted" not in entry.checks:
            assert entry.needs, entry.id


@pytest.mark.parametrize("entry", known_deviations("3.13.4"), ids=lambda entry: entry.id)
def test_no_entry_excuses_an_answer_of_any_form(entry: Any) -> None:
    answers = {"status", "response", "message"}
    assert answers & set(entry.match), entry.id
    garbage = exchange("GET", "/", status=599, answer="garbage")
    for operation in judge().contract.operations:
        for check in entry.checks:
            assert not entry.explains(operation, Finding(check, "garbage", "garbage"), garbage)
