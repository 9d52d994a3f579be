"""Run the Airflow provider in a real Airflow, in the environment `.venv-airflow`.

Usage: python -m airflow_runs examples [--batches N] | kills [--tasks N] | triggers [--jobs N] [--window SECONDS] [--outage SECONDS]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).parents[1]))

from airflow_runs.examples import run_examples
from airflow_runs.kills import run_kills
from airflow_runs.triggers import run_triggers


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("examples").add_argument("--batches", type=int, default=10)
    commands.add_parser("kills").add_argument("--tasks", type=int, default=200)
    triggers = commands.add_parser("triggers")
    triggers.add_argument("--jobs", type=int, default=10_000)
    triggers.add_argument("--window", type=float, default=120)
    triggers.add_argument("--outage", type=float, default=60)
    options = vars(parser.parse_args())
    runs: dict[str, Callable[..., None]] = {
        "examples": run_examples,
        "kills": run_kills,
        "triggers": run_triggers,
    }
    run = runs[options.pop("command")]
    folder = Path(tempfile.mkdtemp(prefix="fts-airflow-"))
    print(f"Airflow keeps everything in {folder}", flush=True)
    run(folder, **options)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
