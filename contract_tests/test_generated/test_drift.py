"""What `make check` compares: the generated client with what the generator makes of the document."""

from __future__ import annotations

import importlib.util
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def generator(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "generate", repository / "openapi" / "generate.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(repository: Path, tmp_path: Path) -> Path:
    """A copy of the committed package that a test may spoil."""
    source = repository / "generated_client" / "fts_api"
    target = tmp_path / "fts_api"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def test_differences_of_an_untouched_copy_are_none(
    generator: ModuleType, repository: Path, package: Path
) -> None:
    assert not generator.differences(repository / "generated_client" / "fts_api", package)


@pytest.mark.parametrize("spoil", ["edit", "remove", "add"])
def test_differences_find_any_touched_file(
    generator: ModuleType, repository: Path, package: Path, spoil: str
) -> None:
    if spoil == "edit":
        client = package / "client.py"
        client.write_bytes(client.read_bytes().replace(b"httpx", b"httpy", 1))
    elif spoil == "remove":
        (package / "errors.py").unlink()
    else:
        (package / "models" / "extra.py").touch()
    assert generator.differences(package, repository / "generated_client" / "fts_api")


def test_field_deleted_from_the_document_changes_the_generated_client(
    generator: ModuleType, repository: Path, tmp_path: Path
) -> None:
    text = (repository / "openapi" / "fts-rest.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "fts-rest.yaml"
    lines = text.splitlines(keepends=True)
    (start,) = [index for index, line in enumerate(lines) if line.strip() == "log_debug:"][:1]
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while len(lines[end]) - len(lines[end].lstrip()) > depth:
        end += 1
    spec.write_text("".join(lines[:start] + lines[end:]), encoding="utf-8")
    fresh = tmp_path / "fts_api"
    generator.generate(spec, fresh)
    assert generator.differences(repository / "generated_client" / "fts_api", fresh)
