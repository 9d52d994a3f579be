"""`fts contract defects`: choose defects, run and compare against each, print the results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import attrs
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fts_contract.defects.campaign import clean_tasks, run_all, sample_of, task_for
from fts_contract.defects.comparing import compare_task
from fts_contract.defects.sets import SEEN, defects_of
from fts_contract.defects.table import Row, show_clean, show_defect, show_totals, write_json
from fts_contract.defects.trial import Outcome, Task, run_task
from fts_contract.harness.options import check_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from fts_contract.defects.defect import Defect
    from fts_contract.harness.options import Profile

__all__ = ["Choice", "defects_command"]

Profiles = Literal["full", "safe", "both"]


@attrs.frozen(kw_only=True)
class Choice:
    """What to run.

    Attributes:
        catalogues: `seen` for the packaged catalogue, and modules with others.
        only: Regular expression on the names of the defects; None for all.
        sample: Number of defects, spread over the kinds; None for all.
        seed: Seed of the sample and of the runs.
        profile: Profiles to run; `both` runs `safe` for the defects that can be seen there.
        clean: Number of runs against a mock without a defect.
        json: File for the results, or None.
    """

    catalogues: tuple[str, ...] = (SEEN,)
    only: str | None = None
    sample: int | None = None
    seed: int = 42
    profile: Profiles | str = "both"
    clean: int = 0
    json: Path | None = None


def defects_command(choice: Choice, *, out: Console, err: Console) -> bool:
    """Run the chosen defects and print the results, the line of each defect as soon as they are known.

    Returns:
        Whether enough defects were caught, and no failure was reported on a clean mock.

    Raises:
        ValueError: No defect matches, or an option has a bad value, such as a module without a catalogue.
        OSError: The results cannot be written to the file.
    """
    if choice.profile not in get_args(Profiles):
        raise ValueError(
            f"--profile must be one of {', '.join(get_args(Profiles))}, got {choice.profile}"
        )
    if choice.sample is not None and choice.sample < 1:
        raise ValueError(f"--sample must be 1 or more, got {choice.sample}")
    homes = {defect: name for name in choice.catalogues for defect in defects_of(name)}
    planned = {defect: _tasks(defect, homes[defect], choice) for defect in _chosen(homes, choice)}
    tasks = [task for its_tasks in planned.values() for task in its_tasks]
    clean = clean_tasks(choice.clean, first=choice.seed)
    if not tasks and not clean:
        raise ValueError("no defect matches --only and --profile")
    width = max((len(defect.name) for defect in planned), default=0)
    outcomes: dict[Task, Outcome] = {}
    rows: dict[Defect, Row] = {}

    def conclude(outcome: Outcome) -> None:
        outcomes[outcome.task] = outcome
        for defect, its_tasks in planned.items():
            if outcome.task in its_tasks and all(task in outcomes for task in its_tasks):
                rows[defect] = Row.of(defect, [outcomes[task] for task in its_tasks])
                show_defect(rows[defect], out, width=width)

    # Where the lines are printed, if possible, so that they do not run into the bar.
    bar_on = out if out.is_terminal else err
    run = _run(
        run_task, [*tasks, *clean], bar_on, what="runs",
        on_done=lambda outcome: conclude(outcome) if outcome.failures else None,
    )  # fmt: skip
    # One of the two ways is enough to catch it.
    rest = [task for task, outcome in run.items() if not outcome.failures]
    _run(
        compare_task, rest, bar_on, what="comparisons",
        on_done=lambda outcome: conclude(run[outcome.task].joined(outcome)),
    )  # fmt: skip
    in_order = [rows[defect] for defect in planned]
    found = show_totals(in_order, out) if rows else True
    quiet = show_clean([outcomes[task] for task in clean], out) if clean else True
    if choice.json is not None:
        write_json(in_order, [outcomes[task] for task in clean], choice.json)
    return found and quiet


def _chosen(known: Iterable[Defect], choice: Choice) -> list[Defect]:
    check_regex("--only", choice.only or "", example="'^cancel-'")
    fitting = [defect for defect in known if re.search(choice.only or "", defect.name)]
    if choice.profile == "safe":
        fitting = [defect for defect in fitting if defect.safe]
    return (
        fitting if choice.sample is None else sample_of(fitting, choice.sample, seed=choice.seed)
    )


def _tasks(defect: Defect, catalogue: str, choice: Choice) -> list[Task]:
    profiles: list[Profile] = []
    if choice.profile != "safe":
        profiles.append("full")
    if choice.profile != "full" and defect.safe:
        profiles.append("safe")
    return [
        task_for(defect, profile, seed=choice.seed, catalogue=catalogue) for profile in profiles
    ]


def _run(
    work: Callable[[Task], Outcome],
    tasks: Sequence[Task],
    bar_on: Console,
    *,
    what: str,
    on_done: Callable[[Outcome], None],
) -> dict[Task, Outcome]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(
        *columns, console=bar_on, transient=True, disable=not bar_on.is_terminal
    ) as progress:
        bar = progress.add_task(what, total=len(tasks))

        def advance(outcome: Outcome) -> None:
            progress.update(bar, advance=1, description=outcome.task.name or "clean")
            on_done(outcome)

        return run_all(work, tasks, on_done=advance)
