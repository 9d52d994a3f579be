"""What is shown while a run goes on, and what it is computed from."""

from __future__ import annotations

import io
import itertools
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from test_harness.small_servers import json_answer

from fts_contract.harness.generating.generator import PHASES
from fts_contract.harness.options import RunOptions
from fts_contract.harness.progress import Step, time_left_s
from fts_contract.harness.reports.live import LiveView, progress_on
from fts_contract.harness.reports.terminal import show_run
from fts_contract.harness.run import run_contract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Answer, SmallServer

    from fts_contract.harness.run import Run

READS = "GET /(jobs|files|whoami|)$"


@pytest.fixture
def run_stub(stub: SmallServer, pem: Path) -> Callable[[Callable[[Step], None]], Run]:
    def run(progress: Callable[[Step], None]) -> Run:
        options = RunOptions(url=stub.url, cert=pem, max_examples=2, operations=READS)
        return run_contract(options, progress=progress)

    return run


def test_steps_of_run_count_every_operation_in_every_phase(
    run_stub: Callable[[Callable[[Step], None]], Run],
) -> None:
    steps: list[tuple[str, int, int]] = []
    shares: list[float] = []

    def take(step: Step) -> None:
        steps.append((step.phase, step.done, step.total))
        shares.append(step.share)

    run = run_stub(take)

    phases = [phase for phase, _ in itertools.groupby(phase for phase, _, _ in steps)]
    assert phases[0] == "preparing"
    generated = [phase for phase in phases if phase in PHASES]
    assert generated == list(PHASES)
    for phase in ("examples", "coverage", "fuzzing"):
        assert [step for step in steps if step[0] == phase][-1] == (phase, 4, 4)
    assert shares == sorted(shares)
    # There are no links between these: the last phase has nothing to do.
    assert 0.8 < shares[-1] <= 1
    assert len(steps) > run.results.requests


@pytest.mark.parametrize(
    ("share", "elapsed_s", "left_s"), [(0.0, 5, None), (0.05, 5, None), (0.25, 10, 30), (1, 9, 0)]
)
def test_time_left_is_shown_as_soon_as_it_can_be_guessed(
    share: float, elapsed_s: float, left_s: float | None
) -> None:
    assert time_left_s(share, elapsed_s) == left_s


def test_live_view_shows_bars_counts_and_time_left(
    run_stub: Callable[[Callable[[Step], None]], Run],
) -> None:
    now = [0.0]
    views = [LiveView(clock=lambda: now[0]), LiveView(clock=lambda: now[0], max_time_s=12)]
    assert views[0].render().plain == "connecting"
    shown: list[list[str]] = []

    def take(step: Step) -> None:
        now[0] += 0.1
        for view in views:
            view.take(step)
        shown.append([view.render().plain for view in views])

    run_stub(take)

    fuzzing = [texts for texts in shown if "\nfuzzing 2/4 · " in texts[0]][-1]
    free, limited = (text.splitlines() for text in fuzzing)
    assert free[0].split()[0] == "server"
    # As at the end: of all operations of the group, also those that are not tested.
    assert re.search(r"jobs +█+░+ +1/14 +\d+ requests +ok", fuzzing[0])
    assert re.search(r"\d+ requests · 0 failures · 0:\d\d · about 0:\d\d left$", free[-1])
    assert re.search(r"about 0:0\d left$", limited[-1])
    assert max(len(line) for line in free) <= 80
    assert "░" not in shown[-1][0]


@pytest.mark.parametrize(("terminal", "ci"), [(False, None), (True, "true")])
def test_progress_without_terminal_or_in_ci_prints_nothing(
    *, terminal: bool, ci: str | None, monkeypatch: pytest.MonkeyPatch,
    run_stub: Callable[[Callable[[Step], None]], Run],
) -> None:  # fmt: skip
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", ci)
    written = io.StringIO()
    with progress_on(Console(file=written, force_terminal=terminal)) as progress:
        run_stub(progress)
    assert written.getvalue() == ""


def test_progress_on_a_terminal_is_shown_and_removed(
    monkeypatch: pytest.MonkeyPatch, run_stub: Callable[[Callable[[Step], None]], Run]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    written = io.StringIO()
    with progress_on(Console(file=written, force_terminal=True, width=100)) as progress:
        run_stub(progress)
    assert "requests" in written.getvalue()
    assert written.getvalue().endswith("\x1b[2K")


def test_end_report_keeps_to_80_columns_and_its_command_runs(
    run_stub: Callable[[Callable[[Step], None]], Run], stub_answers: dict[str, Answer]
) -> None:
    stub_answers["/files"] = json_answer(200, [{"file_id": f"one [bold]{'word ' * 30}"}])
    run = run_stub(lambda _step: None)
    written = io.StringIO()
    show_run(run, Console(file=written, width=200, color_system=None, soft_wrap=True))
    lines = written.getvalue().splitlines()
    # A URL or a path is one word, which is not broken.
    assert max(len(line) for line in lines if " " in line.strip(" \\")) <= 80
    start = next(number for number, line in enumerate(lines) if "curl" in line)
    end = next(n for n, line in enumerate(lines) if n >= start and not line.endswith(" \\"))
    typed = shlex.split("\n".join(lines[start : end + 1]).replace(" \\\n", " "))
    exchange = run.results.unexplained[0].exchange
    assert exchange is not None
    assert typed == shlex.split(exchange.curl())
    assert "[bold]" in written.getvalue()
