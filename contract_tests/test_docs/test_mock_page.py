"""Every block of docs/mock.md runs as a reader would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from fts_contract.mock.fault_file import read_faults
from fts_contract.mock.faults import KINDS

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

PAGE: Final = (Path(__file__).parents[2] / "docs" / "mock.md").read_text("utf-8")
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def block(language: str, mark: str) -> str:
    (found,) = [text for kind, text in BLOCKS if kind == language and mark in text]
    return str(found)


def run(
    *command: str, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - what the page says
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_worked_example_passes_with_the_plugin_of_the_package(tmp_path: Path) -> None:
    for name in ("my_application.py", "test_my_application.py"):
        (tmp_path / name).write_text(block("python", f"# {name}"), encoding="utf-8")

    result = run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("--rootdir", str(tmp_path)),
        cwd=tmp_path,
    )

    assert "4 passed" in result.stdout, result.stdout + result.stderr


def test_example_of_the_clock_prints_what_the_page_says(tmp_path: Path) -> None:
    code = block("python", "time_scale=0")

    result = run(sys.executable, "-W", "error", "-c", code, cwd=tmp_path)

    assert (result.stdout.split(), result.stderr) == (["SUBMITTED", "ACTIVE", "FINISHED"], "")
    assert "It prints `SUBMITTED`, `ACTIVE`, `FINISHED`." in PAGE


def test_example_for_other_languages_shows_the_job_of_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "scenario.json").write_text(block("json", '"jobs"'), encoding="utf-8")
    (tmp_path / "faults.json").write_text(block("json", '"kind"'), encoding="utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    result = run("sh", "-c", block("sh", "fts mock"), cwd=tmp_path, environment={"PATH": path})

    assert json.loads(result.stdout) == "FAILED", (tmp_path / "mock.log").read_text("utf-8")


def test_files_of_the_page_are_read(mock_fts: MockFTS, tmp_path: Path) -> None:
    scenario, faults = tmp_path / "scenario.json", tmp_path / "faults.json"
    scenario.write_text(block("json", '"jobs"'), encoding="utf-8")
    faults.write_text(block("json", '"kind"'), encoding="utf-8")

    mock_fts.load_scenario(scenario)

    assert mock_fts.state.job_count == 2
    assert len(read_faults(faults)) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_page_explains_every_kind_of_fault(kind: str) -> None:
    assert f"\n| `{kind}` |" in PAGE


def test_page_has_no_block_that_nothing_runs() -> None:
    marks = {"python": 3, "json": 2, "sh": 1, "console": 1}
    kinds = [kind for kind, _ in BLOCKS]
    assert {kind: kinds.count(kind) for kind in kinds} == marks
