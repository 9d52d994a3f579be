"""`report.json`: the run for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.judging.coverage import by_class
from fts_contract.harness.judging.results import deviation_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.judging.coverage import Coverage, Part
    from fts_contract.harness.judging.results import Failure, OperationResult
    from fts_contract.harness.run import Run
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["as_report"]


def as_report(run: Run) -> dict[str, Any]:
    """Give the run as plain data; no secret is in it."""
    results = run.results
    failures = [_failure(failure) for failure in results.failures]
    operations = list(results.operations.values())
    return {
        "server": {
            "url": run.server.url,
            "version": run.server.version,
            "user_dn": run.server.identity.user_dn,
            "delegation_id": run.server.identity.delegation_id,
            "vos": list(run.server.identity.vos),
        },
        "spec": {
            "version": run.contract.version,
            "operations": len(run.contract.operations),
        },
        "run": {
            "profile": run.options.profile,
            "seed": run.options.seed,
            "max_examples": run.options.max_examples,
            "finished_at": run.finished_at.isoformat(),
            "elapsed_s": round(run.elapsed.total_seconds(), 1),
            "errors": list(results.errors),
            "exclusive": run.options.exclusive,
            "not_put_back": [attrs.asdict(one) for one in run.left],
            "not_applicable": dict(results.not_applicable),
        },
        "operations": [_operation(result, failures) for result in operations],
        "failures": failures,
        "news": [attrs.asdict(item) for item in run.news],
        "stale_deviations": [{"id": entry.id, "reason": entry.reason} for entry in results.stale],
        "unmet_deviations": [{"id": entry.id, "reason": entry.reason} for entry in results.unmet],
        "totals": {
            "conforms": run.conforms,
            "requests": results.requests,
            "answers": results.answers,
            "answers_to_valid": results.valid_answers,
            "coverage": {
                name: {"seen": len(part.seen), "of": len(part.seen) + len(part.unseen)}
                for name, part in _parts(results.coverage)
            },
            "operations": len(operations),
            "checked": sum(result.checked for result in operations),
            "not_served": sum(result.not_served for result in operations),
            "skipped": sum(result.skipped is not None for result in operations),
            "failures": len(results.unexplained),
            "known_deviations": len(deviation_ids(results.failures)),
            "stale_deviations": len(results.stale),
            "unmet_deviations": len(results.unmet),
            "news": len(run.news),
        },
    }


def _operation(result: OperationResult, failures: list[dict[str, Any]]) -> dict[str, Any]:
    operation = result.operation
    return {
        "id": operation.operation_id,
        "method": operation.method,
        "path": operation.path,
        "tag": operation.tag,
        "checked": result.checked,
        "skipped": result.skipped,
        "not_served": result.not_served,
        "requests": result.requests,
        "statuses": {str(status): count for status, count in sorted(result.statuses.items())},
        "answers": result.answers,
        "answers_to_valid": by_class(result.valid),
        "coverage": {
            name: {"seen": list(part.seen), "unseen": list(part.unseen)}
            for name, part in _parts(result.coverage)
            if name != "operations"
        },
        "failures": [
            index
            for index, failure in enumerate(failures)
            if failure["operation"] == operation.operation_id
        ],
    }


def _parts(coverage: Coverage) -> Iterator[tuple[str, Part]]:
    for name in ("operations", "statuses", "parameters"):
        yield name, getattr(coverage, name)


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "operation": failure.operation,
        "check": failure.finding.check,
        "where": failure.finding.where,
        "message": failure.finding.message,
        "count": failure.count,
        "also": list(failure.also),
        "steps": [_request(step) | {"status": step.status or None} for step in failure.steps],
        "request": failure.exchange and _request(failure.exchange),
        "response": _response(failure.exchange)
        if failure.exchange and failure.exchange.status
        else None,
        "known_deviation": failure.deviation.id if failure.deviation else None,
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    return {
        "method": exchange.method,
        "url": exchange.url,
        "body": exchange.shown_request_body if exchange.request_body is not None else None,
        "curl": exchange.curl(),
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    return {
        "status": exchange.status,
        "headers": dict(exchange.headers),
        "body": exchange.shown_body,
    }
