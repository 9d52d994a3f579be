"""Which operations a run tests, and for which of them it generates requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.contract.versions import served
from fts_contract.harness.judging.results import OperationResult
from fts_contract.harness.sending.safety import EVERYBODYS_JOBS, FullLock, changes_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.judging.results import Results
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.server import Server

__all__ = ["generated", "select"]


def select(contract: Contract, options: RunOptions, server: Server) -> dict[str, OperationResult]:
    """Give every operation of the document its empty result, with the reason why it is not tested."""
    chosen: dict[str, OperationResult] = {}
    for operation in contract.operations:
        result = OperationResult(operation)
        if not served(server.version, since=operation.since, until=operation.until):
            result.skipped = f"not in version {server.version}"
        elif not options.wants(operation.operation_id, str(operation)):
            result.skipped = "not selected"
        elif options.profile == "safe" and not changes_nothing(operation.method, operation.path):
            result.skipped = "not read-only"
        elif operation.method == "DELETE" and EVERYBODYS_JOBS.fullmatch(operation.path):
            result.skipped = "would cancel the jobs of others"
        chosen[operation.operation_id] = result
    return chosen


def generated(
    selected: Iterable[Operation], session: GuardedSession, results: Results
) -> list[Operation]:
    """Leave out the operations of which the lock would stop every valid request: making them takes long."""
    chosen = []
    for operation in selected:
        lock = session.lock
        reason = isinstance(lock, FullLock) and lock.stops(operation.method, operation.path)
        if reason:
            results.not_applicable[operation.operation_id] = reason
        else:
            chosen.append(operation)
    return chosen
