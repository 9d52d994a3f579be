"""What the examples of the API document say for one operation: values of its parameters, and its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["METHODS", "body_of", "example_of", "operations_of", "parameters_of", "resolved"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operations_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give path, method and operation of each operation; the parameters of its path are among its own."""
    for path, item in (document.get("paths") or {}).items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                yield path, method, {**item[method], "parameters": parameters}


def parameters_of(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """Give place, name and an example of each parameter that must be sent.

    Raises:
        LookupError: A parameter has no example.
    """
    for reference in operation["parameters"]:
        parameter = resolved(document, reference)
        if parameter.get("required"):
            yield parameter["in"], parameter["name"], _value(document, parameter)


def body_of(operation: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Give content type and example of the body; None for an operation without one."""
    for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
        return media_type, example_of(media)
    return None


def example_of(part: Mapping[str, Any]) -> Any:
    """Give the first example of a media type or parameter; None when it has none."""
    for example in part.get("examples", {}).values():
        return example["value"]
    return part.get("example")


def resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references."""
    while "$ref" in part:
        target: Any = document
        for token in part["$ref"].removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        part = target
    return part


def _value(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> Any:
    if (example := example_of(parameter)) is not None:
        return example
    schema = resolved(document, parameter["schema"])
    for keyword in ("examples", "enum"):
        if keyword in schema:
            return schema[keyword][0]
    raise LookupError(f"the parameter {parameter['name']} has no example")
