"""Parameters: described, and of a form that every tool sends as FTS reads it."""

from __future__ import annotations

from openapi.rules.document import Document, is_null_or
from openapi.rules.rule import Found, rule
from openapi.rules.units import names_unit


@rule("parameter-description")
def parameter_description(document: Document) -> Found:
    """A parameter has a description."""
    for pointer, parameter in document.parameters():
        if not parameter.get("description"):
            yield pointer, f"{parameter.get('name')} has no description"


@rule("parameter-scalar")
def parameter_scalar(document: Document) -> Found:
    """Path and query parameters are scalars: a comma list is a string with a pattern.

    The generator repeats the key for an array, and FTS reads only the first.
    """
    for pointer, parameter in document.parameters():
        if "schema" not in parameter:
            continue
        _, schema = document.follow(f"{pointer}/schema")
        if parameter.get("in") in {"path", "query"} and is_null_or(schema, "array", "object"):
            yield f"{pointer}/schema", f"{parameter.get('name')} is not a scalar"


@rule("parameter-schema")
def parameter_schema(document: Document) -> Found:
    """A parameter is described by `schema`: the generator drops one with `content`."""
    for pointer, parameter in document.parameters():
        if "schema" not in parameter or "content" in parameter:
            yield pointer, f"{parameter.get('name')} needs a schema, and no content"


@rule("parameter-name")
def parameter_name(document: Document) -> Found:
    """The name of a path parameter has no dot: the generator drops the operation."""
    for pointer, parameter in document.parameters():
        if parameter.get("in") == "path" and "." in parameter.get("name", ""):
            yield f"{pointer}/name", f"{parameter.get('name')} has a dot"


@rule("parameter-unit")
def parameter_unit(document: Document) -> Found:
    """A numeric parameter says its unit, or what it counts."""
    for pointer, parameter in document.parameters():
        if "schema" not in parameter:
            continue
        _, schema = document.follow(f"{pointer}/schema")
        text = f"{parameter.get('description', '')} {schema.get('description', '')}"
        if is_null_or(schema, "integer", "number") and not names_unit(text):
            yield pointer, f"{parameter.get('name')}: the description names no unit"
