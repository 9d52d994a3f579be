"""What the options of `fts submit` mean on the wire, and what cannot go together."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

__all__ = ["JobOptions", "check", "read_options"]

_METADATA: Final = frozenset({"metadata", "staging_metadata", "archive_metadata", "job_metadata"})
_OBJECTS: Final = frozenset({"staging_metadata", "archive_metadata"})
_OVERWRITES: Final = (
    "overwrite",
    "overwrite_on_retry",
    "overwrite_when_only_on_disk",
    "overwrite_hop",
)
_TIME: Final = re.compile(r"\d+[smhd]?", re.IGNORECASE)


@attrs.frozen
class JobOptions:
    """What the options said.

    Attributes:
        params: Fields of `JobParams` that were given.
        file: Fields of `Transfer` that were given, for every file that does not say otherwise.
    """

    params: Mapping[str, Any]
    file: Mapping[str, Any]


def read_options(given: Mapping[str, Any], *, of_job: Container[str]) -> JobOptions:
    """Read what the options said.

    Args:
        given: By the name of the option; None: not given.
        of_job: Names of those that concern the job; the others concern its files.

    Returns:
        Values as they are sent.

    Raises:
        FTSUsageError: One that cannot be meant.
    """
    values = {name: _value(name, value) for name, value in given.items() if value is not None}
    return JobOptions(
        params={name: value for name, value in values.items() if name in of_job},
        file={name: value for name, value in values.items() if name not in of_job},
    )


def _value(name: str, value: Any) -> Any:
    if name in _METADATA:
        return _metadata(name, value)
    if isinstance(value, Path):
        return _token(value)
    if name == "max_time_in_queue":
        if not _TIME.fullmatch(value):
            raise FTSUsageError(f"--max-time-in-queue is a time such as 30m or 12h, not {value!r}")
        return int(value) if value.isdigit() else value
    return str(value) if isinstance(value, StrEnum) else value


def _metadata(name: str, text: str) -> Any:
    """Read metadata: a text that looks like JSON must be JSON."""
    option = "--" + {"metadata": "file_metadata"}.get(name, name).replace("_", "-")
    if not text.lstrip().startswith(("{", "[", '"')):
        if name in _OBJECTS:
            raise FTSUsageError(f"{option} needs a JSON object")
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise FTSUsageError(f"{option} is no JSON: {error}") from error


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FTSUsageError(f"Cannot read the token in {path}: {error}") from error


def check(params: Mapping[str, Any]) -> None:
    """Refuse parameters of a job that cannot go together.

    Args:
        params: As they would be sent.

    Raises:
        FTSUsageError: Which, and why.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs); it takes `ipv4` when both are given.
    """
    overwrites = {name for name in _OVERWRITES if params.get(name)}
    if len(overwrites) > 1 and overwrites != {"overwrite_hop", "overwrite_when_only_on_disk"}:
        names = ", ".join("--" + name.replace("_", "-") for name in sorted(overwrites))
        raise FTSUsageError(f"These exclude each other: {names}")
    archive_timeout = params.get("archive_timeout") or 0
    if params.get("overwrite_when_only_on_disk") and not (
        isinstance(archive_timeout, int) and archive_timeout > 0
    ):
        raise FTSUsageError("--overwrite-when-only-on-disk needs --archive-timeout")
    if params.get("ipv4") and params.get("ipv6"):
        raise FTSUsageError("--ipv4 and --ipv6 exclude each other")
