"""The options of `fts submit` for the parameters of jobs and files; types, limits and help are those of the parameters."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from fts_client.cli.connection import parameters_of as arguments_of
from fts_client.cli.connection import set_parameters
from fts_client.cli.input.job_values import option_names, read_options
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.parameters import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client.jobs.parameters import Parameter

_TAPE: Final = frozenset(
    {"bring_online", "copy_pin_lifetime", "archive_timeout", "dst_file_report", "target_qos"}
)
_JOB: Final = frozenset(
    {"verify_checksum", "reuse", "multihop", "job_metadata", "retry", "retry_delay", "priority"}
    | {"overwrite", "overwrite_on_retry", "overwrite_hop", "overwrite_when_only_on_disk"}
    | {"max_time_in_queue", "id_generator", "sid"}
)
_PLACEHOLDERS: Final = {
    "checksum": "ALGORITHM:VALUE",
    "activity": "NAME",
    "selection_strategy": "NAME",
    "source_spacetoken": "NAME",
    "destination_spacetoken": "NAME",
    "target_qos": "CLASS",
    "max_time_in_queue": "TIME",
}
# Command lines can be read by every user of a machine, so tokens come from files.
_TOKENS: Final = {
    "source_tokens": "File with the bearer token for the sources; with --token-file only.",
    "destination_tokens": "File with the bearer token for the destinations; with --token-file only.",
}


def _option(parameter: Parameter, panel: str) -> Any:
    limits, types = parameter.limits, parameter.types
    kind: Any = str
    placeholder = limits.unit.upper() or "TEXT"
    if parameter.name in _TOKENS:
        kind, placeholder = Path, "FILE"
    elif limits.choices:
        kind, placeholder = Literal[limits.choices], ""
    elif Mapping in types:
        placeholder = "JSON"
    elif types == (bool,):
        kind, placeholder = bool, ""
    elif types == (int,):
        kind, placeholder = int, limits.unit.upper() or "N"
    option = typer.Option(
        *option_names(parameter.name),
        help=_TOKENS.get(parameter.name) or _help(parameter.meaning),
        metavar=_PLACEHOLDERS.get(parameter.name) or placeholder or None,
        rich_help_panel=panel,
        min=limits.minimum,
        max=limits.maximum,
    )
    return Annotated[kind | None, option]


def _help(meaning: str) -> str:
    """Take the first sentence, with the names of parameters as those of their options."""
    sentence, point, _ = meaning.partition(". ")
    return re.sub(
        r"`([^`]+)`",
        lambda code: option_names(code[1])[0] if code[1] in parameters_of(JobParams) else code[1],
        sentence + point.strip(),
    )


def _panel(name: str) -> str:
    if name in _TAPE:
        return "Tape"
    return "Job" if name in _JOB else "How files are copied"


FILE_OPTIONS: Final[Mapping[str, Any]] = {
    name: _option(parameter, "Every file")
    for name, parameter in parameters_of(Transfer).items()
    if name not in {"sources", "destinations"}
}
"""The options for each file, by the name of the field of `Transfer`; a value in a file of transfers takes precedence."""

JOB_OPTIONS: Final[Mapping[str, Any]] = {
    name: _option(parameter, _panel(name)) for name, parameter in parameters_of(JobParams).items()
}
"""The options of a job, by the name of the field of `JobParams`."""


def with_job_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command all the options of jobs and files.

    Args:
        function: It has a parameter `job_options`, where they arrive as one `JobOptions`.

    Returns:
        A function with one parameter for each option instead.
    """
    options = {**FILE_OPTIONS, **JOB_OPTIONS}

    @functools.wraps(function)
    def command(*arguments: Any, **values: Any) -> None:
        given = {name: values.pop(name) for name in options}
        function(*arguments, **values, job_options=read_options(given))

    own = [item for item in arguments_of(function) if item.name != "job_options"]
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, kind, annotation=option, default=None)
        for name, option in options.items()
    ]
    set_parameters(command, [*own, *added])
    return command
