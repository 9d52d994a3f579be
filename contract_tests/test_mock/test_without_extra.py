"""Without the extra `mock`, an import and a fixture say in one line what to install, as the command line does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HINT = "fts_contract.mock needs {}: pip install 'fts-client[mock]'"
HIDDEN = "import sys\nfor name in ('uvicorn', 'httptools'):\n    sys.modules[name] = None\n"


@pytest.mark.parametrize("missing", ["uvicorn", "httptools"])
def test_import_of_the_mock_says_what_to_install(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; import fts_contract.mock"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: {HINT.format(missing)}"
    assert done.stderr.count("Traceback") == 1


def test_fixture_says_what_to_install_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(HIDDEN, "utf-8")
    (tmp_path / "test_it.py").write_text("def test_it(mock_fts_client): pass\n", "utf-8")
    options = ("-p", "no:cacheprovider", "--rootdir", ".")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", *options, "test_it.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"\n{HINT.format('uvicorn')}\n" in done.stdout
    assert "Traceback" not in done.stdout
    assert "During handling" not in done.stdout
    assert "pytest_plugin.py" not in done.stdout
