"""Every Python block of the README runs as a reader would run it: in a new interpreter, on the mock."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

README: Final = Path(__file__).parents[2] / "README.md"
BLOCKS: Final = re.findall(
    r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE
)
NEEDS_A_REAL_FTS: Final = "# needs a real FTS"
PRINTED: Final = {
    "with FTSClient(mock.endpoint": "/DC=org/DC=example/O=Users/CN=alice\nFINISHED\n",
    "asyncio.run": "FINISHED\n",
    "import fts_client.easy as fts3": "SUBMITTED\n",
}


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter, our own README
        [sys.executable, *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def blocks_with(mark: str) -> list[str]:
    found = [block for block in BLOCKS if mark in block]
    assert found, f"the README lost its block with {mark!r}"
    return found


@pytest.mark.parametrize("mark", PRINTED)
def test_readme_example_runs_on_the_mock_as_it_stands(mark: str, tmp_path: Path) -> None:
    (block,) = blocks_with(mark)
    result = run("-W", "error", "-c", block, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == PRINTED[mark]


def test_readme_pytest_example_passes_with_the_plugin_of_the_package(tmp_path: Path) -> None:
    (block,) = blocks_with("def test_")
    (tmp_path / "test_my_application.py").write_text(block, encoding="utf-8")
    result = run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_readme_block_for_a_real_fts_is_valid_python() -> None:
    for block in blocks_with(NEEDS_A_REAL_FTS):
        compile(block, "README.md", "exec")


def test_readme_has_no_python_block_that_nothing_runs() -> None:
    marks = [*PRINTED, "def test_", NEEDS_A_REAL_FTS]
    assert [block for block in BLOCKS if not any(mark in block for mark in marks)] == []
