"""The contract as it is with every documented leniency granted: what even that refuses must be refused."""

from __future__ import annotations

from typing import Any

__all__ = ["relaxed"]

_KEY = "x-fts-lenient"
_TABLE = "x-fts-leniencies"
# Relaxing a condition or a negation would tighten the whole.
_UNTOUCHED = {"not", "if", "example", "examples", _KEY, _TABLE}


def relaxed(document: Any) -> Any:
    """Copy a document; schemas that carry `x-fts-lenient` also take what these leniencies admit.

    What each name admits stands in `x-fts-leniencies` at the top of the document; a name that is not there admits
    anything, and so does a parameter with any leniency. `oneOf` becomes `anyOf`, since a relaxed branch fits
    together with any other.

    Args:
        document: An OpenAPI document, or a part of one; it is not changed.
    """
    table = document.get(_TABLE) if isinstance(document, dict) else None
    return _relaxed(document, table if isinstance(table, dict) else {})


def _relaxed(part: Any, table: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_relaxed(item, table) for item in part]
    if not isinstance(part, dict):
        return part
    copied = {
        ("anyOf" if key == "oneOf" else key): value
        if key in _UNTOUCHED
        else _relaxed(value, table)
        for key, value in part.items()
    }
    if names := part.get(_KEY):
        if "in" in part and "schema" in part:
            copied["schema"] = {}
        elif _is_schema(part):
            return {"anyOf": [copied, *(table.get(name, {}) for name in names)]}
    return copied


def _is_schema(value: dict[str, Any]) -> bool:
    return not {"operationId", "content", "in", "responses"} & set(value)
