"""Constructs that generators drop, or turn into code that fails: the pinned one, and those for other languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.pointers import escape_token
from openapi.rules.document import Document, describes, type_names
from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_METHOD_LOCALS = frozenset({"d"})
"""Property names that collide with a local variable of the generated methods."""
_SEVERAL = 2
_LOST_BESIDE = frozenset({"additionalProperties", "properties", "required", "type"})
"""What the generator forgets beside an allOf of one member."""


@rule("path-item-inline")
def path_item_inline(document: Document) -> Found:
    """Path items are written out: behind a reference their operations vanish without a warning."""
    for path, item in document.data.get("paths", {}).items():
        if "$ref" in item:
            yield f"/paths/{escape_token(path)}", "a path item must not be a reference"


@rule("reference-once")
def reference_once(document: Document) -> Found:
    """A shared response, parameter or body is not itself a reference: a second step is dropped."""
    for section in ("responses", "parameters", "requestBodies", "headers"):
        for name, value in document.data.get("components", {}).get(section, {}).items():
            if "$ref" in value:
                yield f"/components/{section}/{escape_token(name)}", "refers to another one"


@rule("no-local-definitions")
def no_local_definitions(document: Document) -> Found:
    """No `$defs` inside a schema: name it under components/schemas."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and "$defs" in schema:
            yield f"{pointer}/$defs", "the generator drops it"


@rule("enum-form")
def enum_form(document: Document) -> Found:
    """The values of an enum are of one type, string or integer, and not null."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and "enum" in schema and describes(pointer):
            kinds = {type(value) for value in schema["enum"]}
            if kinds not in ({str}, {int}):
                yield f"{pointer}/enum", "for null beside an enum use oneOf with {type: 'null'}"


@rule("null-not-alone")
def null_not_alone(document: Document) -> Found:
    """`type: 'null'` stands only as one branch of oneOf or anyOf: the generated module cannot be imported."""
    for pointer, schema in document.schemas():
        branch = re.search(r"/(?:oneOf|anyOf)/\d+$", pointer)
        if type_names(schema) == {"null"} and describes(pointer) and not branch:
            yield pointer, "a schema of nothing but null"


@rule("no-recursion")
def no_recursion(document: Document) -> Found:
    """No schema contains itself: recursive JSON types are dropped."""
    graph = {
        name: set(_schema_references(value))
        for name, value in _component_schemas(document).items()
    }
    for name, direct in graph.items():
        reached: set[str] = set()
        waiting = list(direct)
        while waiting:
            target = waiting.pop()
            if target not in reached:
                reached.add(target)
                waiting += graph.get(target, ())
        if name in reached:
            yield f"/components/schemas/{escape_token(name)}", f"{name} contains itself"


@rule("property-name")
def property_name(document: Document) -> Found:
    """No property bears a name that collides in the generated class: `d`, or the name of its own schema."""
    for pointer, schema in document.schemas():
        if not isinstance(schema, dict):
            continue
        owner = pointer.removeprefix("/components/schemas/")
        for name in schema.get("properties", {}):
            if name in _METHOD_LOCALS or name == _snake(owner):
                yield f"{pointer}/properties/{escape_token(name)}", f"{name} collides"


@rule("objects-named")
def objects_named(document: Document) -> Found:
    """An object with properties is named under components/schemas, and has no `title` elsewhere."""
    for pointer, schema in document.schemas():
        named = re.fullmatch(r"/components/schemas/[^/]+(?:/allOf/\d+)?", pointer)
        if named or not isinstance(schema, dict) or not describes(pointer):
            continue
        # A branch without a type of its own only narrows the schema around it.
        narrows = re.search(r"/(?:allOf|anyOf|oneOf)/\d+$", pointer) and "type" not in schema
        for keyword in ("properties", "title"):
            if schema.get(keyword) and not narrows:
                yield pointer, f"a schema with {keyword} needs a name under components/schemas"


@rule("all-of-several")
def all_of_several(document: Document) -> Found:
    """Several members make an allOf: one beside `required` or others collapses into it, and what is beside is lost."""
    for pointer, schema in document.schemas():
        if (
            isinstance(schema, dict)
            and describes(pointer)
            and len(schema.get("allOf", (1, 2))) < _SEVERAL
        ):
            beside = sorted(set(schema) & _LOST_BESIDE)
            if beside:
                yield f"{pointer}/allOf", f"put {', '.join(beside)} into a second member"


@rule("text-schema-inline")
def text_schema_inline(document: Document) -> Found:
    """The schema of a text type is an inline string: for a reference the generated code fails."""
    for pointer, name, media in document.media_types():
        if name.lower().startswith("text/"):
            schema = media.get("schema", {})
            if "$ref" in schema or type_names(schema) != {"string"}:
                yield f"{pointer}/schema", f"{name} needs `type: string` here"


@rule("comment-end")
def comment_end(document: Document) -> Found:
    """No description has `*/` in it: it ends the comment that Go, Java and TypeScript make of it."""
    for pointer, text in _descriptions(document.data, ""):
        if "*/" in text:
            yield pointer, "write it in words"


@rule("condition-form")
def condition_form(document: Document) -> Found:
    """What fails in combination stands in `if` with `then: {not: {}}`: of the parts of a `not` openapi-generator makes classes."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and describes(pointer):
            refused = schema.get("not")
            if isinstance(refused, dict) and {"properties", "anyOf"} & set(refused):
                yield f"{pointer}/not", "write it as `if` with `then: {not: {}}`"


def _descriptions(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _descriptions(item, f"{pointer}/{index}")
    elif isinstance(node, dict):
        for key, value in node.items():
            below = f"{pointer}/{escape_token(str(key))}"
            if key in {"description", "summary"} and isinstance(value, str):
                yield below, value
            elif key not in {"example", "examples"}:
                yield from _descriptions(value, below)


def _component_schemas(document: Document) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = document.data.get("components", {}).get("schemas", {})
    return schemas


def _schema_references(node: Any) -> list[str]:
    if isinstance(node, dict):
        reference = str(node.get("$ref", ""))
        own = [reference.rpartition("/")[2]] if "/schemas/" in reference else []
        inner = [
            name
            for key, value in node.items()
            if key != "examples"
            for name in _schema_references(value)
        ]
        return own + inner
    if isinstance(node, list):
        return [name for value in node for name in _schema_references(value)]
    return []


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
