"""What plain `schemathesis run` finds in the same mock, with the same document and operations and its own settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fts_contract.defects.trial import Outcome, Task, serving_task
from fts_contract.spec import spec_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.mock_process import Endpoint

__all__ = ["run_plain"]

_LONGEST_S: Final = 300
_FAILURE: Final = re.compile(
    r"^- (?P<code>ST\d+) .*\n\n(?P<text>(?:    .*\n|\n(?=    ))*)(?:\n\[(?P<status>\d+)\])?",
    re.MULTILINE,
)
_CHANGING: Final = re.compile(r"`.*?`|'.*?'|\".*?\"|[0-9a-f]{8,}|\d+|Value .*")


def run_plain(task: Task) -> Outcome:
    """Run schemathesis against a mock with a defect: all its phases and checks, valid and invalid requests.

    Returns:
        Its failures by operation, code and shape of the message. Many have nothing to do with the defect: compare
        them with a run against a clean mock.
    """
    started = time.monotonic()
    error: str | None = None
    failures: tuple[tuple[str, str, str], ...] = ()
    with serving_task(task) as (endpoint, hits), tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "junit.xml"
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments
                _command(task, endpoint, report),
                cwd=directory,
                # Without the hooks of another test suite.
                env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
                capture_output=True,
                text=True,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            error = f"not finished after {_LONGEST_S} s"
        else:
            if report.exists():
                failures = tuple(dict.fromkeys(_failures(report)))
            else:
                error = done.stderr.strip() or done.stdout.strip()[-200:]
    return Outcome(
        task=task,
        failures=failures,
        hits=hits[0],
        requests=0,
        elapsed_s=time.monotonic() - started,
        error=error,
    )


def _command(task: Task, endpoint: Endpoint, report: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        str(spec_path()),
        f"--url={endpoint.url}",
        f"--request-cert={endpoint.credentials[task.caller]}",
        f"--tls-verify={endpoint.ca_file}",
        f"--seed={task.seed}",
        f"--max-examples={task.max_examples}",
        f"--request-timeout={task.timeout_s}",
        "--continue-on-failure",
        "--no-color",
        "--report-junit-path",
        str(report),
        *(f"--include-operation-id={name}" for name in task.operations),
    ]


def _failures(report: Path) -> Iterator[tuple[str, str, str]]:
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - see above
        for entry in (*case.iter("failure"), *case.iter("error")):
            text = f"{entry.text or ''}\n"
            found = list(_FAILURE.finditer(text))
            for match in found:
                shape = " ".join(_CHANGING.sub("…", match["text"]).split())
                yield case.get("name", ""), match["code"], f"{match['status']}: {shape}"
            if not found:
                yield case.get("name", ""), entry.tag, " ".join(_CHANGING.sub("…", text).split())
