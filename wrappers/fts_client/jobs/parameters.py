"""The parameters of jobs and files as data, read from `JobParams` and `Transfer`, and the rules between parameters."""

from __future__ import annotations

import inspect
import re
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

import attrs

from fts_client.jobs.job import Limits, Unset

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PER_FILE", "Parameter", "conflicting_flags", "lacks_archive_timeout", "parameters_of"]

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
_SERVER_DEFAULT: Final = " Server default: "


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
