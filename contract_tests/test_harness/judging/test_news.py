"""What a server sends that the document does not know is listed apart, with the YAML that would document it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import yaml
from test_harness.judging.test_judging import exchanges
from test_harness.small_servers import json_answer

from fts_contract.harness.judging.news import NewsDesk
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Answer, Outcome, SmallServer

    from fts_contract.harness.contract.contract import Contract

JOB = {"job_id": "5c10000b-e6f5-11f1-9d01-02fc0000a001", "job_state": "ACTIVE"}
EXCHANGE = Exchange(
    method="GET",
    url="https://fts.example.org:8446/jobs",
    request_headers={},
    request_body=None,
    status=200,
    headers={"content-type": "application/json"},
    body=b"[]",
    elapsed_s=0.1,
)


@pytest.fixture
def desk() -> NewsDesk:
    return NewsDesk(load_spec(), "3.15.0")


def tell(
    desk: NewsDesk, contract: Contract, body: Any, operation_id: str = "list_jobs"
) -> list[str]:
    exchange = attrs.evolve(EXCHANGE, body=json.dumps(body).encode())
    desk.take(contract.operation(operation_id), exchange)
    return [f"{item.kind} {item.name}" for item in desk.news]


def test_unknown_field_is_reported_once_with_yaml(desk: NewsDesk, contract: Contract) -> None:
    assert tell(desk, contract, [JOB | {"carbon": 1.5}, JOB | {"carbon": 2}]) == ["field carbon"]
    addition = yaml.safe_load(desk.news[0].yaml)
    assert addition["properties"]["carbon"]["type"] == "number"
    assert addition["properties"]["carbon"]["x-fts-since"] == "3.15"


def test_unknown_state_is_reported_with_the_known_ones(desk: NewsDesk, contract: Contract) -> None:
    assert "value THINKING" in tell(desk, contract, [JOB | {"job_state": "THINKING"}])
    item = next(item for item in desk.news if item.name == "THINKING")
    values = yaml.safe_load(item.yaml)["x-fts-known-values"]
    assert values[-1] == "THINKING"
    assert "FINISHED" in values


@pytest.mark.parametrize(
    "body",
    [
        [JOB],
        [JOB | {"job_metadata": {"anything": {"goes": ["here"]}}}],
        {"message": "not a list"},
        "text",
        None,
    ],
)
def test_known_answers_and_undescribed_places_are_not_news(
    body: Any, desk: NewsDesk, contract: Contract
) -> None:
    assert tell(desk, contract, body) == []


def test_recordings_of_the_documented_version_hold_no_news(
    contract: Contract, recordings_folder: Path
) -> None:
    desk = NewsDesk(load_spec(), "3.13.4")
    for _, exchange in exchanges(recordings_folder):
        match = contract.find(exchange.method, exchange.target)
        if match is not None:
            desk.take(match.operation, exchange)
    # A right of this name was given before the recordings began.
    assert {item.name for item in desk.news} <= {"ADMIN"}


def test_what_callers_sent_is_not_news_when_it_comes_back(
    desk: NewsDesk, contract: Contract
) -> None:
    sent = attrs.evolve(
        EXCHANGE,
        method="POST",
        request_body=b'{"params": {"colour": "red"}}',
        body=json.dumps([JOB | {"colour": "red", "weight": 1}]).encode(),
    )
    desk.take(contract.operation("list_jobs"), sent)
    assert [item.name for item in desk.news] == ["weight"]


def test_first_letter_of_what_callers_sent_is_not_news(desk: NewsDesk, contract: Contract) -> None:
    sent = {"params": {"verify_checksum": "AAA", "strategy": "XYZ"}}
    jobs = [JOB | {"verify_checksum": "A"}, JOB | {"verify_checksum": "X"}]
    exchange = attrs.evolve(
        EXCHANGE,
        method="POST",
        request_body=json.dumps(sent).encode(),
        body=json.dumps(jobs).encode(),
    )
    desk.take(contract.operation("list_jobs"), exchange)
    assert [item.name for item in desk.news] == ["X"]


@pytest.mark.parametrize(
    ("change", "news"),
    [
        (
            {"status": 202, "body": b'{"a": 1}'},
            (
                "list_jobs: unknown status '202'",
                "/paths/~1jobs/get/responses",
                (
                    "'202':\n  description: Seen on 3.15.0.\n"
                    "  content:\n    application/json:\n      schema:\n        type: object\n"
                ),
            ),
        ),
        (
            {"status": 202, "body": b"", "headers": {}},
            (
                "list_jobs: unknown status '202'",
                "/paths/~1jobs/get/responses",
                "'202':\n  description: Seen on 3.15.0.\n",
            ),
        ),
        (
            {"headers": {"content-type": "Text/CSV; charset=utf-8"}, "body": b"a,b"},
            (
                "list_jobs: unknown content type 'text/csv'",
                "/paths/~1jobs/get/responses/200",
                "content:\n  text/csv:\n    schema:\n      type: string\n",
            ),
        ),
    ],
)
def test_unknown_status_or_content_type_is_reported_with_yaml(
    change: dict[str, Any], news: tuple[str, str, str], desk: NewsDesk, contract: Contract
) -> None:
    exchange = attrs.evolve(EXCHANGE, **change)
    for _ in range(2):
        desk.take(contract.operation("list_jobs"), exchange)
    assert [(str(item), item.place, item.yaml) for item in desk.news] == [news]


@pytest.mark.parametrize("status", [500, 503])
def test_failures_of_the_server_are_not_news(
    status: int, desk: NewsDesk, contract: Contract
) -> None:
    failed = attrs.evolve(EXCHANGE, status=status, headers={"content-type": "text/weird"})
    desk.take(contract.operation("list_jobs"), failed)
    assert desk.news == []


def test_undocumented_status_is_a_failure_beside_the_news(
    stub: SmallServer,
    stub_answers: dict[str, Answer],
    fts_contract_command: Callable[..., Outcome],
    pem: Path,
    tmp_path: Path,
) -> None:
    stub_answers["/files"] = json_answer(203, [])
    outcome = fts_contract_command(
        "run", stub.url, "--cert", pem, "--report", tmp_path, "--max-examples", 1,
        "--operations", "list_files$",
    )  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text())
    assert outcome.exit_code == 1
    failed = {(failure["operation"], failure["check"]) for failure in report["failures"]}
    assert ("list_files", "status-undocumented") in failed
    assert [item["name"] for item in report["news"]] == ["203"]
    assert "NEWS    list_files: unknown status '203'" in outcome.out
