"""The result of a comparison on the terminal."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fts_contract.harness.reports.terminal import show_left
from fts_contract.harness.reports.terminal_lines import (
    command_lines,
    counted,
    joined_lines,
    marked_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.console import Console

    from fts_contract.compare.comparison import Comparison, Tally
    from fts_contract.compare.matching.differences import Difference
    from fts_contract.compare.performing.play import Play

__all__ = ["plays_on", "show_comparison"]

_BAR: Final = 10
_SHOWN: Final = 20


@contextmanager
def plays_on(console: Console) -> Iterator[Callable[[int, int, Play], None]]:
    """Show which play is performed on a terminal, but not in CI.

    Args:
        console: Nothing is printed when it is not a terminal.

    Yields:
        The function to call before each play.
    """
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    shown = console.is_terminal and not os.environ.get("CI")
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task("")
        yield lambda done, total, play: bar.update(
            task, completed=done, total=total, description=play.name
        )


def show_comparison(
    comparison: Comparison, console: Console, *, report: Path | None = None
) -> None:
    """Print a finished comparison, with the file of its report if there is one."""
    for line in (*_head(comparison), *_tags(comparison), *_differences(comparison)):
        console.print(line)
    for note in comparison.notes:
        for line in marked_lines("yellow", "NOTE", note):
            console.print(line)
    if comparison.stale:
        names = ", ".join(comparison.stale)
        for line in marked_lines("yellow", "STALE", f"known, but did not occur: {names}"):
            console.print(line)
    for party in (comparison.reference, comparison.target):
        show_left(party.left, console, party.record)
    for line in _foot(comparison, report):
        console.print(line)


def _head(comparison: Comparison) -> Iterator[str]:
    left, right = comparison.reference, comparison.target
    yield (
        f"reference [bold]{escape(left.label)}[/] · FTS REST {escape(left.version)}        "
        f"target [bold]{escape(right.label)}[/] · FTS REST {escape(right.version)}"
    )
    yield from joined_lines(
        f"profile {comparison.profile}",
        f"{comparison.plays} plays, {comparison.steps:,} steps",
        f"seed {comparison.seed}",
    )


def _tags(comparison: Comparison) -> Iterator[str]:
    width = max(map(len, comparison.tallies), default=0)
    digits = max((len(f"{tally.steps:,}") for tally in comparison.tallies.values()), default=0)
    for tag, tally in sorted(comparison.tallies.items()):
        differences = [one for one in comparison.differences if one.tag == tag]
        yield _tag_line(tag.ljust(width), tally, differences, digits)


def _tag_line(name: str, tally: Tally, differences: list[Difference], digits: int) -> str:
    same = tally.steps - tally.different
    # A tag with a difference never looks complete.
    filled = _BAR * same // tally.steps
    news = sum(one.known is None for one in differences)
    known = len({one.known for one in differences if one.known})
    notes = [f"[red]{counted(news, 'difference')}[/]"] if news else []
    notes += [f"[yellow]{counted(known, 'difference')}, known[/]"] if known else []
    bar = "█" * filled + "░" * (_BAR - filled)
    steps = f"{same:>{digits},}/{tally.steps:<{digits},}"
    return f"  {name}  {bar} {steps}  {', '.join(notes) or '[green]same[/]'}"


def _differences(comparison: Comparison) -> Iterator[str]:
    for one in comparison.unknown[:_SHOWN]:
        yield from _difference(one)
    if len(comparison.unknown) > _SHOWN:
        more = f"and {len(comparison.unknown) - _SHOWN} more (see --report)"
        yield from marked_lines("red bold", "AND", more)


def _difference(one: Difference) -> Iterator[str]:
    times = f" ({one.count} times)" if one.count > 1 else ""
    yield (
        f"[red bold]DIFFERENT[/]  {escape(one.target.play)}, step {one.target.number}   "
        f"[bold]{escape(one.name)}[/]{times}"
    )
    place = f" at {one.found.place}" if one.found.place else ""
    yield from marked_lines("", "", f"{one.found.kind}{place}, asked by {one.target.who}")
    yield from marked_lines("", "", f"reference  {one.found.reference}")
    yield from marked_lines("", "", f"target     {one.found.target}")
    yield from marked_lines("", "", one.document)
    for step in (one.reference, one.target):
        if step.exchange is not None:
            yield from command_lines(step.exchange.curl())


def _foot(comparison: Comparison, report: Path | None) -> list[str]:
    verdict, colour = comparison.verdict, "green" if comparison.same else "red"
    left = len(comparison.reference.left) + len(comparison.target.left)
    lines = joined_lines(
        f"{comparison.elapsed.total_seconds():.0f} s",
        f"{comparison.reference.requests + comparison.target.requests:,} requests",
        f"{counted(len(comparison.unknown), 'difference')}, {len(comparison.known)} known",
        verdict,
        *([f"{left} not put back"] if left else []),
        *([f"report: {report}"] if report else []),
    )
    return [line.replace(verdict, f"[{colour}]{verdict}[/]") for line in lines]
