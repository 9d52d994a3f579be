"""The security holes of FTS 3.13.4: found by the checks, and explained by the known deviations of that version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.mock import MockFTS
from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import json_reply
from fts_contract.mock.handlers import delegation
from fts_contract.mock.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from fts_contract.harness.run import Run
    from fts_contract.mock.exchange import Call, Reply

    Handler = Callable[[Call], Reply]


INTERNAL_ERROR = (
    "The server encountered an internal error and was unable to complete your request. Either the server is overloaded "
    "or there is an error in the application."
)


def run_on_hole(holes: dict[str, Callable[[Handler], Handler]], operations: str) -> Run:
    """Run on a mock in which some operations, by method and path, are replaced."""

    def replaced(operation: Any) -> Any:
        change = holes.get(f"{operation.method} {operation.template}")
        return attrs.evolve(operation, handler=change(operation.handler)) if change else operation

    with MockFTS(operations=[replaced(operation) for operation in OPERATIONS]) as mock:
        return run_contract(
            RunOptions(
                url=mock.endpoint,
                cert=mock.credential("alice"),
                ca_dir=mock.ca_dir,
                profile="full",
                allow_changes=True,
                max_examples=1,
                operations=operations,
            )
        )


def explained(run: Run, deviation: str) -> set[tuple[str, str]]:
    return {
        (failure.operation, failure.finding.check)
        for failure in run.results.failures
        if failure.deviation and failure.deviation.id == deviation
    }


def test_credential_of_foreign_issuer_is_found_and_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegation, "_leads_to", lambda *_: True)
    run = run_on_hole({}, "^(set_delegation_credential|get_delegation)$")
    assert explained(run, "D-034") == {("set_delegation_credential", "delegation-refused")}
    assert explained(run, "D-054") == {("get_delegation", "delegation-refused")}
    assert run.results.unexplained == []


def test_optimizer_changed_by_anybody_is_found_and_known() -> None:
    def open_to_all(_handler: Handler) -> Handler:
        return lambda _call: json_reply([{}, {}])

    run = run_on_hole({"POST /optimizer/current": open_to_all}, "^set_optimizer_current$")
    assert explained(run, "D-035") == {
        ("set_optimizer_current", "authorization-caller"),
        ("set_optimizer_current", "authorization-others"),
    }
    left = {failure.finding.check for failure in run.results.unexplained}
    assert not {check for check in left if check.startswith("authorization")}


def test_retries_of_other_jobs_are_found_and_known(recordings_folder: Path) -> None:
    recorded = json.loads((recordings_folder / "jobs-query.json").read_text())
    (row,) = next(
        entry["response"]["body"]
        for entry in recorded
        if entry["id"] == "jobs-retries-file-of-other-vo"
    )

    def any_file(handler: Handler) -> Handler:
        def answer(call: Call) -> Reply:
            handler(call)
            number = call.params["file_id"]
            known = {"file_id": int(number)} if number.isdecimal() else {}
            return json_reply([row | known | {"file": row["file"] | known}])

        return answer

    path = "/jobs/{job_id}/files/{file_id}/retries"
    run = run_on_hole({f"GET {path}": any_file}, "^list_file_retries$")
    assert explained(run, "D-036") == {("list_file_retries", "job-accounts")}


def test_500_for_anonymous_callers_is_found_and_known() -> None:
    def fail(handler: Handler) -> Handler:
        def answer(call: Call) -> Reply:
            if call.identity.caller.is_anonymous:
                raise APIError(500, INTERNAL_ERROR)
            return handler(call)

        return answer

    run = run_on_hole({"GET /jobs/{job_ids}": fail}, "^get_jobs$")
    assert explained(run, "D-037") == {("get_jobs", "authorization-others")}
    assert run.results.unexplained == []
