"""`report.html`: the run for people, in one file without anything from elsewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from fts_contract.harness.findings import CHECKS

if TYPE_CHECKING:
    from fts_contract.harness.deviations import Deviation
    from fts_contract.harness.results import Failure, OperationResult
    from fts_contract.harness.run import Run

__all__ = ["as_html"]

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c62828; --good: #2e7d32; --known: #b26a00; }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem }
.verdict { display: inline-block; padding: .15rem .7rem; border-radius: 1rem; color: #fff; font-weight: 600 }
.verdict.good { background: var(--good) } .verdict.bad { background: var(--bad) }
.meta { color: #888; margin: .3rem 0 1.2rem }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem }
.tile { background: var(--soft); border-radius: .5rem; padding: .5rem 1rem; min-width: 7rem }
.tile b { display: block; font-size: 1.4rem }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
tr.group td { background: var(--soft); font-weight: 600 }
code, pre { font: .86rem/1.45 ui-monospace, monospace } td code { white-space: nowrap }
pre { background: var(--soft); padding: .7rem; border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0 }
.s { border-radius: .25rem; padding: 0 .3rem; background: var(--soft); margin-right: .3rem; white-space: nowrap }
.bad { color: var(--bad) } .good { color: var(--good) } .known { color: var(--known) } .none { color: #888 }
.verdict.good, .verdict.bad { color: #fff }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; margin: .6rem 0 }
details[open] { padding-bottom: .9rem } summary { cursor: pointer }
.bar { display: flex; width: 5rem; height: .55rem; margin-top: .45rem; border-radius: .3rem; overflow: hidden }
.bar i.good { background: var(--good) } .bar i.soft { background: #8886 } .bar i.bad { background: var(--bad) }
details details { margin-left: .5rem }
.scroll { overflow-x: auto }
"""


def as_html(run: Run) -> str:
    """Render the run as one self-contained page."""
    results = run.results
    unexplained = results.unexplained
    known = [failure for failure in results.failures if failure.deviation]
    verdict = (
        '<span class="verdict good">conforms</span>'
        if run.conforms
        else '<span class="verdict bad">does not conform</span>'
    )
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>FTS contract: {escape(run.server.name)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(run.server.name)} {verdict}</h1>",
        f"<p class='meta'>FTS REST {escape(run.server.version)} &middot; contract {escape(run.contract.version)}",
        f" &middot; profile {escape(run.options.profile)} &middot; seed {run.options.seed}",
        f" &middot; as <code>{escape(run.server.identity.user_dn)}</code>",
        f" &middot; {run.finished_at:%Y-%m-%d %H:%M:%S} UTC</p>",
        _tiles(run),
        *([_list("What could not be done", results.errors)] if results.errors else []),
        _section("Failures", unexplained, run) if unexplained else "",
        _known(known, run),
        _news(run),
        _stale(run),
        _operations(run),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part)


def _tiles(run: Run) -> str:
    results = run.results
    checked = sum(result.checked for result in results.operations.values())
    values = (
        ("operations checked", f"{checked} of {len(results.operations)}"),
        ("requests", f"{results.requests:,}"),
        ("failures", str(len(results.unexplained))),
        ("known deviations", str(len({f.deviation.id for f in results.failures if f.deviation}))),
        ("time", f"{run.elapsed.total_seconds():.0f} s"),
    )
    return (
        "<div class='tiles'>"
        + "".join(f"<div class='tile'><b>{value}</b>{name}</div>" for name, value in values)
        + "</div>"
    )


def _section(title: str, failures: list[Failure], run: Run) -> str:
    return f"<h2>{escape(title)}</h2>" + "".join(_failure(failure, run) for failure in failures)


def _known(failures: list[Failure], run: Run) -> str:
    """Show each known deviation once, with its reason; what belongs to it is folded away."""
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


