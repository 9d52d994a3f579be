"""`report.html`: the run for people, on one self-contained page."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.judging.results import deviation_ids
from fts_contract.harness.reports.report_tables import (
    checks_table,
    coverage_table,
    matrix_table,
    operations_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.harness.judging.deviations import Deviation
    from fts_contract.harness.judging.results import Failure
    from fts_contract.harness.run import Run
    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["as_html", "as_page"]

_STYLE = Path(__file__).with_name("report.css")
_OPEN = 10


def as_html(run: Run) -> str:
    """Render the run as one self-contained page."""
    results = run.results
    unexplained = results.unexplained
    known = [failure for failure in results.failures if failure.deviation]
    parts = [
        f"<p class='meta'>FTS REST {escape(run.server.version)} &middot; contract {escape(run.contract.version)}",
        f" &middot; profile {escape(run.options.profile)} &middot; seed {run.options.seed}",
        f" &middot; as <code>{escape(run.server.identity.user_dn)}</code>",
        f" &middot; {run.finished_at:%Y-%m-%d %H:%M:%S} UTC</p>",
        _tiles(run),
        *([_list("Not put back", [_left(one) for one in run.left])] if run.left else []),
        *([_list("What could not be tested", results.errors)] if results.errors else []),
        _section("Failures", unexplained, run) if unexplained else "",
        _known(known, run),
        _news(run),
        _stale(run),
        coverage_table(run),
        matrix_table(run),
        operations_table(run),
        _silent(run),
        checks_table(run),
    ]
    return as_page("FTS contract", run.server.name, run.verdict, parts, good=run.conforms)


def as_page(kind: str, name: str, verdict: str, parts: Iterable[str], *, good: bool) -> str:
    """Make a self-contained page, with the same style for every kind of report.

    Args:
        kind: What is reported; the title of the page begins with it.
        name: The server or servers.
        verdict: The result in words.
        parts: Of its body, as HTML; empty ones are left out.
        good: Whether the verdict is.
    """
    title = f"{kind}: {name}"
    head = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>{escape(title)}</title><style>{_STYLE.read_text('utf-8')}</style></head><body>",
        f'<h1>{escape(name)} <span class="verdict {"good" if good else "bad"}">{verdict}</span></h1>',
    ]
    return "\n".join([*head, *filter(None, parts), "</body></html>"])


def _left(one: Left) -> str:
    return f"{one.what}: {one.curl}" if one.curl else one.what


def _tiles(run: Run) -> str:
    results = run.results
    checked = sum(result.checked for result in results.tested)
    known = len(deviation_ids(results.failures))
    values = (
        (
            "",
            f"operations answered, of {len(results.operations)}",
            f"{checked} of {len(results.tested)}",
        ),
        ("", "requests", f"{results.requests:,}"),
        ("bad" if results.unexplained else "", "failures", str(len(results.unexplained))),
        ("known" if known else "", "known deviations", str(known)),
        ("news" if run.news else "", "news", str(len(run.news))),
        ("", "time", f"{run.elapsed.total_seconds():.0f} s"),
    )
    tiles = "".join(
        f"<div class='tile {kind}'><b>{value}</b>{name}</div>" for kind, name, value in values
    )
    return f"<div class='tiles'>{tiles}</div>"


def _section(title: str, failures: list[Failure], run: Run) -> str:
    shown = "".join(
        _failure(failure, run, opened=number < _OPEN, anchor=True)
        for number, failure in enumerate(failures)
    )
    return f"<h2>{escape(title)}</h2>{shown}"


def _known(failures: list[Failure], run: Run) -> str:
    """Show each known deviation once, with its reason and, folded away, its failures."""
    grouped: dict[Deviation, list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.deviation:
            grouped[failure.deviation].append(failure)
    parts = []
    for deviation in sorted(grouped, key=lambda entry: entry.id):
        group = grouped[deviation]
        times = sum(failure.count for failure in group)
        evidence = ", ".join(deviation.evidence)
        seen = f" <span class='none'>Seen before: {escape(evidence)}.</span>" if evidence else ""
        parts.append(
            f"<details><summary><span class='known'>{escape(deviation.id)}</span> {escape(deviation.reason)} "
            f"({times}&times;)</summary>{seen}"
            + "".join(_failure(failure, run) for failure in group)
            + "</details>"
        )
    return "<h2>Known deviations</h2>" + "".join(parts) if parts else ""


def _failure(failure: Failure, run: Run, *, opened: bool = False, anchor: bool = False) -> str:
    operation = run.results.operations[failure.operation].operation
    mark = (
        f"<span class='known'>{escape(failure.deviation.id)}</span>"
        if failure.deviation
        else "<span class='bad'>failed</span>"
    )
    check = failure.finding.check
    place = f" id='{escape(operation.operation_id)}-{check}'" if anchor else ""
    parts = [
        f"<details{' open' if opened else ''}{place}><summary>{mark} <code>{escape(str(operation))}</code> ",
        f"&mdash; {escape(CHECKS[check])} <span class='none'>({check}, {failure.count}&times;)</span></summary>",
        f"<p>{escape(failure.finding.message)}</p>",
    ]
    exchange = failure.exchange
    if failure.also:
        parts.append(f"<p>also: {escape(', '.join(failure.also))}</p>")
    parts += [
        f"<pre>{escape(step.curl())}</pre><p>answered <b>{step.status}</b></p>"
        for step in failure.steps
        if step is not exchange
    ]
    if exchange is not None:
        parts.append(f"<pre>{escape(exchange.curl())}</pre>")
    if exchange is not None and not exchange.status:
        parts.append("<p>no complete answer came</p>")
    elif exchange is not None:
        content_type = exchange.headers.get("content-type", "no content type")
        parts.append(
            f"<p>answered <b>{exchange.status}</b> ({escape(content_type)}) in {exchange.elapsed_s:.2f} s</p>"
        )
        parts.append(f"<pre>{escape(exchange.shown_body) or '(empty)'}</pre>")
    parts.append("</details>")
    return "".join(parts)


def _stale(run: Run) -> str:
    stale = run.results.stale
    if not stale:
        return ""
    items = "".join(f"<li>{escape(f'{entry.id}: {entry.reason}')}</li>" for entry in stale)
    number = len(stale)
    return (
        f"<h2>Stale deviations</h2><details><summary>{number} listed as known did not occur, although their requests were sent</summary>"
        f"<ul>{items}</ul></details>"
    )


def _news(run: Run) -> str:
    if not run.news:
        return ""
    items = "".join(
        f"<details><summary><span class='news'>new</span> <code>{escape(str(item))}</code></summary>"
        f"<p class='none'>To document it, at <code>#{escape(item.place)}</code>:</p>"
        f"<pre>{escape(item.yaml)}</pre></details>"
        for item in run.news
    )
    return f"<h2>News: what the contract does not describe</h2>{items}"


def _silent(run: Run) -> str:
    """List the probes that could not be applied: what they test is not proven."""
    lines = [f"{check}: {reason}" for check, reason in run.results.not_applicable.items()]
    return _list("Not tested", lines) if lines else ""


def _list(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>"
