"""What `make check` compares: the asynchronous client with what the script makes of the synchronous one."""

from __future__ import annotations

import ast
import importlib.util
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def unasync(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("unasync", repository / "openapi/unasync.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_committed_async_client_is_what_the_script_makes(unasync: ModuleType) -> None:
    assert unasync.TARGET.read_text("utf-8").startswith("# generated: do not edit\n")
    assert unasync.main(["--check"]) == 0


def test_edited_async_client_fails_the_check_and_is_written_anew(
    unasync: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    committed = unasync.TARGET.read_bytes()
    copy = tmp_path / "async_client.py"
    monkeypatch.setattr(unasync, "TARGET", copy)
    copy.write_bytes(committed.replace(b"await ", b"await  ", 1))
    assert unasync.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().err
    assert unasync.main([]) == 0
    assert copy.read_bytes() == committed


def test_rule_that_matches_nothing_is_an_error(
    unasync: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(unasync, "RULES", (*unasync.RULES, ("a text that is not there", "")))
    assert unasync.main(["--check"]) == 2
    assert "a text that is not there" in capsys.readouterr().err


def test_new_method_of_the_client_becomes_a_coroutine(unasync: ModuleType) -> None:
    method = "\n    def added(self, job_id: str) -> str:\n        return self._run(jobs.added(job_id))\n"
    made = ast.parse(unasync.convert(unasync.SOURCE.read_text("utf-8") + method))
    added = [node for node in ast.walk(made) if getattr(node, "name", "") == "added"]
    assert [type(node) for node in added] == [ast.AsyncFunctionDef]
