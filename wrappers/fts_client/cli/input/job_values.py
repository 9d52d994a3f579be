"""How the options of `fts submit` are named, what their values mean in the request, and which exclude each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from fts_client.errors import FTSUsageError
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.parameters import conflicting_flags, lacks_archive_timeout, parameters_of
from fts_client.jobs.reading import read_json, read_text

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "filesize": ("--filesize", "--file-size"),
    "metadata": ("--file-metadata",),
    "source_tokens": ("--source-token-file",),
    "destination_tokens": ("--destination-token-file",),
    "verify_checksum": ("--checksum-mode", "-C"),
    "overwrite": ("--overwrite", "-o"),
    "priority": ("--priority", "-p"),
    "job_metadata": ("--job-metadata", "--metadata"),
    "multihop": ("--multihop", "--multi-hop", "-m"),
    "reuse": ("--reuse", "-r"),
    "buffer_size": ("--buffer-size", "--buff-size"),
    "source_spacetoken": ("--source-spacetoken", "-S"),
    "destination_spacetoken": ("--destination-spacetoken", "-t"),
}
_TIME: Final = re.compile(r"[0-9]{1,9}[smhd]?", re.IGNORECASE)


@attrs.frozen
class JobOptions:
    """The values of the options.

    Attributes:
        params: Fields of `JobParams` that were given.
        file: Fields of `Transfer` that were given, for every file that has no value of its own.
    """

    params: Mapping[str, Any]
    file: Mapping[str, Any]


def option_names(name: str) -> tuple[str, ...]:
    """Name the option for a field of `JobParams` or `Transfer`: the option, then its other spellings."""
    return _NAMES.get(name) or ("--" + name.replace("_", "-"),)


def read_options(given: Mapping[str, Any]) -> JobOptions:
    """Read the values of the options.

    Args:
        given: By the name of the field; None: not given.

    Returns:
        Values as they are sent.

    Raises:
        FTSUsageError: A value that cannot be read.
    """
    values = {name: _value(name, value) for name, value in given.items() if value is not None}
    of_job = parameters_of(JobParams)
    return JobOptions(
        params={name: value for name, value in values.items() if name in of_job},
        file={name: value for name, value in values.items() if name not in of_job},
    )


def _value(name: str, value: Any) -> Any:
    parameter = parameters_of(JobParams).get(name) or parameters_of(Transfer)[name]
    if Mapping in parameter.types:
        return _metadata(option_names(name)[0], value, text_allowed=str in parameter.types)
    if isinstance(value, Path):
        return read_text(value).strip()
    if name == "max_time_in_queue":
        if not _TIME.fullmatch(value):
            raise FTSUsageError(
                f"--max-time-in-queue must be a time such as 30m or 12h, got {value!r}"
            )
        return int(value) if value.isdigit() else value
    return value


def _metadata(option: str, text: str, *, text_allowed: bool) -> Any:
    """Read metadata: a value that starts like JSON must be JSON."""
    if not text.lstrip().startswith(("{", "[", '"')):
        if not text_allowed:
            raise FTSUsageError(f"{option} must be a JSON object")
        return text
    return read_json(text, option)


def check(params: Mapping[str, Any]) -> None:
    """Refuse parameters of a job that exclude each other.

    Args:
        params: As they would be sent.

    Raises:
        FTSUsageError: Which, and why.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs); it uses IPv4 when both are given.
    """
    if flags := conflicting_flags(params):
        names = ", ".join(sorted(option_names(name)[0] for name in flags))
        raise FTSUsageError(f"These options exclude each other: {names}")
    if lacks_archive_timeout(params):
        raise FTSUsageError("--overwrite-when-only-on-disk needs --archive-timeout")
    if params.get("ipv4") and params.get("ipv6"):
        raise FTSUsageError("--ipv4 and --ipv6 exclude each other")
