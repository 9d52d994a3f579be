"""Progress on a terminal: a bar for each tag, the failures, the time taken and the time left."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
from rich.live import Live
from rich.text import Text

from fts_contract.harness.progress import time_left_s
from fts_contract.harness.reports.terminal import by_tag, group_line
from fts_contract.harness.reports.terminal_lines import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from fts_contract.harness.progress import Progress, Step

__all__ = ["LiveView", "progress_on"]

_PHASES = ("examples", "coverage", "fuzzing")


@contextmanager
def progress_on(console: Console, *, max_time_s: float | None = None) -> Iterator[Progress]:
    """Show the progress of a run on a terminal, but not in CI, and remove it when the run ends.

    Args:
        console: Nothing is printed when it is not a terminal.
        max_time_s: Limit of the run, in seconds; None for none.

    Yields:
        The function to call with each step.
    """
    if not console.is_terminal or os.environ.get("CI"):
        yield lambda _step: None
        return
    view = LiveView(max_time_s=max_time_s)
    with Live(console=console, get_renderable=view.render, transient=True, refresh_per_second=4):
        yield view.take


@attrs.define
class LiveView:
    """Keeps the last step and draws it; `max_time_s` as for `progress_on`, `clock` counts seconds."""

    max_time_s: float | None = None
    clock: Callable[[], float] = time.monotonic
    _began: float = attrs.field(init=False)
    _last: Step | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._began = self.clock()

    def take(self, step: Step) -> None:
        """Keep a step."""
        self._last = step

    def render(self) -> Text:
        """Draw the last step."""
        step = self._last
        if step is None:
            return Text("connecting")
        failures = step.results.failures
        lines = []
        for name, results in by_tag(step.results.operations.values()).items():
            tested = [result for result in results if result.skipped is None]
            if not tested:
                continue
            steps = sum(step.finished[result.operation.operation_id] for result in tested)
            share = steps / len(tested) / len(_PHASES)
            lines.append(group_line(name, results, failures, share=share))
        return Text.from_markup("\n".join([*lines, self._summary(step)]))

    def _summary(self, step: Step) -> str:
        elapsed = self.clock() - self._began
        parts = [
            f"{step.phase} {step.done}/{step.total}" if step.phase in _PHASES else step.phase,
            f"{step.requests:,} requests",
            counted(step.failures, "failure"),
            _minutes(elapsed),
        ]
        left = time_left_s(step.share, elapsed)
        if self.max_time_s is not None:
            rest = max(self.max_time_s - elapsed, 0)
            left = rest if left is None else min(left, rest)
        if left is not None:
            parts.append(f"about {_minutes(max(left, 1))} left")
        return " · ".join(parts)


def _minutes(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"