def _failure(failure: Failure, run: Run) -> str:
    operation = run.results.operations[failure.operation].operation
    label = f"{operation.method} {operation.path}"
    mark = (
        f"<span class='known'>{escape(failure.deviation.id)}</span>"
        if failure.deviation
        else "<span class='bad'>failed</span>"
    )
    parts = [
        f"<details{'' if failure.deviation else ' open'}><summary>{mark} <code>{escape(label)}</code> ",
        f"&mdash; {escape(CHECKS[failure.finding.check])} ({failure.count}&times;)</summary>",
        f"<p>{escape(failure.finding.message)}</p>",
    ]
    exchange = failure.exchange
    if exchange is not None:
        parts.append(f"<pre>{escape(exchange.curl(credential=run.credential.kind))}</pre>")
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
        f"<h2>Stale deviations</h2><details><summary>{number} listed as known did not occur</summary>"
        f"<ul>{items}</ul></details>"
    )


def _news(run: Run) -> str:
    if not run.news:
        return ""
    items = "".join(
        f"<details><summary><code>{escape(str(item))}</code></summary>"
        f"<p class='none'>To document it, at <code>#{escape(item.place)}</code>:</p>"
        f"<pre>{escape(item.yaml)}</pre></details>"
        for item in run.news
    )
    return f"<h2>News: what the contract does not know yet</h2>{items}"


def _operations(run: Run) -> str:
    rows: list[str] = []
    group = None
    results = sorted(run.results.operations.values(), key=lambda result: result.operation.tag)
    for result in results:
        if result.operation.tag != group:
            group = result.operation.tag
            rows.append(f"<tr class='group'><td colspan='5'>{escape(group)}</td></tr>")
        rows.append(_row(result, run))
    return (
        "<h2>Operations</h2><div class='scroll'><table><tr><th>operation</th>"
        "<th class='n'>requests</th><th>served</th><th>statuses</th><th>verdict</th></tr>"
        + "".join(rows)
        + "</table></div>"
    )


def _row(result: OperationResult, run: Run) -> str:
    operation = result.operation
    failures = [f for f in run.results.failures if f.operation == operation.operation_id]
    bad = Counter(f.finding.check for f in failures if f.deviation is None)
    known = sorted({f.deviation.id for f in failures if f.deviation})
    if result.skipped:
        verdict = f"<span class='none'>{escape(result.skipped)}</span>"
    elif result.not_served:
        verdict = "<span class='none'>not served (501)</span>"
    elif bad:
        verdict = f"<span class='bad'>{escape(', '.join(bad))}</span>"
    elif not result.checked:
        verdict = "<span class='none'>no answer</span>"
    elif min(result.statuses) >= HTTPStatus.BAD_REQUEST:
        verdict = "<span class='none'>ok, but only refused</span>"
    else:
        verdict = "<span class='good'>ok</span>"
    if known:
        verdict += f" <span class='known'>{escape(', '.join(known))}</span>"
    statuses = "".join(
        f"<span class='s'>{status} &times; {count}</span>"
        for status, count in sorted(result.statuses.items())
    )
    label = f"{operation.method} {operation.path}"
    return (
        f"<tr><td><code>{escape(label)}</code></td><td class='n'>{result.requests}</td>"
        f"<td>{_shares(result)}</td><td>{statuses}</td><td>{verdict}</td></tr>"
    )


def _shares(result: OperationResult) -> str:
    """Draw the shares of successes, refusals and failures as one bar."""
    if not result.requests:
        return ""
    classes = Counter({"good": 0, "soft": 0, "bad": 0})
    for status, count in result.statuses.items():
        name = "good" if status < HTTPStatus.BAD_REQUEST else "soft"
        classes["bad" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else name] += count
    pieces = "".join(
        f"<i class='{name}' style='width:{100 * count / result.requests:.1f}%'></i>"
        for name, count in classes.items()
        if count
    )
    return f"<div class='bar'>{pieces}</div>"


def _list(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>"
