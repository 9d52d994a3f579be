"""`files` of a submission: each one checked and taken apart into pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.submission.urls import SURL, read_surl
from fts_contract.mock.submission.values import metadata, reading, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.state import Limits

_SCITAGS: Final = range(65, 65536)
_LARGEST_SIZE: Final = 2**63 - 1


@attrs.frozen
class Entry:
    """One member of `files`.

    Attributes:
        index: Its position.
        sources: At least one, checked.
        destinations: At least one, checked.
        checksum: As given; None when absent. Its type is checked later.
        selection_strategy: As given; `auto` when absent. Its type is checked later.
        fields: The fields that its file records take over.
    """

    index: int
    sources: tuple[SURL, ...]
    destinations: tuple[SURL, ...]
    checksum: Any
    selection_strategy: Any
    fields: dict[str, Any]

    @property
    def pairs(self) -> list[tuple[SURL, SURL]]:
        """Every source with every destination, sources outside."""
        return [(source, dest) for source in self.sources for dest in self.destinations]


def read_entries(files: Any, *, limits: Limits, is_stored: Callable[[str], bool]) -> list[Entry]:
    """Check the files of a job.

    Args:
        files: `files` of the body.
        limits: Sizes of metadata that the server accepts.
        is_stored: Says whether the server holds a token.

    Raises:
        APIError: 400 or 409.
    """
    with reading():
        entries = [
            _read_entry(index, file, limits=limits, is_stored=is_stored)
            for index, file in enumerate(files)
        ]
    if not any(entry.pairs for entry in entries):
        raise bad_request("No valid pairs available")
    return entries


def _read_entry(
    index: int, file: Any, *, limits: Limits, is_stored: Callable[[str], bool]
) -> Entry:
    if not isinstance(file, dict):
        # The reference answers 500.
        raise TypeError(f"a file must be an object, not {type(file).__name__!r}")
    sources = tuple(read_surl(value) for value in file["sources"])
    destinations = tuple(read_surl(value) for value in file["destinations"])
    _check_tokens(file, sources, destinations, is_stored=is_stored)
    activity = file.get("activity")
    fields = {
        "user_filesize": _filesize(file.get("filesize")),
        "scitag": _scitag(file.get("scitag")),
        "file_metadata": metadata(file.get("metadata"), limit=limits.file_metadata),
    }
    for kind in ("staging", "archive"):
        name = f"{kind}_metadata"
        fields[name] = metadata(
            file.get(name),
            limit=getattr(limits, name),
            strings=f"{kind.capitalize()} metadata not in JSON format",
        )
    return Entry(
        index=index,
        sources=sources,
        destinations=destinations,
        checksum=file.get("checksum"),
        selection_strategy=file.get("selection_strategy", "auto"),
        fields={
            **fields,
            "activity": "default"
            if activity is None
            else text(activity, name="activity", longest=255),
        },
    )


def _filesize(value: Any) -> int:
    if value is None:
        return 0
    size = value if isinstance(value, int) else float(value)
    if math.isnan(size) or size > _LARGEST_SIZE:
        raise ValueError(f"filesize is out of range: {value}")
    return round(size)


def _scitag(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise ValueError(
            f"Invalid SciTag value: {value}. Must be an integer in the [65, 65535] range!"
        )
    if value not in _SCITAGS:
        raise ValueError(f"Invalid SciTag value: {value} (not in [65, 65535] range)")
    return value


def _check_tokens(
    file: dict[str, Any],
    sources: tuple[SURL, ...],
    destinations: tuple[SURL, ...],
    *,
    is_stored: Callable[[str], bool],
) -> None:
    # A certificate user has no tokens of his own; those of others count only where the server holds them. FTS answers any
    # other with a 409 and the SQL statement that failed; the mock keeps the status, which clients must tell from the 409
    # of a repeated sid, and keeps the SQL to itself.
    for key, label, urls in (
        ("source_tokens", "Source", sources),
        ("destination_tokens", "Destination", destinations),
    ):
        if key not in file:
            continue
        if isinstance(file[key], dict):
            raise TypeError(f"{key} must be a list")
        tokens = list(file[key])
        for token in tokens:
            if token is not None and not isinstance(token, str):
                raise bad_request(f"{label} token is not a string")
        if len(tokens) > len(urls):
            raise ValueError(f"more {key} than URLs")
        if any(token is not None and not is_stored(token) for token in tokens):
            raise APIError(409, "The submission is duplicated: unknown token")


def checksum_text(value: Any) -> str:
    """Read the checksum of a file for storage.

    Raises:
        TypeError: A number.
        ValueError: Longer than the column (the reference answers 500).
    """
    if value is None:
        return "ADLER32"
    if isinstance(value, bool | int | float):
        raise TypeError(f"object of type '{type(value).__name__}' has no len()")
    return text(value, name="checksum", longest=100)


def strategy_text(value: Any) -> str | None:
    """Read the selection strategy of a file for storage.

    Raises:
        ValueError: Longer than the column (the reference answers 500).
    """
    return None if value is None else text(value, name="selection_strategy", longest=32)
