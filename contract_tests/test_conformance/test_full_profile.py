"""The clean mock conforms, over real TLS with a proxy, in every phase."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fts_contract.harness.options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_conformance.small_servers import Outcome

    from fts_contract.mock import MockFTS

# Every core operation but the submission, whose requests are by far the most: `make demo` sends them, and test_faults_are_found.
OPERATIONS = (
    r"^(list_files|get_server_info|whoami|list_file_retries"
    r"|list_jobs|get_(jobs|certificate|delegation|delegation_request|job_field)"
    r"|(set|delete)_delegation(_credential.*)?|cancel_.*|modify_.*|list_job_.*)$"
)
# Statuses that only requests get which are more than well-formed: they name jobs and keys that exist.
REACHED = {
    "get_jobs": {"200", "207", "404"},
    "cancel_jobs": {"200", "207", "404"},
    "list_job_files": {"200", "404"},
    "cancel_job_files": {"200"},
    "list_file_retries": {"200"},
    "set_delegation_credential": {"201", "400"},
    "delete_delegation": {"204"},
    "submit_job": {"200"},
}


def test_full_run_on_the_mock_conforms(
    mock: MockFTS, fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    outcome = fts_contract_command(
        "run", mock.endpoint, "--cert", mock.credential("alice"), "--ca-dir", mock.ca_dir,
        "--profile", "full", "--allow-changes", "--max-examples", 1, "--seed", 1,
        "--operations", OPERATIONS, "--report", tmp_path,
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["failures"] == []
    assert report["run"]["errors"] == []
    tested = [entry for entry in report["operations"] if entry["skipped"] is None]
    assert all(entry["checked"] for entry in tested), tested
    statuses = {entry["id"]: set(entry["statuses"]) for entry in report["operations"]}
    for operation, reached in REACHED.items():
        assert reached <= statuses[operation], operation
    assert report["totals"]["requests"] > 100


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
    from fts_contract.harness.credential import find_credential  # noqa: PLC0415
    from fts_contract.harness.session import GuardedSession  # noqa: PLC0415

    options = RunOptions(url=mock.endpoint, cert=mock.credential(identity))
    return GuardedSession(
        mock.endpoint,
        credential=find_credential(options),
        verify=str(mock.ca_dir),
        timeout_s=10,
        lock=lambda _method, _path: None,
    )


def _submit(mock: MockFTS, identity: str) -> str:
    from fts_contract.harness.credential import find_credential  # noqa: PLC0415
    from fts_contract.harness.preparation import explore, prepare  # noqa: PLC0415
    from fts_contract.harness.server import meet_server  # noqa: PLC0415

    credential = find_credential(RunOptions(url=mock.endpoint, cert=mock.credential(identity)))
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
