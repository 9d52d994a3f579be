"""Reading the fields of configuration requests: types, lengths, and the sentences that refuse them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_contract.mock.exchange import Call

_INT32: Final = 2**31


def typed(value: Any, kind: str, *, name: str) -> Any:
    """Read a value of a declared type.

    Args:
        value: What was sent.
        kind: `int`, `bool`, `Number` or `str`.
        name: Name of the field.

    Raises:
        APIError: 400, it is of another type.

    Source: observed on FTS 3.13.4.
    """
    if kind == "int":
        if isinstance(value, int):
            return value
        if isinstance(value, str):
            try:
                return int(value)
            except ValueError:
                pass
    elif kind == "bool":
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value.lower() in ("true", "yes", "on")
    elif (kind == "Number" and isinstance(value, int | float)) or (
        kind == "str" and isinstance(value, str)
    ):
        return value
    raise bad_request(f"Field {name} is expected to be {kind}")


def read_fields(body: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Read every field of a body.

    Args:
        body: The body.
        kinds: Field to type.

    Raises:
        APIError: 400, a field is unknown or of another type.
    """
    read = {}
    for name, value in body.items():
        if name not in kinds:
            raise bad_request(f"Field {name} unknown")
        read[name] = typed(value, kinds[name], name=name)
    return read


def fits(value: Any, *, low: int = -_INT32, high: int = _INT32 - 1) -> bool:
    """Say whether an integer fits its column; other values always do."""
    return not isinstance(value, int) or low <= value <= high


def refuse_wide(fields: Mapping[str, Any]) -> None:
    """Refuse numbers that do not fit 32 bits.

    Raises:
        APIError: 400, where FTS 3.13.4 answers 500.
    """
    for name, value in fields.items():
        if not fits(value):
            raise bad_request(f"Field {name} is out of range")


def column(value: Any, *, name: str, longest: int) -> str:
    """Read text for a column.

    Args:
        value: What was sent.
        name: Name of the field.
        longest: Characters of the column.

    Raises:
        APIError: 400 when it is not text, too long, or outside Latin-1; FTS 3.13.4 answers 500 to all three.
    """
    if not isinstance(value, str):
        raise bad_request(f"Field {name} is expected to be str")
    if len(value) > longest:
        raise bad_request(f"Field {name} is longer than {longest} characters")
    return latin1(value, name=name)


def driver_text(sent: Any, *, name: str, longest: int) -> str | None:
    """Read text for a column as `column` does, and values of other types that the database driver of FTS turns into text.

    Args:
        sent: What was sent; null stays null.
        name: Name of the field.
        longest: Characters of the column.

    Raises:
        APIError: 400 for numbers that are not 0, and for lists of several items, where FTS 3.13.4 answers 500.

    Source: observed on FTS 3.13.4: objects, 0, false and an empty list (500 with mysqlclient 2.3) are stored as their text, a
    list of one item as the text of the item.
    """
    value = sent
    while isinstance(value, list) and len(value) == 1:
        (value,) = value
    if value is None:
        return None
    if isinstance(value, int | float) and (not value or isinstance(sent, list)):
        value = str(int(value) if isinstance(value, bool) or not value else value)
    elif isinstance(value, dict) or sent == []:
        value = str(value)
    return column(value, name=name, longest=longest)


def latin1(value: str, *, name: str) -> str:
    """Refuse text that the tables cannot hold.

    Raises:
        APIError: 400, where FTS 3.13.4 answers 500.
    """
    if not is_latin1(value):
        raise bad_request(f"Field {name} has characters outside Latin-1")
    return value


def is_latin1(value: str) -> bool:
    """Say whether the tables can hold a text. What MySQL calls latin1 is Windows-1252."""
    try:
        value.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def parameter(call: Call, name: str, *, missing: str = "") -> str:
    """Find a parameter of a DELETE: in the query or in a form, never in JSON.

    Args:
        call: The request.
        name: Name of the parameter.
        missing: What to answer when it is absent or empty; empty when it may be.

    Raises:
        APIError: 400 with that text.
    """
    # The query goes first, even if it holds an empty text.
    found = call.query.get(name, call.form.get(name, ""))
    if missing and not found:
        raise bad_request(missing)
    return found
