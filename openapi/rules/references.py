"""References within the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.pointers import escape_token
from fts_contract.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi.rules.document import Document
    from openapi.rules.rule import Found

__all__ = ["dangling_references", "references"]


def references(node: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Give the place and the target of every `$ref` below a part; targets are as written, `#/...`."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield pointer, node["$ref"]
        for key, value in node.items():
            yield from references(value, f"{pointer}/{escape_token(str(key))}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from references(value, f"{pointer}/{index}")


def dangling_references(document: Document) -> Found:
    """Give the references that lead to nothing."""
    for pointer, target in references(document.data):
        try:
            document.follow(pointer)
        except SpecError:
            yield pointer, f"{target} leads nowhere"
