"""The contract as it is with every documented leniency granted: what even that refuses must be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.operations import MEANT

if TYPE_CHECKING:
    from fts_contract.harness.contract.operations import Operation

__all__ = ["FORM", "content_type_leniency", "lenient_names", "relaxed"]

FORM = "application/x-www-form-urlencoded"
"""Content type of forms, which have no schema of their own in the document."""

_KEY = "x-fts-lenient"
_TABLE = "x-fts-leniencies"
# Relaxing a condition or a negation would tighten the whole.
_UNTOUCHED = {"not", "if", "example", "examples", _KEY, _TABLE}


def relaxed(document: Any) -> Any:
    """Copy a document; schemas and parameters that carry `x-fts-lenient` also take what these leniencies admit.

    What each name admits stands in `x-fts-leniencies` at the top of the document; a name that is not there admits
    anything. `oneOf` becomes `anyOf`, since a relaxed branch fits together with any other.

    Args:
        document: An OpenAPI document, or a part of one; it is not changed.
    """
    table = document.get(_TABLE) if isinstance(document, dict) else None
    return _relaxed(document, table if isinstance(table, dict) else {})


def lenient_names(operation: Operation) -> frozenset[str]:
    """Collect the leniencies of an operation that concern its body as a whole."""
    body = operation.raw.get("requestBody")
    return operation.lenient | frozenset(body.get(_KEY, ()) if isinstance(body, dict) else ())


def content_type_leniency(operation: Operation, content_type: str | None) -> str | None:
    """Find the leniency by which an operation takes a content type that is not documented.

    Args:
        operation: The operation; the name stands there or at its request body.
        content_type: The header as sent; None for none.

    Returns:
        For forms the name that begins with `form`; for others `any-content-type`, or `charset-parameter` for what
        begins with the type of JSON. None when the document does not name it.
    """
    own = lenient_names(operation)
    if (content_type or "").partition(";")[0].strip().lower() == FORM:
        return next((name for name in sorted(own) if name.startswith("form")), None)
    if (content_type or "").startswith("application/json") and "charset-parameter" in own:
        return "charset-parameter"
    return "any-content-type" if "any-content-type" in own else None


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
        admitted = [table.get(name, {}) for name in names]
        if "in" in part and "schema" in part:
            meant = copied["schema"]
            return {**copied, MEANT: meant, "schema": {"anyOf": [meant, *admitted]}}
        if _is_schema(part):
            return {"anyOf": [copied, *admitted]}
    return copied


def _is_schema(value: dict[str, Any]) -> bool:
    return not {"operationId", "content", "in", "responses"} & set(value)
