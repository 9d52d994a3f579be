"""Hooks of another test suite, which `SCHEMATHESIS_HOOKS` names, are not loaded into a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["no_such_module", "hooks.py"])
def test_hooks_of_another_suite_change_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hooks.py").write_text("raise RuntimeError('loaded')\n")
    hooks = str(tmp_path / name) if name.endswith(".py") else name
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", hooks)
    with MockFTS() as mock:
        options = RunOptions(
            url=mock.endpoint,
            cert=mock.credential("alice"),
            ca_dir=mock.ca_dir,
            operations="GET /whoami$",
            max_examples=1,
        )
        run = run_contract(options)
    assert run.results.operations["whoami"].statuses
    assert os.environ["SCHEMATHESIS_HOOKS"] == hooks
