"""`python -m bench`: measure, print the table, write bench.json; exit 1 if a row misses its target."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.client_rows import CLIENT_ROWS
from bench.figures import Counts, Result, Row
from bench.mock_rows import MOCK_ROWS
from bench.others import OtherPrograms
from bench.processes import OFFICIAL_PYTHON, Bench
from bench.report import as_json, line, misses
from bench.start_rows import START_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["ROWS", "main", "measured"]

ROWS: Final[tuple[Row, ...]] = (*CLIENT_ROWS, *START_ROWS, *MOCK_ROWS)
_QUICK: Final = Counts(pairs=3, calls=8, many=200, files=2000, held=10_000, starts=5, requests=500)
_ATTEMPTS: Final = 2


def measured(rows: Sequence[Row], bench: Bench, counts: Counts) -> Iterator[Result]:
    """Measure rows.

    Args:
        rows: The rows.
        bench: The processes.
        counts: How much to measure.

    Yields:
        The result of each row. One that misses its target is measured a second time, and the second result counts: on a
        shared machine, other programs may have disturbed the first.
    """
    for row in rows:
        for attempt in range(1, _ATTEMPTS + 1):
            others = OtherPrograms(lambda: bench.pids)
            figure = row.measure(bench, counts)
            result = Result(row=row, figure=figure, others=others.share(), attempts=attempt)
            if result.met:
                break
        yield result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks.

    Args:
        arguments: Command-line arguments; None for those of `sys.argv`.

    Returns:
        0: all targets are reached. 1: a target is missed. 2: nothing could be measured.
    """
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", default="", help="regular expression: only rows with such names")
    parser.add_argument("--quick", action="store_true", help="measure far less, for a rough idea")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where results go")
    parser.add_argument("--list", action="store_true", help="name the rows and exit")
    options = parser.parse_args(arguments)
    rows = [row for row in ROWS if re.search(options.rows, row.name)]
    if options.list or not rows:
        sys.stdout.writelines(f"{row.name:<16} {row.title}\n" for row in (rows or ROWS))
        return 0 if rows else 2
    if any(row.needs_official for row in rows) and not OFFICIAL_PYTHON.exists():
        sys.stderr.write("The official client is missing: run .ci/install-peers (or --rows).\n")
        return 2
    results = []
    with tempfile.TemporaryDirectory() as directory, Bench(Path(directory)) as bench:
        for result in measured(rows, bench, _QUICK if options.quick else Counts()):
            results.append(result)
            sys.stdout.write(line(result) + "\n")
            sys.stdout.flush()
    options.json.write_text(json.dumps(as_json(results), indent=2) + "\n", encoding="utf-8")
    missed = misses(results)
    sys.stdout.write(f"\n{len(results) - len(missed)} of {len(results)} rows reach their target")
    sys.stdout.write("".join(f"\nMISS {text}" for text in missed) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
