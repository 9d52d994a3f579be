"""`--record`: the exchanges of a run as recordings, checked again, and without secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pytest
import requests
from test_harness.small_servers import json_answer

from fts_contract.harness.recordings.recorder import Recorder
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.harness.sending.session import to_exchange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Answer, Outcome, SmallServer

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.mock import MockFTS

KEY = "-----BEGIN PRIVATE KEY-----\nMARKED\n-----END PRIVATE KEY-----"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.MARKED.MARKED"  # noqa: S105 - none of a real issuer
DN = "/DC=org/DC=example/O=Users/CN=alice"
EXCHANGE = Exchange(
    method="POST",
    url="https://fts.example.org:8446/jobs",
    request_headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    request_body=b"{}",
    status=200,
    headers={"content-type": "application/json", "set-cookie": "session=MARKED"},
    body=b"{}",
    elapsed_s=0.1,
    phase="fuzzing",
)


def recorded(
    contract: Contract, directory: Path, exchange: Exchange, *, hide_dns: bool = False
) -> str:
    recorder = Recorder(hide_dns=hide_dns)
    recorder.take(contract.operation("submit_job"), exchange)
    assert recorder.write(directory) == 1
    return (directory / "jobs.json").read_text()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"files": [{"source_tokens": ["MARKED"], "destination_tokens": ["MARKED"]}]}),
        json.dumps({"secret_key": "MARKED", "deep": [{"app_secret": "MARKED"}]}),
        json.dumps({"job_metadata": {"note": f"my {TOKEN}"}}),
        json.dumps({"sources": ["davs://me:MARKED@se.example.org/f"]}),
        json.dumps({"text": KEY}),
        f"not JSON: {KEY}",
        KEY.removesuffix("-----END PRIVATE KEY-----"),
    ],
)
def test_recorder_keeps_no_secret(body: str, contract: Contract, tmp_path: Path) -> None:
    sent = attrs.evolve(EXCHANGE, request_body=body.encode())
    assert "MARKED" not in recorded(contract, tmp_path / "request", sent)
    answered = attrs.evolve(EXCHANGE, body=body.encode())
    assert "MARKED" not in recorded(contract, tmp_path / "answer", answered)


@pytest.mark.parametrize(
    "token",
    [
        TOKEN,
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJNQVJLRUQifQ.",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..MARKED.MARKED.MARKED",
    ],
    ids=["short signature", "unsigned", "encrypted"],
)
def test_token_of_any_form_is_removed_everywhere(
    token: str, contract: Contract, tmp_path: Path
) -> None:
    request = requests.Request("GET", EXCHANGE.url).prepare()
    body = json.dumps({"message": f"Bearer%20{token}"}).encode()
    answered = to_exchange(
        request, status=400, headers={"x-token": token}, body=body, elapsed_s=0.1,
        intent="valid", phase="fuzzing", sender="certificate",
    )  # fmt: skip
    sent = attrs.evolve(EXCHANGE, request_body=body)
    shown = (
        *(answered.body.decode(), answered.headers["x-token"], sent.shown_request_body),
        *(sent.curl(), recorded(contract, tmp_path, sent)),
    )
    for text in shown:
        assert token not in text
        assert token.split(".")[1] not in text or not token.split(".")[1]
        assert "[token removed]" in text


def test_recorder_hides_dns_on_demand_only(contract: Contract, tmp_path: Path) -> None:
    exchange = attrs.evolve(
        EXCHANGE, body=json.dumps({"user_dn": DN, "cred": [DN, f"{DN}/CN=1"]}).encode()
    )
    assert DN in recorded(contract, tmp_path / "shown", exchange)
    text = recorded(contract, tmp_path / "hidden", exchange, hide_dns=True)
    assert "alice" not in text
    body = json.loads(text)[0]["response"]["body"]
    assert body["user_dn"] == body["cred"][0] != body["cred"][1]


@pytest.mark.parametrize("identity", ["alice", "alice-novoms"])
def test_recordings_without_dns_conform_and_show_no_id_made_from_a_dn(
    identity: str, fts_contract_command: Callable[..., Outcome], mock: MockFTS, tmp_path: Path
) -> None:
    outcome = fts_contract_command(
        "run", mock.endpoint, "--cert", mock.credential(identity), "--ca-dir", mock.ca_dir,
        "--record", tmp_path, "--hide-dns", "--max-examples", 1, "--operations", "whoami|delegation",
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    delegation_id = mock.caller(identity).delegation_id
    assert delegation_id
    assert delegation_id not in text
    assert "alice" not in text
    assert fts_contract_command("recordings", tmp_path).exit_code == 0


def test_recorder_keeps_the_first_few_of_a_kind(contract: Contract, tmp_path: Path) -> None:
    recorder = Recorder(most=2)
    for status in (200, 200, 200, 400):
        recorder.take(contract.operation("submit_job"), attrs.evolve(EXCHANGE, status=status))
    assert recorder.write(tmp_path) == 3
    ids = [entry["id"] for entry in json.loads((tmp_path / "jobs.json").read_text())]
    assert ids == ["submit-job-200-1", "submit-job-200-2", "submit-job-400-1"]


def test_record_is_read_by_the_recordings_command(
    stub: SmallServer,
    stub_answers: dict[str, Answer],
    fts_contract_command: Callable[..., Outcome],
    pem: Path,
    tmp_path: Path,
) -> None:
    stub_answers["/files"] = json_answer(200, [{"file_id": "one"}])
    run = fts_contract_command(
        "run", stub.url, "--cert", pem, "--record", tmp_path / "kept", "--max-examples", 2,
        "--operations", "GET /(jobs|files|whoami|)$",
    )  # fmt: skip
    assert run.exit_code == 1
    checked = fts_contract_command("recordings", tmp_path / "kept")
    assert checked.exit_code == 1
    assert "GET /files" in checked.out
    (tmp_path / "kept" / "files.json").unlink()
    assert fts_contract_command("recordings", tmp_path / "kept").exit_code == 0
