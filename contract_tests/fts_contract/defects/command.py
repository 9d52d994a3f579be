"""`fts contract defects`: choose defects, run the harness against each, print the results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

import attrs
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fts_contract.defects.campaign import clean_tasks, run_all, sample_of, task_for
from fts_contract.defects.sets import SETS
from fts_contract.defects.table import Row, show_clean, show_defects, write_json
from fts_contract.defects.trial import Outcome, Task, run_task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
        chosen_set: `seen`, `unseen` or `both`.
        only: Regular expression on the names of the defects; None for all.
        sample: Number of defects, spread over the kinds; None for all.
        seed: Seed of the sample and of the runs.
        profile: Profiles to run; `both` runs `safe` for the defects that can be seen there.
        clean: Number of runs against a mock without a defect.
        compare: Run plain schemathesis too.
        json: File for the results, or None.
    """

    chosen_set: str = "both"
    only: str | None = None
    sample: int | None = None
    seed: int = 42
    profile: Profiles | str = "both"
    clean: int = 0
    compare: bool = False
    json: Path | None = None


def defects_command(choice: Choice, *, out: Console, err: Console) -> bool:
    """Run the chosen defects and print the results.

    Returns:
        Whether enough defects were caught, and no failure was reported on a clean mock.

    Raises:
        ValueError: No defect matches, or an option has a bad value.
        OSError: The results cannot be written to the file.
    """
    if choice.profile not in get_args(Profiles):
        raise ValueError(
            f"--profile must be one of {', '.join(get_args(Profiles))}, got {choice.profile}"
        )
    if choice.chosen_set not in (*SETS, "both"):
        raise ValueError(f"--set must be one of {', '.join(SETS)}, both, got {choice.chosen_set}")
    if choice.sample is not None and choice.sample < 1:
        raise ValueError(f"--sample must be 1 or more, got {choice.sample}")
    defects = _chosen(choice)
    tasks = [task for defect in defects for task in _tasks(defect, choice)]
    clean = clean_tasks(choice.clean, first=choice.seed)
    if not tasks and not clean:
        raise ValueError("no defect matches --set, --only and --profile")
    outcomes = _run(run_task, [*tasks, *clean], err, what="defects")
    rows = [_row(defect, outcomes) for defect in defects]
    rows = [row for row in rows if row.outcomes]
    if choice.compare:
        rows = _compared(rows, choice, err)
    found = show_defects(rows, out) if rows else True
    quiet = show_clean([outcomes[task] for task in clean], out) if clean else True
    if choice.json is not None:
        write_json(rows, [outcomes[task] for task in clean], choice.json)
    return found and quiet


def _chosen(choice: Choice) -> list[Defect]:
    known = [
        d for name, found in SETS.items() if choice.chosen_set in (name, "both") for d in found
    ]
    try:
        fitting = [d for d in known if choice.only is None or re.search(choice.only, d.name)]
    except re.error as error:
        raise ValueError(
            f"--only {choice.only!r} is not a valid regular expression: {error}"
        ) from error
    if choice.profile == "safe":
        fitting = [defect for defect in fitting if defect.safe]
    return (
        fitting if choice.sample is None else sample_of(fitting, choice.sample, seed=choice.seed)
    )


def _tasks(defect: Defect, choice: Choice) -> list[Task]:
    profiles: list[Profile] = []
    if choice.profile != "safe":
        profiles.append("full")
    if choice.profile != "full" and defect.safe:
        profiles.append("safe")
    return [task_for(defect, profile, seed=choice.seed) for profile in profiles]


def _row(defect: Defect, outcomes: dict[Task, Outcome]) -> Row:
    runs = {
        task.profile: outcome for task, outcome in outcomes.items() if task.name == defect.name
    }
    return Row(defect=defect, full=runs.get("full"), safe=runs.get("safe"))


def _compared(rows: Sequence[Row], choice: Choice, err: Console) -> list[Row]:
    from fts_contract.defects.plain import run_plain  # noqa: PLC0415

    tasks = {row.defect.name: task_for(row.defect, "full", seed=choice.seed) for row in rows}
    clean = {task: attrs.evolve(task, name="") for task in tasks.values()}
    outcomes = _run(
        run_plain, [*tasks.values(), *dict.fromkeys(clean.values())], err, what="schemathesis"
    )
    compared = []
    for row in rows:
        task = tasks[row.defect.name]
        known = set(outcomes[clean[task]].failures)
        new = [failure for failure in outcomes[task].failures if failure not in known]
        compared.append(attrs.evolve(row, plain=tuple(dict.fromkeys(c for _, c, _ in new))))
    return compared


def _run(
    work: Callable[[Task], Outcome], tasks: Sequence[Task], err: Console, *, what: str
) -> dict[Task, Outcome]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        bar = progress.add_task(what, total=len(tasks))

        def on_done(outcome: Outcome) -> None:
            progress.update(bar, advance=1, description=outcome.task.name or "clean")

        return run_all(work, tasks, on_done=on_done)
