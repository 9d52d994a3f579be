from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


def test_fixture_is_there_without_configuration(mock_fts: MockFTS) -> None:
    mock_fts.state.add_job()

    assert mock_fts.state.job_count == 1


def test_fixture_is_empty_for_the_next_test(mock_fts: MockFTS) -> None:
    # Together with the test above: whichever runs second would see the job of the first.
    assert mock_fts.state.job_count == 0
    mock_fts.state.add_job()


def test_plugin_imports_nothing_before_it_is_used() -> None:
    # Everyone who has the wheel installed pays for this at each start of pytest.
    code = (
        "import sys, fts_contract.pytest_plugin as p\n"
        "heavy = {'uvicorn', 'cryptography', 'fts_client', 'fts_contract.mock'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr
