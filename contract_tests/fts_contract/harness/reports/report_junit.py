"""`junit.xml`: one test case per operation, for CI systems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fts_contract.harness.judging.results import deviation_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from fts_contract.harness.judging.results import Failure, OperationResult
    from fts_contract.harness.run import Run

__all__ = ["as_document", "as_junit", "clean", "new_suite"]

# Characters that XML 1.0 cannot contain, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(run: Run) -> bytes:
    """Render the run; operations that were not tested are skipped cases, known deviations are output of theirs."""
    results = run.results
    suite = new_suite("fts contract", run.server.name, run.finished_at, run.elapsed)
    counts = {"tests": 0, "failures": 0, "skipped": 0, "errors": 0, "": 0}
    for result in results.operations.values():
        counts["tests"] += 1
        counts[_case(suite, result, run)] += 1
    if results.errors:
        counts["tests"] += 1
        case = SubElement(suite, "testcase", classname="run", name="run")
        notes = clean("\n".join(results.errors))
        if run.conforms:
            # The run conforms: a failed case would contradict the exit code.
            SubElement(case, "system-out").text = notes
        else:
            counts["errors"] += 1
            SubElement(case, "error", message=clean(results.errors[0])).text = notes
    del counts[""]
    return as_document(suite, counts)


def new_suite(name: str, host: str, finished_at: datetime, elapsed: timedelta) -> Element:
    """Begin the report of what was tested on a host."""
    suite = Element("testsuite", name=name, hostname=clean(host))
    suite.set("timestamp", finished_at.replace(tzinfo=None).isoformat())
    suite.set("time", f"{elapsed.total_seconds():.1f}")
    return suite


def as_document(suite: Element, counts: Mapping[str, int]) -> bytes:
    """Write a suite with its numbers of `tests`, `failures` and so on."""
    for name, count in counts.items():
        suite.set(name, str(count))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _case(suite: Element, result: OperationResult, run: Run) -> str:
    operation = result.operation
    failures = run.results.failures_of(operation)
    case = SubElement(suite, "testcase", classname=operation.tag or "other", name=str(operation))
    unexplained = [failure for failure in failures if failure.deviation is None]
    if unexplained:
        summary = f"{len(unexplained)} failures: {unexplained[0].finding.message}"
        element = SubElement(case, "failure", message=clean(summary))
        element.text = clean("\n\n".join(_describe(failure) for failure in unexplained))
        return "failures"
    reason = result.skipped or ("not served (501)" if result.not_served else None)
    if reason is None and not result.checked:
        reason = "no answer could be judged"
    if reason is not None:
        SubElement(case, "skipped", message=clean(reason))
        return "skipped"
    if known := deviation_ids(failures):
        SubElement(case, "system-out").text = clean(f"known deviations: {', '.join(known)}")
    return ""


def _describe(failure: Failure) -> str:
    lines = [f"{failure.finding.check}: {failure.finding.message}"]
    if failure.exchange is not None:
        lines.append(failure.exchange.curl())
    return "\n".join(lines)


def clean(text: str) -> str:
    """Replace what XML cannot contain."""
    return _FORBIDDEN.sub("\ufffd", text)
