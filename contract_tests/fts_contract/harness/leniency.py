"""The contract as it is with every documented leniency granted: what even that refuses must be refused."""

from __future__ import annotations

from typing import Any

__all__ = ["relaxed"]

_KEY = "x-fts-lenient"
# Relaxing a condition or a negation would tighten the whole.
_UNTOUCHED = {"not", "if", "example", "examples", "x-fts-lenient"}


def relaxed(document: Any) -> Any:
    """Copy a document; schemas and parameters that carry `x-fts-lenient` take anything.

    `oneOf` becomes `anyOf`, since a relaxed branch fits together with any other.

    Args:
        document: An OpenAPI document, or a part of one; it is not changed.
    """
    if isinstance(document, list):
        return [relaxed(item) for item in document]
    if not isinstance(document, dict):
        return document
    copied = {
        ("anyOf" if key == "oneOf" else key): value if key in _UNTOUCHED else relaxed(value)
        for key, value in document.items()
    }
    if document.get(_KEY):
        if "in" in document and "schema" in document:
            copied["schema"] = {}
        elif _is_schema(document):
            return {}
    return copied


def _is_schema(value: dict[str, Any]) -> bool:
    return not {"operationId", "content", "in", "responses"} & set(value)
