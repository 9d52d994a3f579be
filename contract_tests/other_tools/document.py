"""The API document in OpenAPI 3.0, for tools that do not know 3.1, with ids that a server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from openapi.examples import operations_of, parameters_of, resolved

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["as_3_0", "tailored"]

_UNKNOWN: Final = frozenset(
    {
        *("if", "then", "else", "prefixItems", "propertyNames", "patternProperties", "contains"),
        *("contentMediaType", "contentSchema", "dependentRequired", "unevaluatedProperties"),
        *("$comment", "links"),
    }
)
_NULL: Final = {"nullable": True, "enum": [None]}
_LIMITS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def tailored(
    document: Mapping[str, Any], *, operations: Collection[str], values: Mapping[str, str]
) -> dict[str, Any]:
    """Cut a document down to some operations, without credentials, and with an example for each parameter that must be sent.

    Args:
        document: The document.
        operations: Ids of the operations to keep; empty for all.
        values: Examples in place of those of the document, by the name of the parameter.
    """
    paths: dict[str, Any] = {}
    for path, method, operation in operations_of(document):
        if operations and operation["operationId"] not in operations:
            continue
        examples = {n: values.get(n, v) for _, n, v in parameters_of(document, operation)}
        parameters = [resolved(document, one) for one in operation["parameters"]]
        paths.setdefault(path, {})[method] = {
            **_without(operation, "security"),
            "parameters": [
                {**_without(one, "examples"), "example": examples[one["name"]]}
                if one["name"] in examples
                else one
                for one in parameters
            ],
        }
    components = _without(document["components"], "securitySchemes")
    return {**_without(document, "security"), "paths": paths, "components": components}


def as_3_0(document: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a document of OpenAPI 3.1; what 3.0 cannot say is left out."""
    info = _without(document["info"], "summary")
    made: dict[str, Any] = _translated({**document, "openapi": "3.0.3", "info": info})
    return made


def _without(part: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != name}


def _translated(part: Any) -> Any:
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {"$ref": part["$ref"]}
    made = {
        name: {key: _translated(one) for key, one in value.items()}
        if name == "properties"
        else _translated(value)
        for name, value in part.items()
        if name not in _UNKNOWN and not str(name).startswith("x-")
    }
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if isinstance(made.get("examples"), list):
        made["example"] = made.pop("examples")[0]
    for limit, plain in _LIMITS.items():
        if limit in made:
            made[plain], made[limit] = made[limit], True
    return _with_one_type(made)


def _with_one_type(schema: dict[str, Any]) -> dict[str, Any]:
    """Write what may be null as 3.0 does; what may have several types may have any."""
    for name in ("anyOf", "oneOf"):
        if isinstance(schema.get(name), list) and _NULL in schema[name]:
            schema[name].remove(_NULL)
            schema["nullable"] = True
    types = schema.pop("type", None)
    if types == "null":
        return {**schema, **_NULL}
    if not isinstance(types, list):
        return schema if types is None else {**schema, "type": types}
    if "null" in types:
        schema["nullable"] = True
        types = [one for one in types if one != "null"]
    return {**schema, "type": types[0]} if len(types) == 1 else schema
