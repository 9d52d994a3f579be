"""The tables of parameters on the page about jobs are those that the classes give."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from test_docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "reference" / "jobs.md"
SCRIPT = ROOT / "docs" / "builder" / "job_parameters.py"


def _run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False
    )


def test_tables_of_job_parameters_are_up_to_date() -> None:
    done = _run(SCRIPT, "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("changed", ["Parallel streams", "--retry-delay", "| `-1` |"])
def test_a_table_that_is_out_of_date_is_noticed_and_repaired(tmp_path: Path, changed: str) -> None:
    script, page = tmp_path / "builder" / SCRIPT.name, tmp_path / "reference" / PAGE.name
    for copy, original in ((script, SCRIPT), (page, PAGE)):
        copy.parent.mkdir()
        copy.write_text(original.read_text("utf-8"), "utf-8")
    page.write_text(page.read_text("utf-8").replace(changed, "something else"), "utf-8")
    assert "make generate" in _run(script, "--check").stderr
    assert _run(script).returncode == 0
    assert page.read_text("utf-8") == PAGE.read_text("utf-8")
