"""What people see: a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from fts_contract.harness.progress import Progress
    from fts_contract.harness.results import Failure, OperationResult
    from fts_contract.harness.run import Run

__all__ = ["make_console", "progress_on", "show_run"]

_BAR = 10
_LONGEST_LINE = 180
_NAMED_STALE = 8
_SHOWN_NEWS = 8


def make_console(*, stderr: bool = False) -> Console:
    """Make a console that is plain and never wraps when it is no terminal."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(
            stderr=stderr, highlight=False, soft_wrap=True, color_system=None, width=200
        )
    return console


def show_run(run: Run, console: Console, *, report: Path | None = None) -> None:
    """Print a finished run.

    Args:
        run: The run.
        console: Where to.
        report: File to point to at the end; None for no report.
    """
    for line in _head(run):
        console.print(line)
    groups: dict[str, list[OperationResult]] = defaultdict(list)
    for result in run.results.operations.values():
        groups[result.operation.tag or "other"].append(result)
    width = max(len(name) for name in groups)
    for name, results in groups.items():
        if all(result.skipped is not None for result in results):
            continue
        console.print(_group(name.ljust(width), results, run))
    for failure in run.results.unexplained:
        for line in _failure(failure, run):
            console.print(line)
    for line in _news(run):
        console.print(line)
    for line in _stale(run):
        console.print(line)
    for error in run.results.errors:
        console.print(f"[yellow]NOTE[/]    {escape(error)}")
    console.print(_foot(run, report))


def _head(run: Run) -> Iterator[str]:
    identity = run.server.identity
    known = [f"VO {', '.join(identity.vos)}"] if identity.vos else []
    left = run.credential.time_left(datetime.now(UTC))
    if left is not None:
        known.append(f"credential {_duration(left)} left")
    about = f" ({', '.join(known)})" if known else ""
    yield (
        f"[bold]{escape(run.server.name)}[/] · FTS REST {escape(run.server.version)}"
        f" · you are {escape(identity.user_dn + about)}"
    )
    results = run.results.operations.values()
    tested = sum(result.skipped is None for result in results)
    yield (
        f"profile {run.options.profile} · spec {escape(run.contract.version)}"
        f" · {tested} of {len(results)} operations · seed {run.options.seed}"
    )


def _group(name: str, results: Sequence[OperationResult], run: Run) -> str:
    ids = {result.operation.operation_id for result in results}
    failures = [failure for failure in run.results.failures if failure.operation in ids]
    bad = [failure for failure in failures if failure.deviation is None]
    known = sorted({failure.deviation.id for failure in failures if failure.deviation})
    expected = [result for result in results if result.skipped is None]
    checked = sum(result.checked for result in expected)
    missing = sum(result.not_served for result in expected)
    filled = round(_BAR * checked / len(results))
    notes = [f"[red]{len(bad)} FAILED[/]"] if bad else []
    if known:
        notes.append(f"[yellow]{len(known)} known ({', '.join(map(escape, known))})[/]")
    if missing:
        notes.append(f"{missing} not served (501)")
    if not notes:
        notes.append("[green]ok[/]" if checked else "not tested")
    requests = sum(result.requests for result in results)
    return (
        f"  {name}  {'█' * filled}{'░' * (_BAR - filled)} {checked:>2}/{len(results):<2}"
        f" {requests:>6,} requests   {', '.join(notes)}"
    )


def _failure(failure: Failure, run: Run) -> Iterator[str]:
    operation = run.results.operations[failure.operation].operation
    times = f" ({failure.count} times)" if failure.count > 1 else ""
    yield (
        f"[red bold]FAILED[/]  [bold]{escape(f'{operation.method} {operation.path}')}[/]"
        f"   {failure.finding.check}{times}"
    )
    yield f"        {escape(_cut(failure.finding.message))}"
    if failure.exchange is not None:
        yield f"        {escape(_cut(failure.exchange.curl(credential=run.credential.kind)))}"


def _cut(text: str) -> str:
    """Keep a terminal readable; the reports have everything."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}… (whole in the report)"


def _news(run: Run) -> Iterator[str]:
    for item in run.news[:_SHOWN_NEWS]:
        yield f"[cyan]NEWS[/]    {escape(_cut(str(item)))}"
    if len(run.news) > _SHOWN_NEWS:
        yield f"[cyan]NEWS[/]    and {len(run.news) - _SHOWN_NEWS} more, in the report"


def _stale(run: Run) -> Iterator[str]:
    """Say which known deviations did not occur.

    The list of a site is checked by name. Of the bundled list, a server that shows none is another build (or a mock)
    and not repaired: naming them all would tell nothing.
    """
    stale = run.results.stale
    if not stale:
        return
    number = _count(len(stale), "known deviation")
    seen_any = any(failure.deviation for failure in run.results.failures)
    if seen_any or run.options.deviations:
        names = ", ".join(entry.id for entry in stale[:_NAMED_STALE])
        more = ", …" if len(stale) > _NAMED_STALE else ""
        yield f"[yellow]STALE[/]   {number} did not occur: {escape(names + more)}"
    else:
        family = ".".join(run.server.version.split(".")[:2])
        yield f"[dim]{number} of {escape(family)} did not occur[/]"


def _foot(run: Run, report: Path | None) -> str:
    results = run.results
    known = {failure.deviation.id for failure in results.failures if failure.deviation}
    parts = [
        f"{run.elapsed.total_seconds():.0f} s",
        f"{results.requests:,} requests",
        f"{_count(len(results.unexplained), 'failure')}, {_count(len(known), 'known deviation')}",
        *([_count(len(run.news), "piece") + " of news"] if run.news else []),
        "[green]conforms[/]" if run.conforms else "[red]does not conform[/]",
    ]
    if report:
        parts.append(f"report: {escape(str(report))}")
    return " · ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _duration(left: timedelta) -> str:
    minutes = int(left.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} m" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004


@contextmanager
def progress_on(console: Console) -> Iterator[Progress]:
    """Show what a run is doing, on a terminal only; elsewhere nothing is printed."""
    if not console.is_terminal:
        yield lambda _step: None
        return
    with console.status("connecting") as status:
        yield lambda step: status.update(f"{step.phase} · {step.requests:,} requests")
