"""The changelog of the API names whatever the document marks as not there in every version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGELOG = Path(__file__).resolve().parents[2] / "openapi" / "CHANGELOG.md"


def _marked_members(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _marked_members(item)
    if isinstance(part, dict):
        for name, schema in part.get("properties", {}).items():
            if isinstance(schema, dict) and {"x-fts-since", "x-fts-until"} & schema.keys():
                yield name
        for item in part.values():
            yield from _marked_members(item)


def test_changelog_names_every_added_or_removed_member() -> None:
    text = CHANGELOG.read_text(encoding="utf-8")
    marked = set(_marked_members(load_spec()["components"]["schemas"]))
    assert "scitag" in marked
    assert {
        name for name in marked if f"`{name}`" not in text and f".{name}`" not in text
    } == set()


def test_changelog_names_the_removed_paths() -> None:
    text = CHANGELOG.read_text(encoding="utf-8")
    gone = {
        "/" + path.split("/")[1]
        for path, item in load_spec()["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict) and "x-fts-until" in operation
    }
    assert gone == {"/oauth2"}
    assert all(f"`{path}`" in text or f"`{path}/" in text for path in gone)
