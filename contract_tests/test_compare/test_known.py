"""What is known to differ beside a mock: the known deviations of FTS, and what the mock does otherwise on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import fts_contract
from fts_contract.compare.known import Known
from fts_contract.compare.matching.answers import Comparer
from fts_contract.compare.matching.differences import KINDS, Difference
from fts_contract.compare.matching.performances import Jury
from fts_contract.compare.options import CompareOptions
from fts_contract.compare.performing.step import Step
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.deviations import read_deviations
from fts_contract.harness.options import RunOptions
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.harness.judging.deviations import Deviation

BESIDE_MOCK = Path(fts_contract.__file__).parent / "deviations" / "beside-mock" / "fts-3.13.yaml"
SERVER = "https://fts.example.org:8446"
INTERNAL = {
    "status": "500 Internal Server Error",
    "message": "The server encountered an internal error and was unable to complete your request. Either the server is "
    "overloaded or there is an error in the application.",
}
NOT_FOUND = {"status": "404 Not Found", "message": "none"}
JURY = Jury(load_spec(), "3.13.4", "3.13.4")


def step(request: str, status: int, answer: Any, *, who: str = "user", **changed: Any) -> Step:
    method, target = request.split()
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    exchange = Exchange(
        method=method,
        url=f"{SERVER}{target}",
        request_headers={"Content-Type": "application/json"},
        request_body=None,
        status=status,
        headers={"content-type": "application/json"},
        body=body,
        elapsed_s=0,
    )
    return Step(play="a play", number=1, who=who, exchange=attrs.evolve(exchange, **changed))


def known(one: Step, other: Step, *, reference: str = "mock", target: str = SERVER) -> list[Any]:
    options = CompareOptions(reference=reference, target=target, run=RunOptions(url=""))
    explained = Known.of(options, "3.13.4", "3.13.4")
    operation = JURY.operation(one, other)
    return [
        explained.explain(
            Difference(operation=operation, found=found, reference=one, target=other), JURY
        )
        for found in Comparer(alone=False).compare(one, other)
    ]


@pytest.mark.parametrize(
    ("request_line", "who", "deviation"),
    [
        ("GET /config/activity_shares/nobody", "administrator", "D-015"),
        ("GET /config/links/%E2%98%83", "administrator", "D-014"),
        ("GET /jobs/none", "anonymous", "D-037"),
        ("HEAD /cs/remote_content/dropbox", "user", "D-024"),
        ("GET /config/links/none", "administrator", None),
        ("GET /jobs/none", "user", None),
    ],
)
def test_known_deviation_of_fts_is_known_beside_a_mock(
    request_line: str, who: str, deviation: str | None
) -> None:
    body = b"" if request_line.startswith("HEAD") else json.dumps(INTERNAL).encode()
    of_mock = step(request_line, 404, b"" if not body else NOT_FOUND, who=who)
    of_fts = step(request_line, 500, body, who=who)
    assert known(of_mock, of_fts) == [deviation]
    assert known(of_fts, of_mock, reference=SERVER, target="mock") == [deviation]
    # A pilot that fails where production does not is a change for users.
    assert known(of_mock, of_fts, reference="https://fts-2.example.org") == [None]


def test_known_deviation_explains_no_field_of_the_answer() -> None:
    line = "GET /config/activity_shares/nobody"
    of_mock = step(line, 500, {**INTERNAL, "message": "out of memory"})
    of_fts = step(line, 500, INTERNAL)
    assert known(of_mock, of_fts) == [None]
    assert known(step(line, 404, NOT_FOUND), of_fts) == ["D-015"]


def test_what_the_mock_does_otherwise_on_purpose_is_known() -> None:
    line = "GET /jobs/a,a?files=file_state"
    files = [{"file_state": "SUBMITTED"}]
    both = [{"job_id": "a", "files": files}, {"job_id": "a", "files": files}]
    first = [{"job_id": "a", "files": files}, {"job_id": "a", "files": []}]
    assert known(step(line, 200, both), step(line, 200, first)) == ["M-006"]
    assert known(step(line, 200, first), step(line, 200, both)) == [None]
    swapped = known(step(line, 200, first), step(line, 200, both), reference=SERVER, target="mock")
    assert swapped == ["M-006"]


def test_entries_of_a_file_come_first(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(
        "- {id: U-1, operation: '*', check: status, versions: ['3.13'], reason: ours}\n"
    )
    options = CompareOptions(target=SERVER, run=RunOptions(url=""), known=path)
    one, other = (step("GET /cs/remote_content/x", status, INTERNAL) for status in (404, 500))
    (found,) = Comparer(alone=False).compare(one, other)
    operation = JURY.operation(one, other)
    difference = Difference(operation=operation, found=found, reference=one, target=other)
    assert Known.of(options, "3.13.4", "3.13.4").explain(difference, JURY) == "U-1"


@pytest.mark.parametrize("entry", read_deviations(BESIDE_MOCK, KINDS), ids=lambda entry: entry.id)
def test_entry_beside_a_mock_says_how_its_answers_are_recognised(entry: Deviation) -> None:
    assert {"message", "where", "response"} & set(entry.match)
    for kind in entry.checks:
        for operation in JURY.contract.operations:
            other = Finding(kind, "one → other", "/somewhere")
            assert not entry.explains(operation, other, step("GET /whoami", 200, {}).exchange)
