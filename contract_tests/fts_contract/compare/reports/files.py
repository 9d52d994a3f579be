"""The reports of a comparison: `compare.json`, `compare.html` and `junit.xml`."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import SubElement

import attrs

from fts_contract.compare.matching.differences import KINDS
from fts_contract.harness.reports.report_html import as_page
from fts_contract.harness.reports.report_junit import as_document, clean, new_suite
from fts_contract.harness.reports.reports import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fts_contract.compare.comparison import Comparison, Party
    from fts_contract.compare.matching.differences import Difference
    from fts_contract.compare.performing.step import Step

__all__ = ["as_comparison", "comparison_as_junit", "write_comparison"]

_OPEN = 10


def write_comparison(comparison: Comparison, directory: Path) -> Path:
    """Write `compare.json`, `compare.html`, which is returned, and `junit.xml`; the directory is made when needed.

    Raises:
        OSError: A file cannot be written.
    """
    return write_files(
        directory,
        "compare",
        as_comparison(comparison),
        _as_html(comparison),
        comparison_as_junit(comparison),
    )


def as_comparison(comparison: Comparison) -> dict[str, Any]:
    """Give the comparison as plain data; no secret is in it."""
    return {
        "reference": _party(comparison.reference),
        "target": _party(comparison.target),
        "run": {
            "profile": comparison.profile,
            "seed": comparison.seed,
            "finished_at": comparison.finished_at.isoformat(),
            "elapsed_s": round(comparison.elapsed.total_seconds(), 1),
            "notes": list(comparison.notes),
        },
        "tags": {tag: attrs.asdict(tally) for tag, tally in sorted(comparison.tallies.items())},
        "differences": [_difference(one) for one in comparison.differences],
        "stale_known_differences": list(comparison.stale),
        "totals": {
            "same": comparison.same,
            "plays": comparison.plays,
            "steps": comparison.steps,
            "requests": comparison.reference.requests + comparison.target.requests,
            "differences": len(comparison.unknown),
            "known_differences": len(comparison.known),
        },
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.label,
        "version": party.version,
        "requests": party.requests,
        "not_put_back": [attrs.asdict(one) for one in party.left],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.found.kind,
        "operation": one.operation.operation_id if one.operation else None,
        "request": one.name,
        "play": one.target.play,
        "step": one.target.number,
        "caller": one.target.who,
        "place": one.found.place,
        "count": one.count,
        "document": one.document,
        "known_difference": one.known,
        "reference": {"says": one.found.reference, **_answer(one.reference)},
        "target": {"says": one.found.target, **_answer(one.target)},
    }


def _answer(step: Step) -> dict[str, Any]:
    exchange = step.exchange
    if exchange is None:
        return {"trouble": step.trouble}
    return {
        "status": exchange.status or None,
        "headers": dict(exchange.headers),
        "body": exchange.shown_body,
        "trouble": step.trouble,
        "curl": exchange.curl(),
    }


def _as_html(comparison: Comparison) -> str:
    """Render the comparison as one self-contained page, the differences by kind."""
    left, right = comparison.reference, comparison.target
    parts = [
        f"<p class='meta'>reference FTS REST {escape(left.version)} &middot; target FTS REST {escape(right.version)}",
        f" &middot; profile {comparison.profile} &middot; seed {comparison.seed}",
        f" &middot; {comparison.plays} plays, {comparison.steps:,} steps",
        f" &middot; {comparison.finished_at:%Y-%m-%d %H:%M:%S} UTC</p>",
        *_sections(comparison.unknown, known=False),
        *_sections((one for one in comparison.differences if one.known), known=True),
    ]
    name = f"{left.label} and {right.label}"
    return as_page("FTS compare", name, comparison.verdict, parts, good=comparison.same)


def _sections(differences: Iterable[Difference], *, known: bool) -> Iterable[str]:
    by_kind: dict[str, list[Difference]] = defaultdict(list)
    for one in differences:
        by_kind[one.found.kind].append(one)
    for kind, group in by_kind.items():
        title = f"Known: {KINDS[kind]}" if known else KINDS[kind]
        yield f"<h2>{escape(title)} <small>{len(group)}</small></h2>"
        yield from (
            _shown(one, opened=not known and number < _OPEN) for number, one in enumerate(group)
        )


def _shown(one: Difference, *, opened: bool) -> str:
    mark = (
        f"<span class='known'>{escape(one.known)}</span>"
        if one.known
        else "<span class='bad'>different</span>"
    )
    sides = "".join(
        _side(name, step) for name, step in (("reference", one.reference), ("target", one.target))
    )
    return (
        f"<details{' open' if opened else ''}><summary>{mark} <code>{escape(one.name)}</code> {escape(one.found.place)} "
        f"<span class='none'>({one.count}&times;)</span></summary>"
        f"<p>{escape(one.target.play)}, step {one.target.number}, asked by {one.target.who}</p>"
        f"<table><tr><td>reference</td><td><code>{escape(one.found.reference)}</code></td></tr>"
        f"<tr><td>target</td><td><code>{escape(one.found.target)}</code></td></tr></table>"
        f"<p>{escape(one.document)}</p>{sides}</details>"
    )


def _side(name: str, step: Step) -> str:
    exchange = step.exchange
    if exchange is None:
        return f"<p>{name}: {escape(step.trouble)}</p>"
    said = escape(exchange.shown_body) or "(empty)"
    return (
        f"<p>{name} answered <b>{exchange.status or escape(step.trouble)}</b></p>"
        f"<pre>{escape(exchange.curl())}</pre><pre>{said}</pre>"
    )


def comparison_as_junit(comparison: Comparison) -> bytes:
    """Render a JUnit report with a case for each kind of difference."""
    name, host = "fts contract compare", comparison.target.label
    suite = new_suite(name, host, comparison.finished_at, comparison.elapsed)
    failures = 0
    for kind, meaning in KINDS.items():
        case = SubElement(suite, "testcase", classname="compare", name=meaning)
        group = [one for one in comparison.unknown if one.found.kind == kind]
        if group:
            failures += 1
            element = SubElement(
                case, "failure", message=clean(f"{len(group)} differences: {group[0].name}")
            )
            element.text = clean("\n\n".join(map(_lines, group)))
    errors = comparison.interrupted and not failures
    if errors:
        SubElement(
            SubElement(suite, "testcase", classname="compare", name="run"),
            "error",
            message="interrupted",
        )
    counts = {"tests": len(KINDS) + errors, "failures": failures, "errors": int(errors)}
    return as_document(suite, counts)


def _lines(one: Difference) -> str:
    curl = [step.exchange.curl() for step in (one.reference, one.target) if step.exchange]
    return "\n".join(
        [
            f"{one.target.play}, step {one.target.number}: {one.name} {one.found.place}",
            f"reference: {one.found.reference}",
            f"target: {one.found.target}",
            one.document,
            *curl,
        ]
    )
