"""Reading the JSON files that people write for `fts mock`: strictly, with errors that name the place in the file."""

from __future__ import annotations

import json
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAMES = {dict: "an object", list: "an array", str: "a text", int: "a whole number"}
_NAMES |= {float: "a number", bool: "true or false", type(None): "null"}


def read_json_file(path: Path) -> Any:
    """Read a JSON file.

    Args:
        path: The file.

    Raises:
        ValueError: It cannot be read or is not JSON; the message names the file and the place.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not JSON: {error}") from error


def checked(value: Any, kind: Any, *, where: str) -> Any:
    """Demand a kind of value.

    Args:
        value: The value.
        kind: A type, or a union of types; an `int` also counts as a `float`, a `bool` does not count as a number, `Any` accepts everything.
        where: Its place in the file, for the message.

    Raises:
        ValueError: It is of another kind.
    """
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    if Any in kinds or type(value) in kinds or (type(value) is int and float in kinds):
        return value
    names = " or ".join(_NAMES[one] for one in kinds)
    raise ValueError(f"{where}: expected {names}, found {json.dumps(value)[:80]}")


def fields_of(
    value: Any, kinds: Mapping[str, Any], *, where: str, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Demand an object with known fields.

    Args:
        value: The value.
        kinds: Names of the fields, and the kind that `checked` demands of each.
        where: Its place in the file, for the message.
        required: Fields that must be there.

    Raises:
        ValueError: It is not an object, or a field is unknown, missing or of another kind.
    """
    found: dict[str, Any] = checked(value, dict, where=where)
    for name in found:
        if name not in kinds:
            raise ValueError(
                f"{where}: unknown field {name!r}; expected one of {', '.join(kinds)}"
            )
    for name in required:
        if name not in found:
            raise ValueError(f"{where}: {name!r} is missing")
    return {
        name: checked(item, kinds[name], where=f"{where}.{name}") for name, item in found.items()
    }
