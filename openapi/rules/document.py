"""The OpenAPI document as the lint rules see it: data, line numbers, and where operations and schemas are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import yaml

from fts_contract.harness.contract.operations import METHODS
from fts_contract.harness.contract.pointers import escape_token, follow
from fts_contract.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Document", "OperationAt", "describes", "is_null_or", "type_names"]

# The C loader is about ten times faster, but not every build has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAPS_OF_SCHEMAS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "contentSchema",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_CONDITIONS = frozenset({"not", "if", "then", "else", "contains", "propertyNames"})
_NOT_STRUCTURE = ("example", "examples", "links", "enum", "const", "default")


@attrs.frozen
class OperationAt:
    """An operation object, and where it is."""

    pointer: str
    path: str
    method: str
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its operationId, or method and path when it has none."""
        return str(self.data.get("operationId", f"{self.method.upper()} {self.path}"))


@attrs.frozen(eq=False)
class Document:
    """An OpenAPI document with the line of every part of it.

    Attributes:
        data: Plain data.
        lines: Line numbers (from 1) by JSON pointer.
        root: The YAML node of the document, for rules about the form of the text.
    """

    data: Mapping[str, Any]
    lines: Mapping[str, int] = attrs.field(repr=False)
    root: yaml.Node = attrs.field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Document:
        """Read YAML text.

        Raises:
            SpecError: It is not YAML, or no mapping.
        """
        try:
            root = yaml.compose(text, Loader=_LOADER)
            data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - one of the two safe loaders
        except yaml.YAMLError as error:
            raise SpecError(f"not YAML: {error}") from error
        if root is None or not isinstance(data, dict):
            raise SpecError("not an OpenAPI document: a mapping is expected at the top")
        return cls(data, dict(_lines(root, "")), root)

    def line(self, pointer: str) -> int:
        """Give the line of a part, or of the nearest part around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)

    def follow(self, pointer: str) -> tuple[str, Any]:
        """Get a part, following references; see `fts_contract.harness.contract.pointers.follow`."""
        return follow(self.data, pointer)

    def operations(self) -> Iterator[OperationAt]:
        """Give every operation."""
        for path, item in (self.data.get("paths") or {}).items():
            for method in METHODS:
                if method in item:
                    pointer = f"/paths/{escape_token(path)}/{method}"
                    yield OperationAt(pointer, path, method, item[method])

    def parameters(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give every parameter that is written out (references to shared ones are left out)."""
        components = self.data.get("components", {}).get("parameters", {})
        owners = [
            (f"/components/parameters/{escape_token(name)}", value)
            for name, value in components.items()
        ]
        for path, item in (self.data.get("paths") or {}).items():
            base = f"/paths/{escape_token(path)}"
            for owner, pointer in [
                (item, base),
                *((item[method], f"{base}/{method}") for method in METHODS if method in item),
            ]:
                for index, value in enumerate(owner.get("parameters", ())):
                    owners.append((f"{pointer}/parameters/{index}", value))
        yield from ((pointer, value) for pointer, value in owners if "$ref" not in value)

    def schemas(self) -> Iterator[tuple[str, Any]]:
        """Give every schema and sub-schema that is written out, booleans among them."""
        for root in self.schema_roots():
            yield from self._schemas_below(root)

    def schema_roots(self) -> Iterator[str]:
        """Give the pointers of the schemas that are not part of another one."""
        for name in self.data.get("components", {}).get("schemas", {}):
            yield f"/components/schemas/{escape_token(name)}"
        for section in ("paths", "components"):
            yield from self._roots_below(f"/{section}", self.data.get(section, {}))

    def request_schemas(self) -> dict[str, Any]:
        """Give all schemas that a request uses, by pointer, references followed."""
        roots = [
            pointer
            for operation in self.operations()
            for part in ("parameters", "requestBody")
            if part in operation.data
            for pointer in self._reachable_roots(f"{operation.pointer}/{part}")
        ]
        return self._closure(roots)

    def response_schemas(self) -> dict[str, Any]:
        """Give all schemas that an answer uses, by pointer, references followed."""
        roots = [
            pointer
            for operation in self.operations()
            for pointer in self._reachable_roots(f"{operation.pointer}/responses")
        ]
        return self._closure(roots)

    def media_types(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Give pointer, name and object of every media type of requests and answers, shared ones too."""
        for section in ("paths", "components"):
            yield from self._media_types_below(f"/{section}", self.data.get(section, {}))

    def _media_types_below(
        self, pointer: str, node: Any
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for inner, key, value in _children(pointer, node):
            if key == "content" and isinstance(value, dict):
                for name, media in value.items():
                    yield f"{inner}/{escape_token(name)}", name, media
            elif inner != "/components/schemas":
                yield from self._media_types_below(inner, value)

    def _roots_below(self, pointer: str, node: Any) -> Iterator[str]:
        for inner, key, value in _children(pointer, node):
            if inner == "/components/schemas":
                continue
            if key == "schema":
                yield inner
            else:
                yield from self._roots_below(inner, value)

    def _reachable_roots(self, pointer: str) -> Iterator[str]:
        """Give the schema roots below a part, following references of parameters, bodies and answers."""
        pointer, node = self.follow(pointer)
        for inner, key, value in _children(pointer, node):
            if key == "schema":
                yield inner
            elif isinstance(value, (dict, list)):
                yield from self._reachable_roots(inner)

    def _closure(self, roots: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        waiting = list(roots)
        while waiting:
            for pointer, schema in self._schemas_below(waiting.pop()):
                if pointer in found:
                    continue
                found[pointer] = schema
                if isinstance(schema, dict) and "$ref" in schema:
                    waiting.append(self.follow(pointer)[0])
        return found

    def _schemas_below(self, pointer: str) -> Iterator[tuple[str, Any]]:
        schema: Any = _at(self.data, pointer)
        yield pointer, schema
        if not isinstance(schema, dict):
            return
        for keyword in _MAPS_OF_SCHEMAS:
            for name in schema.get(keyword, {}):
                yield from self._schemas_below(f"{pointer}/{keyword}/{escape_token(name)}")
        for keyword in _LISTS_OF_SCHEMAS:
            for index in range(len(schema.get(keyword, ()))):
                yield from self._schemas_below(f"{pointer}/{keyword}/{index}")
        for keyword in _SCHEMAS:
            if keyword in schema:
                yield from self._schemas_below(f"{pointer}/{keyword}")


def type_names(schema: Any) -> frozenset[str]:
    """Give the JSON types that a schema names itself; none when it names none."""
    declared = schema.get("type", ()) if isinstance(schema, dict) else ()
    return frozenset((declared,) if isinstance(declared, str) else declared)


def is_null_or(schema: Any, *names: str) -> bool:
    """Say whether a schema names any of these types, with or without null."""
    return not type_names(schema).isdisjoint(names)


def describes(pointer: str) -> bool:
    """Say whether a schema describes a value, and is not merely a condition on one described elsewhere.

    Below `not`, `if`, `then`, `else` and `contains` stand conditions, which need no descriptions, units or types.
    """
    tokens = pointer.split("/")
    return not any(
        token in _CONDITIONS and tokens[index - 1] != "properties"
        for index, token in enumerate(tokens)
    )


def _at(data: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


def _children(pointer: str, node: Any) -> Iterator[tuple[str, str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _NOT_STRUCTURE and not str(key).startswith("x-"):
                yield f"{pointer}/{escape_token(str(key))}", str(key), value
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield f"{pointer}/{index}", str(index), value


def _lines(node: yaml.Node, pointer: str) -> Iterator[tuple[str, int]]:
    yield pointer, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{pointer}/{escape_token(str(key.value))}"
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, f"{pointer}/{index}")
