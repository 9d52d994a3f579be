"""The options of `fts submit` that become parameters of jobs and files."""

from __future__ import annotations

import functools
import inspect
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from fts_client.cli.connection import parameters_of, set_parameters
from fts_client.cli.input.job_values import read_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FILE_OPTIONS", "JOB_OPTIONS", "with_job_options"]

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
        function(*arguments, **values, job_options=read_options(given, of_job=JOB_OPTIONS))

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
