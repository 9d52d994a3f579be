"""What several commands accept: job ids, how to wait for them, and the common options of connection and output."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import attrs
from typer import Argument, Option

from fts_client.cli.input.recent_jobs import complete_job_ids
from fts_client.errors import FTSUsageError
from fts_client.jobs.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_connection = partial(Option, rich_help_panel="Connection")
_output = partial(Option, rich_help_panel="Output")
_waiting = partial(Option, rich_help_panel="Waiting")
watch_option = partial(_waiting, "--watch", help="Show progress until every job has ended.")
"""To be called with the short name that the command has for it."""

Key = Annotated[
    Path | None,
    _connection("--key", metavar="PEM", help="Private key, if not in the certificate's file."),
]
HTTPProxyURL = Annotated[
    str | None,
    _connection(
        "--http-proxy",
        metavar="URL",
        help="HTTP proxy to go through, '' for none. Default: HTTPS_PROXY, ALL_PROXY and NO_PROXY.",
    ),
]
AsJson = Annotated[bool, _output("--json", "-j", help="Print JSON.")]
Quiet = Annotated[
    bool,
    _output("--quiet", "-q", help="Print bare job ids, one a line, for other commands to read."),
]
Debug = Annotated[
    bool,
    _output("--debug", "-v", help="Log every request, and the traceback of an error, to stderr."),
]
JobIds = Annotated[
    list[str],
    Argument(
        metavar="JOB_ID...",
        help="Job ids; - reads them from stdin, one a line (only the first word counts).",
        autocompletion=complete_job_ids,
    ),
]
Wait = Annotated[
    float | None,
    _waiting(
        "--wait",
        metavar="SECONDS",
        help="Wait at most this long for the jobs to end; quiet without --watch.",
    ),
]
Poll = Annotated[
    float, _waiting("--poll", "-i", metavar="SECONDS", help="Time between status requests.")
]


@attrs.frozen(kw_only=True)
class CommonOptions:
    """The options of every command that talks to a server, with their defaults."""

    endpoint: Annotated[
        str,
        _connection(
            "--endpoint",
            "-s",
            envvar="FTS_ENDPOINT",
            metavar="URL",
            help="FTS REST endpoint, such as https://fts3-public.cern.ch:8446.",
            show_default=False,
        ),
    ] = ""
    proxy: Annotated[
        Path | None,
        _connection(
            "--proxy",
            "--cert",
            metavar="PEM",
            help="Proxy or certificate. Default: searched for where grid tools look.",
        ),
    ] = None
    key: Key = None
    token_file: Annotated[
        Path | None, _connection(metavar="FILE", help="File with a bearer token.")
    ] = None
    ca_dir: Annotated[
        Path | None,
        _connection(
            "--ca-dir",
            "--capath",
            metavar="DIR",
            help="CA certificates. Default: X509_CERT_DIR, or /etc/grid-security/certificates.",
        ),
    ] = None
    ca_file: Annotated[
        Path | None,
        _connection(
            metavar="PEM", help="Bundle of CA certificates, instead of or besides a directory."
        ),
    ] = None
    http_proxy: HTTPProxyURL = None
    insecure: Annotated[
        bool, _connection("--insecure", help="Do not verify the server; for tests only.")
    ] = False
    as_json: AsJson = False
    curl: Annotated[
        bool,
        _output(
            "--curl", help="Send nothing; print the request as a curl command, without secrets."
        ),
    ] = False
    debug: Debug = False


_MOST_HOURS: Final = 876_000
_HINTS: Final = get_type_hints(CommonOptions, include_extras=True)
COMMON: Final[Mapping[str, tuple[Any, Any]]] = {
    field.name: (_HINTS[field.name], field.default) for field in attrs.fields(CommonOptions)
}
"""The same for typer: annotation and default by the name of the parameter."""


def hours(value: float, option: str) -> timedelta:
    """Read a number of hours.

    Raises:
        FTSUsageError: It is not a number, or exceeds a century.
    """
    if not abs(value) <= _MOST_HOURS:
        raise FTSUsageError(
            f"{option} must be a number of hours up to {_MOST_HOURS:,}, got {value:g}"
        )
    return timedelta(hours=value)


def read_ids(words: Sequence[str]) -> list[str]:
    """Replace each `-` with the first words of the lines on standard input; indented lines do not count.

    Raises:
        FTSUsageError: No job id remains.
    """
    ids = []
    for word in words:
        if word == "-":
            lines = read_text(word).splitlines()
            ids += [line.split()[0] for line in lines if line.strip() and not line[0].isspace()]
        else:
            ids.append(word)
    if not ids:
        raise FTSUsageError("No job ids on standard input")
    return ids
