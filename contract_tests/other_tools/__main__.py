"""Try other tools on the seeded defects: `python -m other_tools`.

A tool has found a defect if it reports something that it does not report on a mock without the defect.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.campaign import run_all, sample_of, task_for
from fts_contract.defects.comparing import compare_task
from fts_contract.defects.sets import defects_of
from fts_contract.defects.trial import Outcome, Task, run_task
from other_tools.dredd import run_dredd
from other_tools.node import install, version_of
from other_tools.prism import run_prism
from other_tools.schemathesis_run import run_schemathesis
from other_tools.table import Row, row_of, write_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fts_contract.harness.options import Profile

CATALOGUES: Final = ("seen", "unseen")


@attrs.frozen
class Tool:
    """One row of the table.

    Attributes:
        name: With its version.
        work: Makes one run.
        profile: Of the run, for our own.
        package: What npm must install for it, or None.
    """

    name: str
    work: Callable[[Task], Outcome]
    profile: Profile = "full"
    package: str | None = None

    @property
    def title(self) -> str:
        """Its name and version."""
        return f"{self.name} {version_of(self.package)}" if self.package else self.name


TOOLS: Final = (
    Tool("Dredd", run_dredd, package="dredd"),
    Tool("Prism", run_prism, package="@stoplight/prism-cli"),
    Tool(f"schemathesis {version('schemathesis')}", run_schemathesis),
    Tool("`fts contract run`, `safe`", run_task, profile="safe"),
    Tool("`fts contract run`, `full`", run_task),
    Tool("`fts contract compare`, `safe`", compare_task, profile="safe"),
    Tool("`fts contract compare`, `full`", compare_task),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tools, and print the table.

    Args:
        arguments: Of the command line; None takes those of the process.

    Returns:
        Exit code: 0 when all tools ran, 1 when one was skipped.
    """
    parser = argparse.ArgumentParser(prog="python -m other_tools", description=__doc__)
    parser.add_argument("--sample", type=int, default=20, help="defects of each catalogue")
    parser.add_argument("--seed", type=int, default=42, help="of the sample and of the runs")
    parser.add_argument(
        "--only", default="", metavar="REGEX", help="only tools whose name matches"
    )
    parser.add_argument("--write", action="store_true", help="put the table on the page")
    options = parser.parse_args(arguments)
    rows = []
    missing = install()
    for tool in TOOLS:
        if not re.search(options.only, tool.name):
            continue
        if tool.package and missing:
            print(f"{tool.name}: skipped, {missing}", flush=True)  # noqa: T201 - the output of this command
            continue
        rows.append(_try(tool, sample=options.sample, seed=options.seed))
        print(rows[-1].line, flush=True)  # noqa: T201 - the same
    if options.write:
        write_rows(rows)
    return 1 if missing else 0


def _try(tool: Tool, *, sample: int, seed: int) -> Row:
    tasks = [
        task_for(defect, tool.profile, seed=seed, catalogue=catalogue)
        for catalogue in CATALOGUES
        for defect in sample_of(defects_of(catalogue), sample, seed=seed)
    ]
    clean = {task: attrs.evolve(task, name="", catalogue="seen") for task in tasks}
    # Ours report nothing on a clean mock, see `make defects`.
    also = [] if tool.work in {run_task, compare_task} else list(dict.fromkeys(clean.values()))
    outcomes = run_all(tool.work, [*tasks, *also], on_done=_show)
    known = {task: set(outcomes[task].failures) for task in also}
    found = {
        outcomes[task]: not known.get(clean[task], set()).issuperset(outcomes[task].failures)
        for task in tasks
    }
    return row_of(tool.title, found)


def _show(outcome: Outcome) -> None:
    if outcome.error:
        print(f"  {outcome.task.name or 'clean'}: {outcome.error}", file=sys.stderr)  # noqa: T201 - the same


if __name__ == "__main__":
    sys.exit(main())
