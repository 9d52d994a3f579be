"""The result of a run on the terminal: lines of 80 columns, in colour where possible."""

from __future__ import annotations

import shlex
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from fts_contract.harness.judging.results import deviation_ids
from fts_contract.harness.reports.terminal_lines import (
    command_lines,
    counted,
    joined_lines,
    marked_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import timedelta
    from pathlib import Path

    from fts_contract.harness.judging.results import Failure, OperationResult
    from fts_contract.harness.run import Run
    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["by_tag", "group_line", "make_console", "show_left", "show_run"]

_BAR = 10
_NAMED_KNOWN = 2
_NAMED_STALE = 8
_SHOWN_FAILURES = 20
_SHOWN_NEWS = 8
_SHOWN_REASONS = 4
_SHOWN_STEPS = 8


def make_console(*, stderr: bool = False) -> Console:
    """Make a console that does not break lines, and is plain when it is not a terminal."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(
            stderr=stderr, highlight=False, soft_wrap=True, color_system=None, width=200
        )
    return console


def show_run(run: Run, console: Console, *, report: Path | None = None) -> None:
    """Print a finished run, with the file of its report if there is one."""
    for line in (
        *_head(run),
        *_groups(run),
        *_failures(run),
        *_news(run),
        *(line for error in run.results.errors for line in marked_lines("yellow", "NOTE", error)),
        *_not_applicable(run),
        *_stale(run),
        *_covered(run),
        *_left(run.left, run.record),
        *_foot(run, report),
    ):
        console.print(line)


def show_left(left: Sequence[Left], console: Console, record: Path | None = None) -> None:
    """Print what could not be put back, with the requests that would, and the folder from which all of it can be restored."""
    for line in _left(left, record):
        console.print(line)


def _left(left: Sequence[Left], record: Path | None) -> Iterator[str]:
    for one in left:
        yield from marked_lines("red bold", "LEFT", one.what)
        if one.curl is not None:
            yield from command_lines(one.curl)
    if left and record is not None:
        yield from marked_lines("", "", "or all of it:")
        yield from command_lines(f"fts contract restore {shlex.quote(str(record))}")


def _head(run: Run) -> Iterator[str]:
    identity = run.server.identity
    left = run.credential.time_left(datetime.now(UTC))
    first, *more = joined_lines(
        run.server.name,
        f"FTS REST {run.server.version}",
        f"you are {identity.user_dn}",
        *([f"VO {', '.join(identity.vos)}"] if identity.vos else []),
        *([f"credential {_duration(left)} left"] if left is not None else []),
    )
    yield first.replace(escape(run.server.name), f"[bold]{escape(run.server.name)}[/]", 1)
    yield from more
    yield from joined_lines(
        f"profile {run.options.profile}",
        f"spec {run.contract.version}",
        f"{len(run.results.tested)} of {len(run.results.operations)} operations",
        f"seed {run.options.seed}",
    )


def _groups(run: Run) -> Iterator[str]:
    groups = by_tag(run.results.operations.values())
    for name, results in groups.items():
        if any(result.skipped is None for result in results):
            yield group_line(name, results, run.results.failures)


def by_tag(results: Iterable[OperationResult]) -> dict[str, list[OperationResult]]:
    """Group operations by their tags, which are padded to the same width."""
    groups: dict[str, list[OperationResult]] = defaultdict(list)
    for result in results:
        groups[result.operation.tag or "other"].append(result)
    width = max(map(len, groups), default=0)
    return {name.ljust(width): group for name, group in groups.items()}


def group_line(
    name: str,
    results: Sequence[OperationResult],
    failures: Sequence[Failure],
    *,
    share: float | None = None,
) -> str:
    """Draw one tag as a line with markup.

    Args:
        name: The tag, padded.
        results: Its operations.
        failures: Failures of all operations.
        share: How much of the bar is filled, from 0 to 1; None for the share of operations that were checked.
    """
    ids = {result.operation.operation_id for result in results}
    failures = [failure for failure in failures if failure.operation in ids]
    bad = [failure for failure in failures if failure.deviation is None]
    known = deviation_ids(failures)
    expected = [result for result in results if result.skipped is None]
    checked = sum(result.checked for result in expected)
    missing = sum(result.not_served for result in expected)
    filled = round(_BAR * (checked / len(results) if share is None else min(share, 1)))
    notes = [f"[red]{len(bad)} FAILED[/]"] if bad else []
    if known:
        named = ", ".join(known if len(known) <= _NAMED_KNOWN else [known[0], "…"])
        notes.append(f"[yellow]{len(known)} known ({escape(named)})[/]")
    if missing:
        notes.append(f"{missing} not served (501)")
    if not notes:
        notes.append("[green]ok[/]" if checked else "not tested")
    if refused := sum(result.only_refused for result in expected):
        notes.append(f"[dim]{refused} only refused[/]")
    requests = sum(result.requests for result in results)
    return (
        f"  {name}  {'█' * filled}{'░' * (_BAR - filled)} {checked:>2}/{len(results):<2}"
        f" {requests:>6,} requests   {', '.join(notes)}"
    )


def _failures(run: Run) -> Iterator[str]:
    failures = run.results.unexplained
    for failure in failures[:_SHOWN_FAILURES]:
        yield from _failure(failure, run)
    if len(failures) > _SHOWN_FAILURES:
        more = f"and {len(failures) - _SHOWN_FAILURES} more (see --report)"
        yield from marked_lines("red bold", "FAILED", more)


def _failure(failure: Failure, run: Run) -> Iterator[str]:
    operation = run.results.operations[failure.operation].operation
    times = f" ({failure.count} times)" if failure.count > 1 else ""
    yield (
        f"[red bold]FAILED[/]  [bold]{escape(str(operation))}[/]   {failure.finding.check}{times}"
    )
    yield from marked_lines("", "", failure.finding.message)
    if failure.also:
        yield from marked_lines("", "", f"also: {', '.join(failure.also)}")
    shown = failure.steps or ((failure.exchange,) if failure.exchange else ())
    if len(shown) > _SHOWN_STEPS:
        yield from marked_lines(
            "", "", f"after {len(shown) - _SHOWN_STEPS} more requests (see --report)"
        )
    for exchange in shown[-_SHOWN_STEPS:]:
        yield from command_lines(exchange.curl())


def _news(run: Run) -> Iterator[str]:
    for item in run.news[:_SHOWN_NEWS]:
        yield from marked_lines("cyan", "NEWS", str(item))
    if len(run.news) > _SHOWN_NEWS:
        yield from marked_lines(
            "cyan", "NEWS", f"and {len(run.news) - _SHOWN_NEWS} more (see --report)"
        )


def _stale(run: Run) -> Iterator[str]:
    """Name the known deviations that the server no longer has, and count those that the run says nothing about."""
    stale, unmet = run.results.stale, run.results.unmet
    if stale and (run.options.deviations or any(one.deviation for one in run.results.failures)):
        names = ", ".join(entry.id for entry in stale[:_NAMED_STALE])
        more = ", …" if len(stale) > _NAMED_STALE else ""
        number = counted(len(stale), "known deviation")
        yield from marked_lines("yellow", "STALE", f"{number} did not occur: {names}{more}")
    elif stale:
        # Not one of the bundled list occurred: another build, or a mock. Naming them all would be of no use.
        unmet = [*stale, *unmet]
    if unmet:
        yield f"[dim]{counted(len(unmet), 'known deviation')} not met[/]"


def _not_applicable(run: Run) -> Iterator[str]:
    """Say which probes could not be applied: otherwise their silence would look like success."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for check, reason in run.results.not_applicable.items():
        by_reason[reason].append(check)
    for number, (reason, checks) in enumerate(by_reason.items()):
        if number == _SHOWN_REASONS:
            rest = sum(map(len, list(by_reason.values())[number:]))
            yield from marked_lines("dim", "SKIPPED", f"and {rest} more checks (see --report)")
            return
        yield from marked_lines("dim", "SKIPPED", f"{reason}: {', '.join(checks)}")


def _covered(run: Run) -> list[str]:
    coverage, answers = run.results.coverage, run.results.answers
    whole = sum(answers.values()) or 1
    shares = ", ".join(f"{count / whole:.0%} {family}" for family, count in answers.items())
    return joined_lines(
        f"seen {coverage.operations} operations",
        f"{coverage.statuses} statuses",
        f"{coverage.parameters} parameters",
        shares,
    )


def _foot(run: Run, report: Path | None) -> list[str]:
    results = run.results
    known = deviation_ids(results.failures)
    verdict, colour = run.verdict, "green" if run.conforms else "red"
    lines = joined_lines(
        f"{run.elapsed.total_seconds():.0f} s",
        f"{results.requests:,} requests",
        f"{counted(len(results.unexplained), 'failure')}, {counted(len(known), 'known deviation')}",
        *([counted(len(run.news), "piece") + " of news"] if run.news else []),
        verdict,
        *([f"{len(run.left)} not put back"] if run.left else []),
        *([f"report: {report}"] if report else []),
    )
    return [line.replace(verdict, f"[{colour}]{verdict}[/]") for line in lines]


def _duration(left: timedelta) -> str:
    minutes = int(left.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} m" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004
