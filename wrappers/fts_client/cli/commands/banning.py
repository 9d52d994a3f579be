"""`fts ban`, `fts unban` and `fts bans`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer import Argument, Option

from fts_client.cli.connection import connected
from fts_client.cli.help_pages import GroupedCommand
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["ban", "bans", "unban"]

ban = typer.Typer(help="Ban a storage or a user (administrators only).", no_args_is_help=True)
unban = typer.Typer(help="Lift a ban (administrators only).", no_args_is_help=True)

Storage = Annotated[
    str, Argument(metavar="STORAGE", help="SCHEME://HOST, as in the SURLs that fts files shows.")
]
UserDn = Annotated[str, Argument(metavar="DN", help="DN of the user.")]
Message = Annotated[
    str, Option(metavar="TEXT", help="Reason for the ban; at most 256 characters.")
]


@ban.command("se", cls=GroupedCommand)
@connected
def ban_se(
    fts: FTSClient,
    out: Output,
    *,
    storage: Storage,
    status: Annotated[
        Literal["cancel", "wait"],
        Option(help="Cancel the unfinished files, or make them wait until the ban is lifted."),
    ] = "cancel",
    allow_submit: Annotated[
        bool,
        Option(
            "--allow-submit", help="Accept new transfers and make them wait; needs --status wait."
        ),
    ] = False,
    message: Message = "",
) -> None:
    """Ban a storage for your VO and print the affected jobs.

    Examples:
      fts ban se davs://a.org --message "moving disk servers"
      fts ban se davs://a.org --status wait --allow-submit
    """
    if allow_submit and status == "cancel":
        raise FTSUsageError("--allow-submit needs --status wait")
    affected = fts.ban_se(storage, status=status, allow_submit=allow_submit, message=message)
    _show_affected(out, affected)


@ban.command("dn", cls=GroupedCommand)
@connected
def ban_dn(fts: FTSClient, out: Output, *, user_dn: UserDn, message: Message = "") -> None:
    """Ban a user and print the affected jobs.

    The user's unfinished jobs are cancelled, and every new request of the user is
    refused.

    Examples:
      fts ban dn "/DC=org/DC=example/CN=alice" --message "stolen key"
    """
    _show_affected(out, fts.ban_dn(user_dn, message=message))


@unban.command("se", cls=GroupedCommand)
@connected
def unban_se(fts: FTSClient, out: Output, *, storage: Storage) -> None:
    """Lift the ban of a storage.

    Waiting files continue; cancelled files stay cancelled.

    Examples:
      fts unban se davs://a.org
    """
    fts.unban_se(storage)
    out.show({"storage": storage, "banned": False}, [])


@unban.command("dn", cls=GroupedCommand)
@connected
def unban_dn(fts: FTSClient, out: Output, *, user_dn: UserDn) -> None:
    """Lift the ban of a user.

    Examples:
      fts unban dn "/DC=org/DC=example/CN=alice"
    """
    fts.unban_dn(user_dn)
    out.show({"user_dn": user_dn, "banned": False}, [])


@connected
def bans(
    fts: FTSClient,
    out: Output,
    *,
    kind: Annotated[
        Literal["se", "dn"] | None,
        Argument(metavar="[se|dn]", help="Only storages (se) or only users (dn)."),
    ] = None,
) -> None:
    """List banned storages and users (administrators only).

    Examples:
      fts bans
      fts bans se --json
    """
    found = {
        "se": [] if kind == "dn" else [item.to_dict() for item in fts.list_banned_se()],
        "dn": [] if kind == "se" else [item.to_dict() for item in fts.list_banned_dn()],
    }
    lines = (line for key, items in found.items() for item in items for line in _lines(key, item))
    out.show(found, lines)


def _show_affected(out: Output, job_ids: list[str]) -> None:
    out.show({"affected_jobs": job_ids}, job_ids or ["no jobs affected"])


def _lines(key: str, item: Mapping[str, Any]) -> Iterator[str]:
    details = [item.get("status"), item.get("vo") and f"VO {item['vo']}", item["addition_time"]]
    yield item[key]
    yield f"  {'  '.join(str(detail) for detail in details if detail)}  by {item['admin_dn']}"
    if item.get("message"):
        yield f"  {item['message']}"
