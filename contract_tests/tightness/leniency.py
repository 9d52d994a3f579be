"""Grant leniencies by name, to see which of them a request needs.

`x-fts-leniencies` of the document says what each name admits beside the documented schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.leniency import FORM, content_type_leniency, relaxed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["FORM", "content_type_leniency", "grant", "leniency_names"]

_KEY = "x-fts-lenient"
_TABLE = "x-fts-leniencies"
_NOTHING: Mapping[str, Any] = {"not": {}}


def leniency_names(document: Mapping[str, Any]) -> list[str]:
    """List the names of all leniencies that a document mentions, sorted."""
    return sorted(_names({key: part for key, part in document.items() if key != _TABLE}))


def grant(document: Mapping[str, Any], names: Collection[str]) -> Any:
    """Copy a document in which only some leniencies are granted.

    Args:
        document: An OpenAPI document; it is not changed.
        names: Names of the leniencies to grant.

    Returns:
        The copy. Schemas that list one of the names admit also what it admits.
    """
    known = document.get(_TABLE) or {}
    table = {
        name: known.get(name, {}) if name in names else _NOTHING
        for name in leniency_names(document)
    }
    return relaxed({**document, _TABLE: table})


def _names(part: Any) -> frozenset[str]:
    if isinstance(part, list):
        return frozenset[str]().union(*(_names(item) for item in part))
    if not isinstance(part, dict):
        return frozenset()
    own = part.get(_KEY, ())
    inner = (_names(value) for key, value in part.items() if key != _KEY)
    return frozenset([own] if isinstance(own, str) else own).union(*inner)
