"""The tables of `report.html`: coverage, operations by checks, operations, checks."""

from __future__ import annotations

from collections import Counter, defaultdict
from html import escape
from typing import TYPE_CHECKING

from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.judging.results import deviation_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_contract.harness.judging.results import Failure, OperationResult
    from fts_contract.harness.run import Run

__all__ = ["checks_table", "coverage_table", "matrix_table", "operations_table"]


def coverage_table(run: Run) -> str:
    """Show how much of the document was covered, and the answers by class."""
    results = run.results
    coverage = results.coverage
    rows = [
        f"<tr><td>{name}</td><td class='n'>{part}</td><td>{_bar({'good': len(part.seen), 'soft': len(part.unseen)}, 'wide')}</td></tr>"
        for name, part in (
            ("operations answered", coverage.operations),
            ("documented statuses seen", coverage.statuses),
            ("query parameters served", coverage.parameters),
        )
    ]
    for name, classes in (
        ("all requests", results.answers),
        ("requests within the contract", results.valid_answers),
    ):
        shown = ", ".join(f"{count:,} &times; {family}" for family, count in classes.items())
        colours = {
            "good": classes["2xx"] + classes["3xx"],
            "soft": classes["4xx"],
            "bad": classes["5xx"],
        }
        rows.append(
            f"<tr><td>answers to {name}</td><td class='n'>{shown}</td><td>{_bar(colours, 'wide')}</td></tr>"
        )
    return (
        "<h2>Coverage <small>of the operations that were tested</small></h2>"
        f"<div class='scroll'><table class='rows'>{''.join(rows)}</table></div>"
    )


def matrix_table(run: Run) -> str:
    """Show operations by checks, without those that found nothing."""
    failures = run.results.failures
    if not failures:
        return ""
    found: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        found[failure.operation, failure.finding.check].append(failure)
    checks = [check for check in CHECKS if any(check == key[1] for key in found)]
    head = "".join(f"<th><span>{check}</span></th>" for check in checks)
    rows = []
    for name, result in run.results.operations.items():
        cells = [_cell(name, check, found.get((name, check), [])) for check in checks]
        if any(cells):
            columns = "".join(f"<td>{cell}</td>" for cell in cells)
            rows.append(f"<tr><td><code>{escape(str(result.operation))}</code></td>{columns}</tr>")
    return (
        "<h2>Operations by checks <small>that found something; all others are fine</small></h2>"
        f"<div class='scroll'><table class='matrix'><tr><th>operation</th>{head}</tr>"
        f"{''.join(rows)}</table></div>"
    )


def _cell(operation: str, check: str, failures: list[Failure]) -> str:
    bad = sum(failure.deviation is None for failure in failures)
    if bad:
        return f"<a class='bad' href='#{escape(operation)}-{check}'>{bad}</a>"
    return _known(failures)


def _known(failures: list[Failure]) -> str:
    ids = deviation_ids(failures)
    return f"<span class='known'>{escape(', '.join(ids))}</span>" if ids else ""


def operations_table(run: Run) -> str:
    """List the tested operations, and why the others were not tested."""
    rows: list[str] = []
    group = None
    for result in sorted(run.results.tested, key=lambda result: result.operation.tag):
        if result.operation.tag != group:
            group = result.operation.tag
            rows.append(f"<tr class='group'><td colspan='5'>{escape(group)}</td></tr>")
        rows.append(_row(result, run))
    return (
        "<h2>Operations</h2><div class='scroll'><table class='rows'><tr><th>operation</th>"
        "<th class='n'>requests</th><th>served</th><th>statuses</th><th>verdict</th></tr>"
        f"{''.join(rows)}</table></div>{_not_tested(run)}"
    )


def _not_tested(run: Run) -> str:
    reasons: dict[str, list[str]] = defaultdict(list)
    for result in run.results.operations.values():
        if result.skipped is not None:
            reasons[result.skipped].append(str(result.operation))
    return "".join(
        f"<details><summary>{len(labels)} not tested: {escape(reason)}</summary><ul>"
        f"{''.join(f'<li><code>{escape(label)}</code></li>' for label in labels)}</ul></details>"
        for reason, labels in reasons.items()
    )


def _row(result: OperationResult, run: Run) -> str:
    failures = run.results.failures_of(result.operation)
    bad = dict.fromkeys(f.finding.check for f in failures if f.deviation is None)
    if result.not_served:
        verdict = "<span class='none'>not served (501)</span>"
    elif bad:
        verdict = f"<span class='bad'>{escape(', '.join(bad))}</span>"
    elif not result.checked:
        verdict = "<span class='none'>no answer</span>"
    elif result.only_refused:
        verdict = "<span class='none'>ok, but only refused</span>"
    else:
        verdict = "<span class='good'>ok</span>"
    statuses = "".join(
        f"<span class='s'>{status} &times; {count}</span>"
        for status, count in sorted(result.statuses.items())
    )
    return (
        f"<tr><td><code>{escape(str(result.operation))}</code></td><td class='n requests'>{result.requests}</td>"
        f"<td>{_shares(result)}</td><td>{statuses}</td><td>{verdict} {_known(failures)}</td></tr>"
    )


def _shares(result: OperationResult) -> str:
    """Draw the shares of successes, refusals and failures as one bar."""
    if not result.requests:
        return ""
    classes = result.answers
    served = classes["2xx"] + classes["3xx"]
    return _bar({"good": served, "soft": classes["4xx"], "bad": classes["5xx"]})


def _bar(parts: Mapping[str, int], kind: str = "") -> str:
    whole = sum(parts.values()) or 1
    pieces = "".join(
        f"<i class='{name}' style='width:{100 * count / whole:.1f}%'></i>"
        for name, count in parts.items()
        if count
    )
    return f"<div class='bar {kind}'>{pieces}</div>"


def checks_table(run: Run) -> str:
    """List every check with its result."""
    bad = Counter(failure.finding.check for failure in run.results.unexplained)
    known = Counter(f.finding.check for f in run.results.failures if f.deviation)
    rows = []
    for name, meaning in CHECKS.items():
        if name in run.results.without:
            state = "<span class='none'>switched off</span>"
        elif bad[name]:
            state = f"<span class='bad'>{bad[name]} failed</span>"
        elif known[name]:
            state = f"<span class='known'>{known[name]} known</span>"
        else:
            state = "<span class='good'>ok</span>"
        rows.append(
            f"<tr><td><code>{name}</code></td><td>{escape(meaning)}</td><td>{state}</td></tr>"
        )
    return (
        f"<h2>Checks</h2><details><summary>{len(CHECKS)} checks</summary>"
        "<div class='scroll'><table class='rows'><tr><th>check</th><th>it fails when</th><th></th></tr>"
        f"{''.join(rows)}</table></div></details>"
    )
