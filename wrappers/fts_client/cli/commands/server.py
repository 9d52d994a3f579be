"""`fts server info` and `fts server hosts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from typer import Option

from fts_client.cli.connection import connected
from fts_client.cli.exits import SOMETHING_ACTIVE
from fts_client.cli.help_pages import GroupedCommand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_api.models import HostActivityByHost
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_PARTS: Final = ("core", "api", "schema", "delegation")

server = typer.Typer(help="Show versions and load of a server.", no_args_is_help=True)


@server.command("info", cls=GroupedCommand)
@connected
def info(fts: FTSClient, out: Output) -> None:
    """Show the versions of a server.

    Examples:
      fts server info
    """
    value = fts.server_info().to_dict()
    out.show(value, (f"{name:<11} {_version(value[name])}" for name in _PARTS if value.get(name)))


def _version(part: Mapping[str, Any] | list[Any]) -> str:
    if isinstance(part, list):
        return ", ".join(map(_version, part))
    names = ("major", "minor", "patch")
    return ".".join(str(part[name]) for name in names if part.get(name) is not None)


@server.command("hosts", cls=GroupedCommand)
@connected
def hosts(
    fts: FTSClient,
    out: Output,
    *,
    host: Annotated[
        str | None, Option("--host", "-H", metavar="HOST", help="Only this host.")
    ] = None,
    is_active: Annotated[
        bool,
        Option("--is-active", help="Exit code: 0 idle, 11 transferring, 12 staging, 13 both."),
    ] = False,
) -> None:
    """Show the number of transfers and staging requests on each host.

    Examples:
      fts server hosts
      fts server hosts --host fts01.example.org --is-active
    """
    from fts_api.api.server import get_host_activity  # noqa: PLC0415 - with the client

    activity = cast("HostActivityByHost", get_host_activity.sync(client=fts.raw))
    counts = {name: entry.to_dict() for name, entry in activity.additional_properties.items()}
    if host is not None:
        counts = {host: counts.get(host, {})}
    texts = {
        name: ", ".join(f"{count} {what}" for what, count in entry.items())
        for name, entry in counts.items()
    }
    out.show(counts, (f"{name}  {text or 'idle'}" for name, text in texts.items()))
    active = any(entry.get("active") for entry in counts.values())
    staging = any(entry.get("staging") for entry in counts.values())
    if is_active and (active or staging):
        raise typer.Exit(SOMETHING_ACTIVE + active + 2 * staging)
