"""`fts proxy init` and `fts proxy info`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated

import typer
from typer import Argument, Option

from fts_client.cli.connection import ask_for_passphrase
from fts_client.cli.display.output import Output
from fts_client.cli.exits import FAILED, explained
from fts_client.cli.help_pages import GroupedCommand
from fts_client.cli.input.options import AsJson, Debug, Key
from fts_client.cli.input.options import hours as in_hours
from fts_client.errors import FTSUsageError
from fts_client.timestamps import time_left_in_words

_PROXY_PLACES = "X509_USER_PROXY, or /tmp/x509up_u<uid>"  # what find_credential looks at first

# Repeats `fts_client.credentials.proxy.MIN_KEY_BITS`, whose module `--help` must not load.
_KEY_BITS = 2048
# Larger keys take minutes to make.
_MOST_KEY_BITS = 8192

proxy = typer.Typer(help="Create or show a proxy.", no_args_is_help=True)


@proxy.command("init", cls=GroupedCommand)
def init(
    *,
    cert: Annotated[
        Path | None,
        Option(
            "--cert",
            metavar="FILE",
            help="Certificate (PEM or .p12) or proxy. Default: X509_USER_CERT, or ~/.globus.",
        ),
    ] = None,
    key: Key = None,
    out: Annotated[
        Path | None,
        Option("--out", metavar="PEM", help=f"File to write. Default: {_PROXY_PLACES}."),
    ] = None,
    hours: Annotated[
        float, Option("--hours", min=0, metavar="HOURS", help="Lifetime of the proxy.")
    ] = 12.0,
    bits: Annotated[
        int, Option(max=_MOST_KEY_BITS, metavar="N", help="Size of its RSA key.")
    ] = _KEY_BITS,
    path_length: Annotated[
        int | None,
        Option(
            "--path-length",
            metavar="N",
            help="How many proxies may be derived from it in a row. Default: any number.",
        ),
    ] = None,
    limited: Annotated[bool, Option("--limited", help="Create a limited proxy.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Create an RFC 3820 proxy.

    The proxy has no VOMS attributes; use voms-proxy-init if you need them.

    Examples:
      fts proxy init --hours 24
      fts proxy init --cert ~/robot.p12 --out /run/robot/proxy.pem
    """
    # Imported here because they load cryptography, which `--help` does not need.
    from fts_client.cli.display.proxy_report import report_value  # noqa: PLC0415
    from fts_client.credentials.discovery import (  # noqa: PLC0415
        UserCertificate,
        find_user_certificate,
        proxy_path,
    )
    from fts_client.credentials.proxy import create_proxy  # noqa: PLC0415
    from fts_client.credentials.secret_files import write_secret_file  # noqa: PLC0415
    from fts_client.credentials.x509 import X509Credential  # noqa: PLC0415

    with explained(debug=debug):
        if out is not None and not out.name:
            raise FTSUsageError(f"--out must name a file, got {str(out)!r}")
        files = UserCertificate(cert, key) if cert else find_user_certificate()
        ask = ask_for_passphrase
        if files.is_pkcs12:
            user = X509Credential.from_pkcs12(files.certificate, passphrase=ask)
        else:
            user = X509Credential.from_file(files.certificate, key_path=files.key, passphrase=ask)
        pem = create_proxy(
            user.to_pem(),
            lifetime=in_hours(hours, "--hours"),
            key_size=bits,
            path_length=path_length,
            limited=limited,
        )
        path = out or proxy_path()
        write_secret_file(path, pem)
        made = X509Credential.from_file(path)
        left = time_left_in_words(made.info.time_left())
        Output(as_json).show(report_value(made), [f"{path}: proxy of {made.user_dn}, {left}"])


@proxy.command("info", cls=GroupedCommand)
def info(
    *,
    path: Annotated[
        Path | None, Argument(metavar="[FILE]", help=f"Default: {_PROXY_PLACES}.")
    ] = None,
    file: Annotated[
        Path | None, Option("--file", metavar="PEM", help="The same as an option.")
    ] = None,
    key: Key = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show the contents of a proxy, like voms-proxy-info -all.

    The signatures of VOMS attributes are not verified. Exit code 1 if the proxy has
    expired.

    Examples:
      fts proxy info
      fts proxy info /run/robot/proxy.pem --json | jq .time_left_s
    """
    from fts_client.cli.display.proxy_report import report_lines, report_value  # noqa: PLC0415
    from fts_client.credentials.discovery import proxy_path  # noqa: PLC0415
    from fts_client.credentials.x509 import X509Credential  # noqa: PLC0415 - see init

    with explained(debug=debug):
        if path and file:
            raise FTSUsageError("FILE and --file exclude each other")
        credential = X509Credential.from_file(
            path or file or proxy_path(), key_path=key, passphrase=ask_for_passphrase
        )
        now = datetime.now(UTC)
        Output(as_json).show(report_value(credential, now=now), report_lines(credential, now=now))
        if credential.expires_at <= now:
            raise typer.Exit(FAILED)
