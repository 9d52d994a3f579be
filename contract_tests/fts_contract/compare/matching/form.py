"""Compare the form of JSON values, which is their fields and types; write values in a readable length."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.matching.differences import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "cut",
    "falls",
    "forms",
    "missing_field",
    "one_hash",
    "other_order",
    "shown",
]

_SHOWN: Final = 120
# What users write there has any form.
_FREE: Final = {"job_metadata", "file_metadata", "staging_metadata", "archive_metadata"}


def forms(place: str, one: Any, other: Any) -> Iterator[Found]:
    """Compare only fields and types, not values; a list is represented by its first entry, and null fits every type."""
    if isinstance(one, list) and isinstance(other, list):
        if one and other:
            yield from forms(f"{place}/*", one[0], other[0])
    elif isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            if name not in one or name not in other:
                yield missing_field(f"{place}/{name}", name, one, other)
            elif name not in _FREE:
                yield from forms(f"{place}/{name}", one[name], other[name])
    elif one is not None and other is not None and type(one) is not type(other):
        yield Found("type", place, shown(one), shown(other))


def missing_field(place: str, name: str, one: dict[str, Any], other: dict[str, Any]) -> Found:
    """Describe a field that only one of two objects has."""
    said = (shown(value[name]) if name in value else "absent" for value in (one, other))
    return Found("field", place, *said)


def shown(value: Any) -> str:
    """Write a JSON value in one line, cut."""
    return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str) -> str:
    """Cut a text to a readable length."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def falls(rows: Any, field: str) -> bool:
    """Say whether the texts in a field of rows are in falling order."""
    if not isinstance(rows, list):
        return False
    values: Sequence[Any] = [row.get(field) for row in rows if isinstance(row, dict)]
    texts = [value for value in values if isinstance(value, str)]
    return all(earlier >= later for earlier, later in pairwise(texts))


def other_order(key: str, one: Any, other: Any) -> bool:
    """Say whether what users wrote in a field differs only in the order of members, however deep; they read it back in their order."""
    return (
        key in _FREE
        and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
        and json.dumps(one) != json.dumps(other)
    )


def one_hash(rows: list[Any]) -> bool:
    """Say whether three files or more share the hash by which FTS spreads files over its hosts; two may share it by chance."""
    hashes = [row.get("hashed_id") for row in rows if isinstance(row, dict)]
    return len(hashes) > 2 and len(set(map(str, hashes))) == 1  # noqa: PLR2004 - see above
