"""The figures of a run: answers by class, and how much of the document was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.judging.results import OperationResult, Results
from fts_contract.harness.sending.exchange import Exchange, Intent

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract


def exchange(target: str, status: int, intent: Intent = "valid") -> Exchange:
    return Exchange("GET", f"https://h{target}", {}, None, status, {}, b"", 0.1, intent)


def test_figures_of_a_run_count_what_was_seen(contract: Contract) -> None:
    jobs, files, root = map(contract.operation, ("list_jobs", "list_files", "get_server_info"))
    results = Results({item.operation_id: OperationResult(item) for item in (jobs, files, root)})
    results.operations["get_server_info"].skipped = "not selected"
    for seen in (
        exchange("/jobs?limit=1&colour=red", 200),
        exchange("/jobs?state_in=ACTIVE", 200, "invalid"),
        exchange("/jobs?dlg_id=x", 403, "invalid"),
        exchange("/jobs?time_window=1", 500),
        exchange("/jobs", 302),
    ):
        results.add(jobs, seen, [])

    assert results.answers == {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 1}
    assert results.valid_answers == {"2xx": 1, "3xx": 1, "4xx": 0, "5xx": 1}
    coverage = results.coverage
    assert coverage.operations.seen == ("list_jobs",)
    assert coverage.operations.unseen == ("list_files",)
    of_jobs = results.operations["list_jobs"].coverage
    # What was refused exercises no parameter, and what is not documented does not count.
    assert of_jobs.parameters.seen == ("limit", "state_in")
    assert "time_window" in of_jobs.parameters.unseen
    assert {"200", "403", "500"} <= set(of_jobs.statuses.seen)
    assert "302" not in (*of_jobs.statuses.seen, *of_jobs.statuses.unseen)
    assert "400" in of_jobs.statuses.unseen
    assert "limit" in results.operations["list_files"].coverage.parameters.unseen
    assert str(of_jobs.parameters) == f"2 of {2 + len(of_jobs.parameters.unseen)}"
