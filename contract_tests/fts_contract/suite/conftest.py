"""Collect the suite only on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the suite out of runs over whole directories, in which no server is given."""
    del collection_path
    asked = config.getoption("fts_url") or any("suite" in str(arg) for arg in config.args)
    return None if asked else True
