"""What `fts contract judge` prints: the failures of an earlier run as they are judged today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from fts_contract.harness.judging.results import deviation_ids
from fts_contract.harness.reports.terminal_lines import command_lines, counted, marked_lines

if TYPE_CHECKING:
    from rich.console import Console

    from fts_contract.harness.judging.past_report import Judgement

__all__ = ["as_data", "show_judgement"]


def show_judgement(judgement: Judgement, console: Console) -> None:
    """Print the unexplained failures whole, the others as numbers; the last line is `unexplained: N`."""
    results = judgement.results
    for failure in results.unexplained:
        operation = results.operations[failure.operation].operation
        where = f" at {escape(failure.finding.where)}" if failure.finding.where else ""
        console.print(f"[red bold]FAILED[/]  [bold]{escape(str(operation))}[/]")
        console.print(f"        {failure.operation}, {failure.finding.check}{where}")
        for line in marked_lines("", "", failure.finding.message):
            console.print(line)
        if failure.exchange is not None:
            for line in command_lines(failure.exchange.curl()):
                console.print(line)
            answer = f"{failure.exchange.status} {failure.exchange.shown_body}"
            for line in marked_lines("", "", f"answer: {answer}"):
                console.print(line)
    known = len(results.failures) - len(results.unexplained)
    names = ", ".join(deviation_ids(results.failures))
    console.print(
        f"FTS REST {escape(judgement.version)}: {counted(known, 'failure')} known"
        + (f" ({escape(names)})" if names else "")
    )
    if judgement.gone:
        number = counted(len(judgement.gone), "failure")
        console.print(f"{number} of the report would not be reported today")
    console.print(f"unexplained: {len(results.unexplained)}")


def as_data(judgement: Judgement) -> dict[str, Any]:
    """Give the same as plain data."""
    return {
        "version": judgement.version,
        "failures": [
            {
                "operation": failure.operation,
                "check": failure.finding.check,
                "where": failure.finding.where,
                "message": failure.finding.message,
                "problems": list(failure.finding.problems),
                "curl": failure.exchange and failure.exchange.curl(),
                "status": failure.exchange and failure.exchange.status,
                "answer": failure.exchange and failure.exchange.shown_body,
                "known_deviation": failure.deviation.id if failure.deviation else None,
            }
            for failure in judgement.results.failures
        ],
        "gone": [
            {
                "operation": one.operation and one.operation.operation_id,
                "check": one.finding.check,
                "message": one.finding.message,
            }
            for one in judgement.gone
        ],
        "unexplained": len(judgement.results.unexplained),
    }
