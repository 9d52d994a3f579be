"""Schemas: every property described, every container typed, closed where FTS refuses and open where it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.pointers import escape_token
from openapi.rules.document import Document, describes, is_null_or
from openapi.rules.references import references
from openapi.rules.rule import Found, rule
from openapi.rules.units import names_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMBINERS = ("allOf", "anyOf", "oneOf", "$ref")


@rule("property-description")
def property_description(document: Document) -> Found:
    """A property has a description, its own or that of the schema it refers to."""
    for pointer, schema in _properties(document):
        if not _descriptions(document, pointer, schema):
            yield pointer, f"{_name(pointer)} has no description"


@rule("property-unit")
def property_unit(document: Document) -> Found:
    """A numeric property says its unit (seconds, bytes, ...) or what it counts or identifies."""
    for pointer, schema in _properties(document):
        _, target = document.follow(pointer)
        if is_null_or(target, "integer", "number") and not names_unit(
            _descriptions(document, pointer, schema)
        ):
            yield pointer, f"{_name(pointer)}: the description names no unit"


@rule("array-items")
def array_items(document: Document) -> Found:
    """An array types its items."""
    for pointer, schema in document.schemas():
        typed = isinstance(schema, dict) and {"items", "prefixItems"}.intersection(schema)
        if is_null_or(schema, "array") and describes(pointer) and not typed:
            yield pointer, "array without items"


@rule("object-typed")
def object_typed(document: Document) -> Found:
    """An object types its properties, or says what others it may have."""
    for pointer, schema in document.schemas():
        typed = isinstance(schema, dict) and {
            "properties",
            "additionalProperties",
            "patternProperties",
            *_COMBINERS,
        }.intersection(schema)
        part = "/allOf/" in pointer  # the other parts type it
        if is_null_or(schema, "object") and describes(pointer) and not typed and not part:
            yield pointer, "object without properties or additionalProperties"


@rule("required-known")
def required_known(document: Document) -> Found:
    """What is required is a property of the schema."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and "required" in schema and "properties" in schema:
            for name in schema["required"]:
                if name not in schema["properties"]:
                    yield f"{pointer}/required", f"{name} is not a property"


@rule("no-boolean-schema")
def no_boolean_schema(document: Document) -> Found:
    """No schema is `true` or `false` (but for additional properties): the generator stops at one."""
    for pointer, schema in document.schemas():
        allowed = pointer.endswith(("/additionalProperties", "/unevaluatedProperties"))
        if isinstance(schema, bool) and not allowed:
            yield pointer, "write {} with a description for any JSON"


@rule("no-date-time")
def no_date_time(document: Document) -> Found:
    """No `format: date-time`: times of FTS carry no zone, use the named schema with a pattern."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and schema.get("format") == "date-time":
            yield f"{pointer}/format", "times of FTS are not of this format"


@rule("no-request-default")
def no_request_default(document: Document) -> Found:
    """No `default` in what a request sends: the generated client would always send it."""
    for pointer, schema in document.request_schemas().items():
        if isinstance(schema, dict) and "default" in schema:
            yield f"{pointer}/default", "say the default in the description"


@rule("open-answers")
def open_answers(document: Document) -> Found:
    """No closed list of values in an answer: one new state would make the client lose the whole list."""
    for pointer, schema in document.response_schemas().items():
        if isinstance(schema, dict):
            for keyword in ("enum", "const"):
                if keyword in schema:
                    yield f"{pointer}/{keyword}", "use type string with x-fts-known-values"


@rule("open-objects")
def open_objects(document: Document) -> Found:
    """Objects of answers admit unknown fields: newer servers send more."""
    for pointer, schema in document.response_schemas().items():
        if isinstance(schema, dict):
            for keyword in ("additionalProperties", "unevaluatedProperties"):
                if schema.get(keyword) is False:
                    yield f"{pointer}/{keyword}", "answers are open"


@rule("component-used")
def component_used(document: Document) -> Found:
    """What stands under components is used somewhere."""
    used = {target for _, target in references(document.data)}
    for section, members in document.data.get("components", {}).items():
        if section == "securitySchemes":
            continue
        for name in members:
            pointer = f"/components/{section}/{escape_token(name)}"
            if f"#{pointer}" not in used:
                yield pointer, f"{name} is never used"


def _properties(document: Document) -> Iterator[tuple[str, Any]]:
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and describes(pointer):
            for name, value in schema.get("properties", {}).items():
                if isinstance(value, dict):
                    yield f"{pointer}/properties/{escape_token(name)}", value


def _descriptions(document: Document, pointer: str, schema: Mapping[str, Any]) -> str:
    _, target = document.follow(pointer)
    return f"{schema.get('description', '')} {target.get('description', '')}".strip()


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]
