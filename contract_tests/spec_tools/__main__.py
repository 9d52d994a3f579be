"""Run the tools that others use on the API document: `make test-spec-tools`.

Usage: python -m spec_tools

Installs validators, linters, generators and Prism in `.venv-spec-tools`, runs each of them on `openapi/fts-rest.yaml`, prints what
came of them and puts it on the page `docs/other-languages.md`. Compilers of Go and Java are not installed: without them these rows
are skipped. Exits with 1 when a tool finds an error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from spec_tools.environment import Environment, prepare
from spec_tools.generators import generate
from spec_tools.prism import serve_examples
from spec_tools.schemathesis_run import call_the_mock
from spec_tools.table import unnamed, write_rows
from spec_tools.validators import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec_tools.result import Result


def main() -> int:
    """Run all tools.

    Returns:
        Exit code: 1 when one of them found an error.
    """
    results = []
    with tempfile.TemporaryDirectory(prefix="fts-spec-tools-") as folder:
        for result in _results(prepare(), Path(folder)):
            print(f"{result.tool:40} {result.version:10} {result.outcome}", flush=True)  # noqa: T201 - the output of this command
            if result.kind == "failed":
                print(result.output, file=sys.stderr)  # noqa: T201 - the same
            results.append(result)
    if wrong := unnamed(results):
        raise ValueError(f"tools that ran and tools of the table differ: {sorted(wrong)}")
    if any(result.kind == "failed" for result in results):
        return 1
    write_rows(results)
    return 0


def _results(environment: Environment, folder: Path) -> Iterator[Result]:
    yield from validate(environment)
    yield from generate(environment, folder)
    yield serve_examples(environment)
    yield call_the_mock(environment, folder)


if __name__ == "__main__":
    sys.exit(main())
