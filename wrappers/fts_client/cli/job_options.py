"""The options of `fts submit` that become parameters of jobs and files, and what cannot go together."""

from __future__ import annotations

import functools
import inspect
import json
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from fts_client.cli.connection import parameters_of, set_parameters
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FILE_OPTIONS", "JOB_OPTIONS", "JobOptions", "check", "with_job_options"]

_FILES, _JOB, _TAPE, _EXPERT = "Every file", "Job", "Tape", "How files are copied"


class ChecksumMode(StrEnum):
    """Where checksums are compared."""

    source = "source"
    target = "target"
    both = "both"
    none = "none"


class IdGenerator(StrEnum):
    """Who chooses the job id."""

    deterministic = "deterministic"
    standard = "standard"


class Strategy(StrEnum):
    """How one of several sources is chosen."""

    auto = "auto"
    orderly = "orderly"
    queue = "queue"
    success = "success"
    throughput = "throughput"
    file_throughput = "file-throughput"
    pending_data = "pending-data"
    waiting_time = "waiting-time"
    waiting_time_with_error = "waiting-time-with-error"
    duration = "duration"


def _option(
    kind: Any, panel: str, *names: str, text: str, metavar: str | None = None, **more: Any
) -> Any:
    option = typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel, **more)
    return Annotated[kind | None, option]


FILE_OPTIONS: Final[Mapping[str, Any]] = {
    "checksum": _option(
        str,
        _FILES,
        "--checksum",
        metavar="ALGORITHM:VALUE",
        text="For instance ADLER32:1a2b3c4d.",
    ),
    "filesize": _option(
        int, _FILES, "--filesize", "--file-size", metavar="BYTES", text="Size at the source."
    ),
    "activity": _option(str, _FILES, "--activity", metavar="NAME", text="Whose share is used."),
    "scitag": _option(
        int,
        _FILES,
        "--scitag",
        metavar="N",
        min=65,
        max=65535,
        text="Flow label for packet marking.",
    ),
    "metadata": _option(
        str,
        _FILES,
        "--file-metadata",
        metavar="JSON",
        text="Metadata of each file: JSON, or a text.",
    ),
    "staging_metadata": _option(
        str, _FILES, "--staging-metadata", metavar="JSON", text="For the tape system, to stage."
    ),
    "archive_metadata": _option(
        str,
        _FILES,
        "--archive-metadata",
        metavar="JSON",
        text="For the tape system, to archive.",
    ),
    "selection_strategy": _option(
        Strategy,
        _FILES,
        "--selection-strategy",
        metavar="NAME",
        text=f"How one of several sources is chosen: {', '.join(Strategy)}.",
    ),
    "source_tokens": _option(
        Path,
        _FILES,
        "--source-token-file",
        metavar="FILE",
        text="File with the bearer token for the sources; with --token-file only.",
    ),
    "destination_tokens": _option(
        Path,
        _FILES,
        "--destination-token-file",
        metavar="FILE",
        text="File with the bearer token for the destinations.",
    ),
}
"""The options for each file, by the name of the field of `Transfer`; what a file says itself goes before."""

