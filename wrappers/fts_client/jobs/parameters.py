"""The parameters of jobs and files as data, read from `JobParams` and `Transfer`, and the rules between parameters."""

from __future__ import annotations

import enum
import inspect
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from operator import index
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import attrs

from fts_client.errors import FTSUsageError

PER_FILE: Final[Mapping[str, str]] = {
    **{name: name for name in ("checksum", "filesize", "activity", "scitag")},
    "file_metadata": "metadata",
    **{name: name for name in ("staging_metadata", "archive_metadata")},
}
"""What the official client accepts in `params` and applies to every file that has no value of its own: name there, field of
`Transfer`."""

_OVERWRITE_FLAGS: Final = (
    "overwrite",
    "overwrite_on_retry",
    "overwrite_when_only_on_disk",
    "overwrite_hop",
)
_COMPATIBLE_FLAGS: Final = {"overwrite_when_only_on_disk", "overwrite_hop"}
_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.*?)(?=^    \w|\Z)", re.MULTILINE | re.DOTALL)
_PLAIN: Final = frozenset({bool, float, int, str})
_SERVER_DEFAULT: Final = " Server default: "


class Unset(enum.Enum):
    """Type of `UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        """Be false, so that `if value` treats a field that was not given like an empty one."""
        return False

    def __repr__(self) -> str:
        """Show the name under which it is imported."""
        return "UNSET"


UNSET: Final = Unset.UNSET
"""The value of a field that was not given: it is not sent, and the server applies its default."""


@attrs.frozen
class Limits:
    """Which values of its type a field may have.

    Attributes:
        unit: Unit of a number; "" for none.
        minimum: Smallest number; None: not limited here.
        maximum: Largest number; None: not limited here.
        choices: The strings that FTS knows; empty: any.
    """

    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()

    def admit(self, number: int) -> bool:
        """Say whether a number is within the limits."""
        return (self.minimum is None or number >= self.minimum) and (
            self.maximum is None or number <= self.maximum
        )


@attrs.frozen
class Parameter:
    """One field of `JobParams` or `Transfer`.

    Attributes:
        name: Its name, in Python and in the request.
        types: The classes of its values, apart from None and `UNSET`.
        limits: Unit and limits.
        meaning: What it does; the first sentence is enough to use it. "" where Python removes docstrings (-OO).
        server_default: What the server applies when it is not sent; "" when that is off, none, or up to the server.
    """

    name: str
    types: tuple[type, ...]
    limits: Limits
    meaning: str
    server_default: str

    def read(self, value: Any, *, encoder: Callable[[Any], Any] | None = None) -> Any:
        """Turn a value into what is sent for it.

        Args:
            value: Neither None nor `UNSET`. Numbers of other libraries, and whole numbers given as a float or as text, become an int.
            encoder: See `Transfer.metadata_encoder`.

        Raises:
            FTSUsageError: It is of another type, out of range, or cannot be written as JSON.
        """
        if Mapping in self.types:
            return as_json(self.name, value, encoder=encoder)
        if type(value) not in _PLAIN:
            with suppress(TypeError, ValueError):
                value = plain(value)
        if int in self.types and not (isinstance(value, str) and str in self.types):
            return self._number(value)
        # FTS takes many words and numbers for a flag.
        kinds = (str, int, float) if bool in self.types else str
        if not isinstance(value, kinds):
            names = " or ".join(kind.__name__ for kind in self.types)
            raise FTSUsageError(f"{self.name} must be {names}, got {value!r}")
        return value

    def _number(self, value: Any) -> int:
        try:
            whole = isinstance(value, float) and value.is_integer()
            number = int(value) if whole or isinstance(value, str) else index(value)
        except (TypeError, ValueError):
            kinds = "a whole number or text" if str in self.types else "a whole number"
            raise FTSUsageError(f"{self.name} must be {kinds}, got {value!r}") from None
        if self.limits.admit(number):
            return number
        least, most = self.limits.minimum, self.limits.maximum
        extent = f"at least {least}" if most is None else f"{least} to {most}"
        raise FTSUsageError(f"{self.name} must be {extent}, got {number}")


def as_json(name: str, value: Any, *, encoder: Callable[[Any], Any] | None = None) -> Any:
    """Turn a value into the JSON that the server will see: lists for tuples, text for keys.

    Args:
        name: Name of the value, for messages.
        value: Any value.
        encoder: Turns what JSON cannot hold into something that it can; None: `plain`.

    Raises:
        FTSUsageError: It cannot be written as JSON.
    """
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, default=encoder or plain)
        return json.loads(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        why = str(error)
    # Not in the except block: the error about a character would be chained, and it holds the whole text.
    raise FTSUsageError(f"{name} cannot be written as JSON: {why}")


def plain(value: Any) -> Any:
    """Turn a mapping into a dict, and a number of another library, such as numpy's, into one of Python.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(value, Mapping):
        return dict(value)
    if callable(item := getattr(value, "item", None)):
        return item()
    try:
        return index(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"Object of type {kind} is not JSON serializable") from None


@cache
def parameters_of(kind: type) -> Mapping[str, Parameter]:
    """List the fields of a class.

    Args:
        kind: `JobParams` or `Transfer`.

    Returns:
        The fields by name, in the order of their declaration.
    """
    meanings = _meanings(kind)
    hints = get_type_hints(kind, include_extras=True)
    return {
        field.name: _parameter(field.name, hints[field.name], meanings.get(field.name, ""))
        for field in attrs.fields(kind)
        if not field.inherited
    }


def _meanings(kind: type) -> dict[str, str]:
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2].partition("\n\n")[0]
    return {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(section)}


def _parameter(name: str, hint: Any, text: str) -> Parameter:
    members = (hint,) if get_origin(hint) is tuple else get_args(hint)
    meaning, _, default = text.partition(_SERVER_DEFAULT)
    return Parameter(
        name=name,
        types=tuple(
            getattr(member, "__origin__", member)
            for member in members
            if member not in {Unset, NoneType}
        ),
        limits=next((m.__metadata__[0] for m in members if hasattr(m, "__metadata__")), Limits()),
        meaning=meaning,
        server_default=default.rstrip("."),
    )


def conflicting_flags(params: Mapping[str, Any]) -> list[str]:
    """List the overwrite flags of a job when they exclude each other; nothing when they go together.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """
    flags = [name for name in _OVERWRITE_FLAGS if params.get(name)]
    return flags if len(flags) > 1 and set(flags) != _COMPATIBLE_FLAGS else []


def lacks_archive_timeout(params: Mapping[str, Any]) -> bool:
    """Say whether a job sets `overwrite_when_only_on_disk` without the `archive_timeout` that it needs.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """
    timeout = params.get("archive_timeout")
    archives = isinstance(timeout, int | float) and timeout > 0
    return bool(params.get("overwrite_when_only_on_disk")) and not archives
