"""Plain `schemathesis run`: its own settings, all its phases and checks, valid and invalid requests, no hooks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final

from fts_contract.spec import spec_path
from other_tools.trial import LIMIT_S, Failure, Place, shape_of, tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.defects.trial import Outcome, Task

__all__ = ["run_schemathesis"]

_FAILURE: Final = re.compile(
    r"^- (?P<code>ST\d+) .*\n\n(?P<text>(?:    .*\n|\n(?=    ))*)(?:\n\[(?P<status>\d+)\])?",
    re.MULTILINE,
)


def run_schemathesis(task: Task) -> Outcome:
    """Run schemathesis against a mock with a defect."""
    return tried(task, lambda place: _use(task, place))


def _use(task: Task, place: Place) -> Iterator[Failure]:
    report = place.folder / "junit.xml"
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(spec_path())),
            *(f"--url={place.url}", f"--seed={task.seed}", f"--max-examples={task.max_examples}"),
            *(f"--request-timeout={task.timeout_s}", "--continue-on-failure", "--no-color"),
            *("--report-junit-path", str(report)),
            *(f"--include-operation-id={name}" for name in task.operations),
        ],
        cwd=place.folder,
        # Without the hooks of another test suite.
        env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(f"schemathesis wrote no report: {(done.stderr or done.stdout)[-200:]}")
    yield from _failures(report)


def _failures(report: Path) -> Iterator[Failure]:
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - written by the program that we started
        for entry in (*case.iter("failure"), *case.iter("error")):
            text = f"{entry.text or ''}\n"
            found = list(_FAILURE.finditer(text))
            for match in found:
                name = case.get("name", "")
                yield name, match["code"], f"{match['status']}: {shape_of(match['text'])}"
            if not found:
                yield case.get("name", ""), entry.tag, shape_of(text)
