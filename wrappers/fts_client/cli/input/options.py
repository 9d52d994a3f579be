"""The options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "COMMON",
    "AsJson",
    "CADir",
    "CAFile",
    "Curl",
    "Debug",
    "Endpoint",
    "Insecure",
    "Key",
    "Proxy",
    "TokenFile",
]

_CONNECTION: Final = "Connection"
_OUTPUT: Final = "Output"

Endpoint = Annotated[
    str,
    typer.Option(
        "--endpoint",
        "-s",
        envvar="FTS_ENDPOINT",
        metavar="URL",
        help="FTS REST endpoint, such as https://fts3-public.cern.ch:8446.",
        rich_help_panel=_CONNECTION,
        show_default=False,
    ),
]
Proxy = Annotated[
    Path | None,
    typer.Option(
        "--proxy",
        "--cert",
        metavar="PEM",
        help="Proxy, or certificate. Default: found as grid tools find it.",
        rich_help_panel=_CONNECTION,
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="PEM",
        help="Private key, if not in the file of the certificate.",
        rich_help_panel=_CONNECTION,
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="File with a bearer token.",
        rich_help_panel=_CONNECTION,
    ),
]
CADir = Annotated[
    Path | None,
    typer.Option(
        "--ca-dir",
        "--capath",
        metavar="DIR",
        help="CA certificates. Default: X509_CERT_DIR, else /etc/grid-security/certificates.",
        rich_help_panel=_CONNECTION,
    ),
]
CAFile = Annotated[
    Path | None,
    typer.Option(
        "--ca-file",
        metavar="PEM",
        help="Bundle of CA certificates, in place of a directory or beside it.",
        rich_help_panel=_CONNECTION,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure",
        help="Do not verify the server. For tests only.",
        rich_help_panel=_CONNECTION,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", "-j", help="Print JSON.", rich_help_panel=_OUTPUT)]
Curl = Annotated[
    bool,
    typer.Option(
        "--curl",
        help="Send nothing; print the request as a curl command, without secrets.",
        rich_help_panel=_OUTPUT,
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        "-v",
        help="Show every request, and where an error arose, on standard error.",
        rich_help_panel=_OUTPUT,
    ),
]

COMMON: Final[Mapping[str, tuple[Any, Any]]] = {
    "endpoint": (Endpoint, ""),
    "proxy": (Proxy, None),
    "key": (Key, None),
    "token_file": (TokenFile, None),
    "ca_dir": (CADir, None),
    "ca_file": (CAFile, None),
    "insecure": (Insecure, False),
    "as_json": (AsJson, False),
    "curl": (Curl, False),
    "debug": (Debug, False),
}
"""What `connected` adds to a command: annotation and default by the name of the parameter."""
