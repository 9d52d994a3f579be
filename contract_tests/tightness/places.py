"""Name the places inside JSON bodies, so that values of the same kind from many recordings can be compared.

A place is the path with list indexes and the keys of maps left out, and the property of the schema that
describes it, if there is one. Two operations that share a schema thereby share what was seen there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.pointers import escape_token, resolve

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

__all__ = ["ITEM", "KEY", "Node", "Places", "show"]

ITEM = "[]"
KEY = "{}"
"""Stands for any key of a map: its keys are data, such as names of storages, and no fields."""

Schemas = frozenset[str]


@attrs.frozen(eq=False)
class Node:
    """One value inside a body.

    Attributes:
        value: The JSON value.
        path: Its place in this body: keys and indexes.
        generic: The same with `ITEM` for indexes and `KEY` for keys of maps.
        identity: Equal for values that the document describes by the same property.
        fields: Of an object: its keys, but for those that are entries of a map.
    """

    value: Any
    path: tuple[str | int, ...]
    generic: tuple[str, ...]
    identity: Hashable
    fields: frozenset[str] = frozenset()


def show(generic: tuple[str, ...]) -> str:
    """Render a generic path for people: `[].files[].filesize`, and `(body)` for the root."""
    text = "".join(part if part == ITEM else f".{part}" for part in generic)
    return text.removeprefix(".") or "(body)"


class Places:
    """Walks bodies along the schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._flat: dict[str, Schemas] = {}

    def walk(self, body: Any, pointer: str) -> Iterator[Node]:
        """Give every value inside a body, outer ones first.

        Args:
            body: The JSON value.
            pointer: JSON pointer of its schema.
        """
        yield from self._walk(Node(body, (), (), (pointer, ())), self._flatten(pointer), pointer)

    def _walk(self, node: Node, schemas: Schemas, scope: str) -> Iterator[Node]:
        inner = list(self._inner(node, schemas))
        fields = frozenset(part for _, part, _ in inner if part not in {ITEM, KEY})
        yield attrs.evolve(node, fields=fields)
        for key, part, described in inner:
            generic = (*node.generic, part)
            identity = described or (scope, generic)
            child = Node(node.value[key], (*node.path, key), generic, identity)
            yield from self._walk(child, self._flatten_all(described), scope)

    def _inner(self, node: Node, schemas: Schemas) -> Iterator[tuple[str | int, str, Schemas]]:
        """Give key or index, generic part and description of everything directly inside a value."""
        if isinstance(node.value, list):
            for index in range(len(node.value)):
                yield index, ITEM, self._items(schemas, index)
        elif isinstance(node.value, dict):
            for key in node.value:
                named, mapped = self._fields(schemas, key)
                yield key, KEY if mapped and not named else key, named or mapped

    def _items(self, schemas: Schemas, index: int) -> Schemas:
        found = set()
        for pointer in schemas:
            schema = self._schema(pointer)
            if index < len(schema.get("prefixItems", ())):
                found.add(f"{pointer}/prefixItems/{index}")
            elif _says_something(schema.get("items")):
                found.add(f"{pointer}/items")
        return frozenset(found)

    def _fields(self, schemas: Schemas, key: str) -> tuple[Schemas, Schemas]:
        """Find what describes a key: properties of that name, else schemas for the values of a map."""
        named, mapped = set(), set()
        for pointer in schemas:
            schema = self._schema(pointer)
            if key in schema.get("properties", {}):
                named.add(f"{pointer}/properties/{escape_token(key)}")
                continue
            patterns = [p for p in schema.get("patternProperties", {}) if re.search(p, key)]
            mapped |= {f"{pointer}/patternProperties/{escape_token(p)}" for p in patterns}
            # `additionalProperties: {}` says nothing, and must not turn the fields of an object into data.
            if not patterns and _says_something(schema.get("additionalProperties")):
                mapped.add(f"{pointer}/additionalProperties")
        return frozenset(named), frozenset(mapped)

    def _schema(self, pointer: str) -> Mapping[str, Any]:
        schema = resolve(self._document, pointer)
        return schema if isinstance(schema, dict) else {}

    def _flatten_all(self, pointers: Schemas) -> Schemas:
        return frozenset[str]().union(*(self._flatten(pointer) for pointer in pointers))

    def _flatten(self, pointer: str) -> Schemas:
        """Follow references and collect the branches of unions and intersections."""
        if pointer not in self._flat:
            self._flat[pointer] = frozenset()  # Ends circles.
            schema = self._schema(pointer)
            found = {pointer}
            if "$ref" in schema:
                found |= self._flatten(str(schema["$ref"]).removeprefix("#"))
            for keyword in ("allOf", "anyOf", "oneOf"):
                for index in range(len(schema.get(keyword, ()))):
                    found |= self._flatten(f"{pointer}/{keyword}/{index}")
            self._flat[pointer] = frozenset(found)
        return self._flat[pointer]


def _says_something(schema: Any) -> bool:
    return isinstance(schema, dict) and bool(schema.keys() - {"description", "title"})
