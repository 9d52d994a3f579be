"""News: what a server sends that the document does not describe, each with the YAML that would describe it.

Unknown fields and values are only news, because answers may have further fields. A status or content type that is not
documented is also a failure, because programs rely on them; it is news because a new version of FTS may be the reason.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import attrs
import yaml

from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.media_types import MediaType, best_documented
from fts_contract.harness.contract.pointers import escape_token, follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["News", "NewsDesk"]

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("then", "else")
_LONGEST_EXAMPLE = 100


@attrs.frozen
class News:
    """One thing that the document does not describe.

    Attributes:
        kind: `field`, `value`, `status` or `content type`.
        place: JSON pointer of the schema, the responses or the response that should describe it.
        name: The name of the field, or the value, status or content type.
        operation: Id of the operation that showed it first.
        yaml: What to add to the document at `place`.
    """

    kind: str
    place: str
    name: str
    operation: str
    yaml: str

    def __str__(self) -> str:
        if self.kind in {"status", "content type"}:
            return f"{self.operation}: unknown {self.kind} {self.name!r}"
        schema = self.place.removeprefix("/components/schemas/")
        return f"{schema}: unknown {self.kind} {self.name!r} ({self.operation})"


@attrs.define
class NewsDesk:
    """Collects news.

    Attributes:
        document: The OpenAPI document.
        version: Version of the server, for `x-fts-since`.
    """

    document: Mapping[str, Any]
    version: str
    _found: dict[tuple[str, str, str], News] = attrs.field(factory=dict)
    _read: set[tuple[str, int, bytes]] = attrs.field(factory=set)
    # What callers sent appears in many answers, now or later: it is not news.
    _sent: set[str] = attrs.field(factory=set)
    # FTS keeps only the first letter of some texts: `AAA` for `verify_checksum` comes back as `A`.
    _letters: set[tuple[str, str]] = attrs.field(factory=set)
    _schemas: dict[tuple[str, ...], dict[str, Any]] = attrs.field(factory=dict)

    @property
    def news(self) -> list[News]:
        """All news, each once."""
        return list(self._found.values())

    def take(self, operation: Operation, exchange: Exchange) -> None:
        """Collect the news of one answer."""
        self._sent.update(_texts(exchange.request_json))
        self._letters.update(_letters(exchange.request_json))
        for text in filter(None, exchange.query.values()):
            self._sent.update(text.split(","))
        key = (operation.operation_id, exchange.status, exchange.body)
        for item in self._undocumented(operation, exchange):
            self._found.setdefault((item.kind, item.place, item.name), item)
        if key in self._read:
            return
        self._read.add(key)
        pointer = self._schema(operation, exchange)
        if pointer is None:
            return
        try:
            value = parse_json(exchange.body)
        except ValueError:
            return
        for item in self._walk([pointer], value, operation.operation_id):
            self._found.setdefault((item.kind, item.place, item.name), item)

    def _undocumented(self, operation: Operation, exchange: Exchange) -> Iterator[News]:
        """Find an undocumented status or content type; failures of the server (5xx) need no documentation."""
        if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        media = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        content = {"content": {media: {"schema": _schema_of(exchange)}}} if exchange.body else {}
        place = f"/paths/{escape_token(operation.path)}/{operation.method.lower()}/responses"
        response = operation.response(exchange.status)
        if response is None:
            described = {"description": f"Seen on {self.version}."} | content
            addition = _yaml({str(exchange.status): described})
            yield News("status", place, str(exchange.status), operation.operation_id, addition)
        elif exchange.body and media and best_documented(response.content, media) is None:
            place, _ = follow(self.document, f"{place}/{operation.response_key(exchange.status)}")
            yield News("content type", place, media, operation.operation_id, _yaml(content))

    def _schema(self, operation: Operation, exchange: Exchange) -> str | None:
        """Find the schema of a JSON answer, or of the JSON in a text."""
        response = operation.response(exchange.status)
        if response is None or not exchange.body:
            return None
        documented = best_documented(response.content, exchange.headers.get("content-type", ""))
        if documented is None or not response.content[documented]:
            return None
        pointer, schema = follow(self.document, response.content[documented])
        if MediaType.parse(documented).is_json:
            return pointer
        return f"{pointer}/contentSchema" if "contentSchema" in schema else None

    def _walk(self, pointers: list[str], value: Any, operation: str) -> Iterator[News]:
        nodes = self._all_nodes(pointers)
        if isinstance(value, dict):
            yield from self._object(nodes, value, operation)
        elif isinstance(value, list):
            items = [f"{pointer}/items" for pointer, node in nodes.items() if "items" in node]
            for index, item in enumerate(value):
                first = [
                    f"{pointer}/prefixItems/{index}"
                    for pointer, node in nodes.items()
                    if index < len(node.get("prefixItems", ()))
                ]
                if first or items:
                    yield from self._walk(first or items, item, operation)
        elif isinstance(value, str):
            yield from self._text(nodes, value, operation)

    def _object(
        self, nodes: dict[str, Any], value: dict[str, Any], operation: str
    ) -> Iterator[News]:
        home = next((pointer for pointer, node in nodes.items() if "properties" in node), None)
        free = [
            f"{pointer}/additionalProperties"
            for pointer, node in nodes.items()
            if isinstance(node.get("additionalProperties"), dict)
        ]
        for name, item in value.items():
            known = [
                f"{pointer}/properties/{escape_token(name)}"
                for pointer, node in nodes.items()
                if name in node.get("properties", {})
            ]
            if known or free:
                yield from self._walk(known or free, item, operation)
            elif home is not None and name not in self._sent:
                entry = {name: self._described(item)}
                yield News("field", home, name, operation, _yaml({"properties": entry}))

    def _text(self, nodes: dict[str, Any], value: str, operation: str) -> Iterator[News]:
        lists = {
            pointer: node["x-fts-known-values"]
            for pointer, node in nodes.items()
            if "x-fts-known-values" in node
        }
        # A value that one of several alternatives lists is known.
        if not lists or any(value in known for known in lists.values()) or value in self._sent:
            return
        pointer, known = next(iter(lists.items()))
        if (pointer.rpartition("/")[2], value) in self._letters:
            return
        addition = _yaml({"x-fts-known-values": [*known, value]})
        yield News("value", pointer, value, operation, addition)

    def _all_nodes(self, pointers: list[str]) -> dict[str, Any]:
        """Give, by pointer, all parts of several schemas; kept, since the document does not change."""
        key = tuple(pointers)
        if key not in self._schemas:
            self._schemas[key] = dict(
                node for pointer in pointers for node in self._nodes(pointer, set())
            )
        return self._schemas[key]

    def _nodes(self, pointer: str, seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give a schema and the schemas that it combines."""
        pointer, node = follow(self.document, pointer)
        if pointer in seen or not isinstance(node, dict):
            return
        seen.add(pointer)
        yield pointer, node
        for key in _BRANCHES:
            for index in range(len(node.get(key, ()))):
                yield from self._nodes(f"{pointer}/{key}/{index}", seen)
        for key in _CONDITIONAL:
            if key in node:
                yield from self._nodes(f"{pointer}/{key}", seen)

    def _described(self, value: Any) -> dict[str, Any]:
        family = ".".join(self.version.split(".")[:2])
        described: dict[str, Any] = {} if value is None else {"type": _TYPES[type(value)]}
        described["description"] = f"Unknown; seen with the value {_example(value)}."
        return described | {"x-fts-since": family}


def _texts(value: Any) -> Iterator[str]:
    """Give every text and every key of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)


def _letters(value: Any) -> Iterator[tuple[str, str]]:
    """Give the name and the first letter of every text that has a name."""
    if isinstance(value, list):
        for item in value:
            yield from _letters(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str):
                yield name, item[:1]
            else:
                yield from _letters(item)


def _schema_of(exchange: Exchange) -> dict[str, str]:
    """Describe a body as well as a single example allows."""
    try:
        value = parse_json(exchange.body)
    except ValueError:
        return {"type": "string"}
    return {"type": _TYPES[type(value)]}


_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def _example(value: Any) -> str:
    text = str(value) if value is not None else "null"
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}..."


def _yaml(addition: dict[str, Any]) -> str:
    return str(yaml.safe_dump(addition, sort_keys=False, allow_unicode=False))
