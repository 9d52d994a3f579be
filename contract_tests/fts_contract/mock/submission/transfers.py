"""`files` of a submission: each one checked and taken apart into pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import bad_request
from fts_contract.mock.submission.conflicts import refuse_unknown_tokens
from fts_contract.mock.submission.urls import SURL, read_surl
from fts_contract.mock.submission.values import metadata, reading, text

if TYPE_CHECKING:
    from fts_contract.mock.state import State

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


def read_entries(files: Any, state: State) -> list[Entry]:
    """Check the files of a job.

    Args:
        files: `files` of the body.
        state: Sizes of metadata that the server accepts, and the tokens that it holds.

    Raises:
        APIError: 400 or 409.
    """
    with reading():
        entries = [_read_entry(index, file, state) for index, file in enumerate(files)]
    if not any(entry.pairs for entry in entries):
        raise bad_request("No valid pairs available")
    return entries


def _read_entry(index: int, file: Any, state: State) -> Entry:
    if not isinstance(file, dict):
        # The reference answers 500.
        raise TypeError(f"a file must be an object, not {type(file).__name__!r}")
    sources = tuple(read_surl(value) for value in file["sources"])
    # FTS looks for destinations of each source.
    given = file["destinations"] if sources else file.get("destinations", ())
    destinations = tuple(read_surl(value) for value in given)
    if "source_tokens" in file or "destination_tokens" in file:
        refuse_unknown_tokens(file, state, pairs=(len(sources), len(destinations)))
    activity = file.get("activity")
    fields = {
        "user_filesize": _filesize(file.get("filesize")),
        "scitag": _scitag(file.get("scitag")),
        "file_metadata": metadata(file.get("metadata"), limit=state.settings.file_metadata_limit),
    }
    for kind in ("staging", "archive"):
        name = f"{kind}_metadata"
        fields[name] = metadata(
            file.get(name),
            limit=getattr(state.settings, f"{name}_limit"),
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
    # FTS keeps no more digits than a double does.
    return min(round(float(size)), _LARGEST_SIZE)


def _scitag(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int):
        raise ValueError(  # noqa: TRY004 - answered as such
            f"Invalid SciTag value: {value}. Must be an integer in the [65, 65535] range!"
        )
    if value is True or value not in _SCITAGS:
        raise ValueError(f"Invalid SciTag value: {value} (not in [65, 65535] range)")
    return value


def checksum_text(value: Any) -> str | None:
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