JOB_OPTIONS: Final[Mapping[str, Any]] = {
    "verify_checksum": _option(
        ChecksumMode, _JOB, "--checksum-mode", "-C", text="Where checksums are compared."
    ),
    "overwrite": _option(bool, _JOB, "--overwrite", "-o", text="Overwrite the destination."),
    "overwrite_on_retry": _option(
        bool, _JOB, "--overwrite-on-retry", text="Overwrite from the first retry on."
    ),
    "overwrite_hop": _option(
        bool, _JOB, "--overwrite-hop", text="Overwrite at all hops but the last."
    ),
    "overwrite_when_only_on_disk": _option(
        bool,
        _JOB,
        "--overwrite-when-only-on-disk",
        text="Overwrite what is not on tape; with --archive-timeout.",
    ),
    "retry": _option(
        int,
        _JOB,
        "--retry",
        metavar="N",
        text="Retries; 0: the server's default, negative: none.",
    ),
    "retry_delay": _option(
        int, _JOB, "--retry-delay", min=0, metavar="SECONDS", text="Between retries."
    ),
    "priority": _option(
        int, _JOB, "--priority", "-p", metavar="N", min=1, max=5, text="5 is highest."
    ),
    "job_metadata": _option(
        str,
        _JOB,
        "--job-metadata",
        "--metadata",
        metavar="JSON",
        text="Metadata of the job: JSON, or a text.",
    ),
    "multihop": _option(
        bool, _JOB, "--multihop", "--multi-hop", "-m", text="The pairs are the hops of one path."
    ),
    "reuse": _option(bool, _JOB, "--reuse", "-r", text="One session for all files of the job."),
    "max_time_in_queue": _option(
        str,
        _JOB,
        "--max-time-in-queue",
        metavar="TIME",
        text="Give up if not begun by then: 30m, 12h, 2d; a number means hours.",
    ),
    "id_generator": _option(
        IdGenerator,
        _JOB,
        "--id-generator",
        text="standard: the server chooses the job id; then a job can be submitted twice.",
    ),
    "sid": _option(
        str,
        _JOB,
        "--sid",
        metavar="TEXT",
        text="Fixes the job id: the same text in the same VO is submitted once.",
    ),
    "bring_online": _option(
        int, _TAPE, "--bring-online", metavar="SECONDS", text="Stage the source, within this."
    ),
    "copy_pin_lifetime": _option(
        int,
        _TAPE,
        "--copy-pin-lifetime",
        metavar="SECONDS",
        text="Stage the source, and keep it on disk so long.",
    ),
    "archive_timeout": _option(
        int,
        _TAPE,
        "--archive-timeout",
        metavar="SECONDS",
        text="Wait so long for the destination to be on tape.",
    ),
    "dst_file_report": _option(
        bool,
        _TAPE,
        "--dst-file-report",
        text="Report on a file that is already at the destination.",
    ),
    "target_qos": _option(
        str, _TAPE, "--target-qos", metavar="CLASS", text="Move to this quality of service."
    ),
    "timeout": _option(
        int, _EXPERT, "--timeout", min=0, metavar="SECONDS", text="Limit for each copy."
    ),
    "nostreams": _option(int, _EXPERT, "--nostreams", metavar="N", text="Parallel streams."),
    "buffer_size": _option(
        int, _EXPERT, "--buffer-size", "--buff-size", metavar="BYTES", text="TCP buffer."
    ),
    "strict_copy": _option(
        bool, _EXPERT, "--strict-copy", text="Only copy: no checks, no directories made."
    ),
    "disable_cleanup": _option(
        bool,
        _EXPERT,
        "--disable-cleanup",
        text="Leave what a failed copy has left at the destination.",
    ),
    "ipv4": _option(bool, _EXPERT, "--ipv4", text="Use IPv4 only."),
    "ipv6": _option(bool, _EXPERT, "--ipv6", text="Use IPv6 only."),
    "s3alternate": _option(
        bool, _EXPERT, "--s3alternate", text="Bucket name in the path of S3 addresses."
    ),
    "source_spacetoken": _option(
        str,
        _EXPERT,
        "--source-spacetoken",
        "-S",
        metavar="NAME",
        text="Space token at the source.",
    ),
    "destination_spacetoken": _option(
        str,
        _EXPERT,
        "--destination-spacetoken",
        "-t",
        metavar="NAME",
        text="Space token at the destination; FTS 3.13 loses both.",
    ),
    "unmanaged_tokens": _option(
        bool,
        _EXPERT,
        "--unmanaged-tokens",
        text="The server does not refresh the tokens (from FTS 3.14).",
    ),
}
"""The options of a job, by the name of the field of `JobParams`."""

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


def with_job_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command all the options of jobs and files.

    Args:
        function: It has a parameter `job_options`, where they arrive as one `JobOptions`.

    Returns:
        A function with an option for each in its place.
    """
    options = {**FILE_OPTIONS, **JOB_OPTIONS}

    @functools.wraps(function)
    def command(*arguments: Any, **values: Any) -> None:
        given = {name: values.pop(name) for name in options}
        function(*arguments, **values, job_options=_read(given))

    own = [item for item in parameters_of(function) if item.name != "job_options"]
    kind = inspect.Parameter.KEYWORD_ONLY
    set_parameters(
        command,
        [
            *own,
            *(
                inspect.Parameter(name, kind, annotation=option, default=None)
                for name, option in options.items()
            ),
        ],
    )
    return command


def _read(given: Mapping[str, Any]) -> JobOptions:
    values = {name: _value(name, value) for name, value in given.items() if value is not None}
    return JobOptions(
        params={name: value for name, value in values.items() if name in JOB_OPTIONS},
        file={name: value for name, value in values.items() if name in FILE_OPTIONS},
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
