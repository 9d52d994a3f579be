"""The contract with every documented leniency granted: a server must refuse what even this contract refuses."""

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
# A relaxed condition or negation would make the whole schema stricter.
_UNTOUCHED = {"not", "if", "example", "examples", _KEY, _TABLE}
# What this leniency admits may stand in one object with the members of the schema, so it is not an alternative to it.
_MEMBERS = "null-members"


def relaxed(document: Any) -> Any:
    """Copy an OpenAPI document, so that schemas and parameters with `x-fts-lenient` also admit what it names.

    `x-fts-leniencies`, at the top of the document, says what each name admits; a name that is not there admits
    anything. `oneOf` becomes `anyOf`, since a value may fit a relaxed branch together with others.
    """
    table = document.get(_TABLE) if isinstance(document, dict) else None
    return _relaxed(document, table if isinstance(table, dict) else {})


def lenient_names(operation: Operation) -> frozenset[str]:
    """Collect the leniencies of an operation that apply to its request body as a whole."""
    body = operation.raw.get("requestBody")
    return operation.lenient | frozenset(body.get(_KEY, ()) if isinstance(body, dict) else ())


def content_type_leniency(operation: Operation, content_type: str | None) -> str | None:
    """Find the leniency by which an operation accepts a content type (None: no header) that is not documented.

    Returns:
        For forms the name that begins with `form`; for types that begin with that of JSON `charset-parameter`; for
        others `any-content-type`. None when the document grants none.
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
    if _MEMBERS in part.get(_KEY, ()):
        admitted = table.get(_MEMBERS, {}).get("additionalProperties", False)
        return {**copied, "additionalProperties": admitted}
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
