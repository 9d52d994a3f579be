"""How work is shown while it goes on: a live display at a terminal, a line for each change otherwise."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from fts_client.cli.display.output import COLOURS, counted, is_pipe, on_terminal, printable
from fts_client.timestamps import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_client.cli.display.following import JobView, Snapshot

_MOST_JOBS: Final = 10
_BAR: Final = 12
_ROUND_FROM: Final = 100
# In the line of counts, states that can still change come first.
_ENDED_LAST: Final = ("FINISHED", "FINISHEDDIRTY", "CANCELED", "FAILED")


@contextmanager
def live() -> Iterator[Callable[[Snapshot], None]]:
    """Yield a function that shows a snapshot in place of the one before; the last one stays on the screen."""
    with Live(console=_console(sys.stdout), refresh_per_second=4, transient=False) as display:

        def show(snapshot: Snapshot) -> None:
            display.update(_picture(snapshot), refresh=True)

        yield show


@contextmanager
def counting(total: int) -> Iterator[Callable[[int], None]]:
    """Show how many transfers have been submitted, as long as this block lasts.

    Args:
        total: How many there will be.

    Yields:
        A function that takes how many more have been submitted; it shows nothing unless this is a terminal.
    """
    # At a terminal the results are printed above the bar; in a file they must not mix with it. What reads a pipe, such as tee, may
    # write to the same terminal.
    stream = sys.stdout if on_terminal() else sys.stderr
    if not on_terminal(stream) or is_pipe(sys.stdout):
        yield lambda _: None
        return
    columns = (
        TextColumn("submitting"),
        BarColumn(bar_width=30),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} files"),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns,
        console=_console(stream),
        transient=True,
        redirect_stdout=stream is sys.stdout,
        redirect_stderr=True,
    ) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.advance(task, count)


def _console(stream: Any) -> Console:
    return Console(file=stream, highlight=False, emoji=False, markup=False)


def _picture(snapshot: Snapshot) -> Group:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=9)
    table.add_column(width=_BAR)
    table.add_column(no_wrap=True, justify="right")
    shown = _most_interesting(snapshot.jobs)
    for job in shown:
        table.add_row(
            job.job_id,
            Text(printable(job.job_state), style=COLOURS.get(job.job_state, "")),
            ProgressBar(total=job.file_count or 1, completed=job.files_done, width=_BAR),
            f"{job.files_done:,}/{job.file_count:,}",
        )
    lines: list[Any] = [table]
    hidden = len(snapshot.jobs) - len(shown)
    if hidden:
        states = Counter(job.job_state for job in snapshot.jobs)
        lines.append(_line(f"and {hidden:,} more jobs; of all: ", states))
    lines += [_line("files: ", snapshot.files), Text(_figures(snapshot), overflow="ellipsis")]
    if snapshot.trouble:
        lines.append(
            Text(f"the server did not answer, will ask again: {printable(snapshot.trouble)}")
        )
    return Group(*lines)


def _most_interesting(jobs: Any) -> list[JobView]:
    """Choose the jobs that get a line: active ones, then waiting ones, then failed ones; in the order given."""
    if len(jobs) <= _MOST_JOBS:
        return list(jobs)
    ranks = {"ACTIVE": 0, "STAGING": 0, "ARCHIVING": 0, "FAILED": 2, "FINISHEDDIRTY": 2}
    order = sorted(
        range(len(jobs)),
        key=lambda n: ranks.get(jobs[n].job_state, 3 if jobs[n].ended else 1),
    )
    return [jobs[n] for n in sorted(order[:_MOST_JOBS])]


def _line(before: str, states: Counter[str]) -> Text:
    text = Text(before, no_wrap=False)
    order = sorted(states, key=lambda state: (state in _ENDED_LAST, state))
    for number, state in enumerate(order):
        text.append(" · " if number else "")
        text.append(f"{states[state]:,} ")
        text.append(printable(state), style=COLOURS.get(state, ""))
    return text


def _figures(snapshot: Snapshot) -> str:
    parts = [f"{snapshot.files_done:,} of {counted(snapshot.files.total(), 'file')}"]
    if snapshot.rate and snapshot.waiting_for:
        digits = ",.0f" if snapshot.rate >= _ROUND_FROM else ".3g"
        parts.append(f"{snapshot.rate:{digits}} MiB/s")
    left = snapshot.seconds_left
    if left is not None:
        parts.append(f"about {in_words(timedelta(seconds=max(left, 1)))} left")
    parts.append(f"{in_words(timedelta(seconds=snapshot.elapsed_s))} so far")
    return " · ".join(parts)
