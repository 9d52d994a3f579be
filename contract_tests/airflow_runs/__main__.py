"""Run the Airflow provider in a real Airflow, in the environment `.venv-airflow`.

Usage: python -m airflow_runs examples [--batches N] | kills [--tasks N] | triggers [--jobs N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from airflow_runs.examples import run_examples


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("examples").add_argument("--batches", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fts-airflow-"))
    print(folder)
    run_examples(folder, batches=options.batches)


if __name__ == "__main__":
    main()
