"""The clean mock conforms, over real TLS with a proxy, in every phase."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.options import RunOptions
from fts_contract.harness.probing import Probing
from fts_contract.harness.run import run_contract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.mock import MockFTS

# Between them every core operation; in two parts, so that two workers share them.
PARTS = [
    "^(submit_job|list_files|get_server_info|whoami|list_file_retries)$",
    (
        r"^(submit_job_put|list_jobs|get_(jobs|certificate|delegation|delegation_request|job_field)"
        r"|(set|delete)_delegation(_credential.*)?|cancel_.*|modify_.*|list_job_.*)$"
    ),
]


def test_parts_are_the_whole(contract: Contract) -> None:
    for operation in contract.operations:
        matching = [part for part in PARTS if re.search(part, operation.operation_id)]
        assert len(matching) <= 1, operation
        assert matching or operation.path.split("/")[1] not in {"", "whoami", "jobs", "files"}


@pytest.mark.parametrize("part", PARTS)
def test_full_run_on_the_mock_conforms(
    part: str, mock: MockFTS, fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = fts_contract_command(
        "run", mock.endpoint, "--cert", mock.credential("alice"), "--ca-dir", mock.ca_dir,
        "--profile", "full", "--allow-changes", "--max-examples", 2, "--seed", 1,
        "--operations", part, "--report", tmp_path,
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["failures"] == []
    assert report["run"]["errors"] == []
    tested = [entry for entry in report["operations"] if entry["skipped"] is None]
    assert all(entry["checked"] for entry in tested), tested
    assert report["totals"]["requests"] > 100


def test_full_run_sends_requests_that_get_past_validation(
    mock: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is generated must get past it without the help of the probes.
    monkeypatch.setattr(Probing, "run", lambda *_: None)
    run = run_contract(
        RunOptions(
            url=mock.endpoint,
            cert=mock.credential("alice"),
            ca_dir=mock.ca_dir,
            profile="full",
            allow_changes=True,
            max_examples=3,
            seed=2,
            operations="delegation$|delegation_credential$|get_jobs|cancel|retries|list_job_files",
        )
    )
    seen = {name: set(result.statuses) for name, result in run.results.operations.items()}
    assert {200, 207, 404} <= seen["get_jobs"]
    assert {200, 207, 404} <= seen["cancel_jobs"]
    assert {200, 404} <= seen["list_job_files"]
    assert {200} <= seen["cancel_job_files"]
    assert {200} <= seen["list_file_retries"]
    assert {201, 400} <= seen["set_delegation_credential"]
    assert {204} <= seen["delete_delegation"]
    # Submissions would say 419 if the run had left itself without a delegated credential.
    assert seen["submit_job"] == {200}


def test_full_run_leaves_jobs_of_others_alone(
    mock: MockFTS, fts_contract_command: Callable[..., Outcome]
) -> None:
    theirs = _submit(mock, "bob")
    before = _state(mock, theirs)
    outcome = fts_contract_command(
        "run", mock.endpoint, "--cert", mock.credential("alice"), "--ca-dir", mock.ca_dir,
        "--profile", "full", "--allow-changes", "--max-examples", 3, "--operations",
        "cancel_jobs|modify",
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    state, priority = _state(mock, theirs)
    assert state != "CANCELED"
    assert priority == before[1]


def _session(mock: MockFTS, identity: str):  # type: ignore[no-untyped-def] # noqa: ANN202
    from fts_contract.harness.sending.credential import find_credential  # noqa: PLC0415
    from fts_contract.harness.sending.session import GuardedSession  # noqa: PLC0415

    options = RunOptions(url=mock.endpoint, cert=mock.credential(identity))
    return GuardedSession(
        mock.endpoint,
        credential=find_credential(options.cert),
        verify=str(mock.ca_dir),
        timeout_s=10,
        lock=lambda _method, _path, _body: None,
    )


def _submit(mock: MockFTS, identity: str) -> str:
    from fts_contract.harness.generating.preparation import explore, prepare  # noqa: PLC0415
    from fts_contract.harness.sending.credential import find_credential  # noqa: PLC0415
    from fts_contract.harness.server import meet_server  # noqa: PLC0415

    credential = find_credential(mock.credential(identity))
    with _session(mock, identity) as session:
        server, _ = meet_server(session)
        ids: list[str] = []

        def note(exchange):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            if exchange.method == "POST":
                ids.append(exchange.json["job_id"])

        prepare(session, explore(session, server.identity, note), credential, note, ids)
        return ids[-1]


def _state(mock: MockFTS, job_id: str) -> tuple[str, int]:
    with _session(mock, "bob") as session:
        job = session.ask("GET", f"/jobs/{job_id}", phase="test").json
        return (job["job_state"], job["priority"])
