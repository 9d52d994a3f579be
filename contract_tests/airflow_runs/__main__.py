"""Run the Airflow provider in a real Airflow, in the environment `.venv-airflow`.

Usage: python -m airflow_runs examples [--batches N] | kills [--tasks N] | triggers [--jobs N]
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


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("examples").add_argument("--batches", type=int, default=20)
    commands.add_parser("kills").add_argument("--tasks", type=int, default=200)
    options = vars(parser.parse_args())
    runs: dict[str, Callable[..., None]] = {"examples": run_examples, "kills": run_kills}
    run = runs[options.pop("command")]
    folder = Path(tempfile.mkdtemp(prefix="fts-airflow-"))
    print(f"Airflow keeps everything in {folder}", flush=True)
    run(folder, **options)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
