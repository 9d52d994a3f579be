"""The text of the document: every YAML reader must see the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from fts_contract.harness.contract.pointers import escape_token
from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi.rules.document import Document

_TAG = "tag:yaml.org,2002:"
_SAME_EVERYWHERE = {
    "null": {"null", "~", ""},
    "bool": {"true", "false"},
}


@rule("yaml-quoting")
def quoting(document: Document) -> Found:
    """Quote what YAML 1.1 and 1.2 read differently: `on`, `no`, dates, octal and base-60 numbers."""
    for pointer, node in _nodes(document.root, ""):
        if not isinstance(node, yaml.ScalarNode) or node.style:
            continue
        kind = node.tag.removeprefix(_TAG)
        text = node.value
        same = (
            kind == "str"
            or text in _SAME_EVERYWHERE.get(kind, ())
            or (kind == "int" and _is_plain_integer(text))
            or (kind == "float" and ":" not in text and "_" not in text)
        )
        if not same:
            yield pointer, f"quote {text!r}"


@rule("yaml-key-quoting")
def key_quoting(document: Document) -> Found:
    """Keys are strings: quote status codes and such."""
    for pointer, node in _nodes(document.root, ""):
        if isinstance(node, yaml.MappingNode):
            for key, _ in node.value:
                if key.tag != f"{_TAG}str":
                    yield f"{pointer}/{escape_token(str(key.value))}", f"quote the key {key.value}"


@rule("yaml-duplicate-key")
def duplicate_key(document: Document) -> Found:
    """No key stands twice in one mapping: readers silently drop one of them."""
    for pointer, node in _nodes(document.root, ""):
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    yield f"{pointer}/{escape_token(str(key.value))}", f"{key.value} stands twice"
                seen.add(key.value)


def _is_plain_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdecimal() and (digits == "0" or not digits.startswith("0"))


def _nodes(node: yaml.Node, pointer: str) -> Iterator[tuple[str, yaml.Node]]:
    yield pointer, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, f"{pointer}/{escape_token(str(key.value))}")
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _nodes(value, f"{pointer}/{index}")
