"""`fts ban`, `fts unban` and `fts bans`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fts_client.cli.connection import connected
from fts_client.cli.help_pages import GroupedCommand
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["ban", "bans", "unban"]

ban = typer.Typer(help="Ban a storage or a user; for administrators.", no_args_is_help=True)
unban = typer.Typer(help="End a ban; for administrators.", no_args_is_help=True)

Storage = Annotated[
    str, typer.Argument(metavar="STORAGE", help="Usually SCHEME://HOST, as fts files shows it.")
]
UserDn = Annotated[str, typer.Argument(metavar="DN", help="DN of the user.")]
Message = Annotated[str, typer.Option(metavar="TEXT", help="Why; at most 256 characters.")]


class BanStatus(StrEnum):
    """What happens to the jobs of a banned storage."""

    cancel = "cancel"
    wait = "wait"


class BanKind(StrEnum):
    """What is banned."""

    se = "se"
    dn = "dn"


@ban.command("se", cls=GroupedCommand)
@connected
def ban_se(
    fts: FTSClient,
    out: Output,
    *,
    storage: Storage,
    status: Annotated[
        BanStatus,
        typer.Option(
            help="cancel: unfinished files are cancelled; wait: they are held until the ban ends."
        ),
    ] = BanStatus.cancel,
    allow_submit: Annotated[
        bool,
        typer.Option(
            "--allow-submit", help="New transfers are accepted and held; with --status wait."
        ),
    ] = False,
    message: Message = "",
) -> None:
    """Ban a storage for your VO and print the jobs that it hits.

    Examples:
      fts ban se davs://a.org --message "disk servers are moved"
      fts ban se davs://a.org --status wait --allow-submit
    """
    if allow_submit and status is BanStatus.cancel:
        raise FTSUsageError("--allow-submit goes with --status wait only")
    # A literal for each, as the client wants it.
    kind = "wait" if status is BanStatus.wait else "cancel"
    hit = fts.ban_se(
        storage,
        status="wait" if kind == "wait" else "cancel",
        allow_submit=allow_submit,
        message=message,
    )
    _show_hit(out, hit)


@ban.command("dn", cls=GroupedCommand)
@connected
def ban_dn(fts: FTSClient, out: Output, *, user_dn: UserDn, message: Message = "") -> None:
    """Ban a user and print the jobs that it hits.

    Unfinished jobs are cancelled, and every request of the user is refused.

    Examples:
      fts ban dn "/DC=org/DC=example/CN=alice" --message "key was stolen"
    """
    _show_hit(out, fts.ban_dn(user_dn, message=message))


@unban.command("se", cls=GroupedCommand)
@connected
def unban_se(fts: FTSClient, out: Output, *, storage: Storage) -> None:
    """End the ban of a storage.

    Held files go on, cancelled ones do not come back.

    Examples:
      fts unban se davs://a.org
    """
    fts.unban_se(storage)
    out.show({"storage": storage, "banned": False}, [])


@unban.command("dn", cls=GroupedCommand)
@connected
def unban_dn(fts: FTSClient, out: Output, *, user_dn: UserDn) -> None:
    """End the ban of a user.

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
        BanKind | None,
        typer.Argument(metavar="[se|dn]", help="Storages or users; default: both."),
    ] = None,
) -> None:
    """List the banned storages and users; for administrators.

    Examples:
      fts bans
      fts bans se --json
    """
    storages = [] if kind is BanKind.dn else [item.to_dict() for item in fts.list_banned_se()]
    users = [] if kind is BanKind.se else [item.to_dict() for item in fts.list_banned_dn()]
    out.show(
        {"se": storages, "dn": users},
        [
            *(line for item in storages for line in _describe(item["se"], item)),
            *(line for item in users for line in _describe(item["dn"], item)),
        ],
    )


def _show_hit(out: Output, job_ids: list[str]) -> None:
    out.show({"affected_jobs": job_ids}, job_ids or ["no jobs affected"])


def _describe(what: str, item: Mapping[str, Any]) -> Iterator[str]:
    details = [item.get("status"), item.get("vo") and f"VO {item['vo']}", item["addition_time"]]
    yield what
    yield f"  {'  '.join(str(detail) for detail in details if detail)}  by {item['admin_dn']}"
    if item.get("message"):
        yield f"  {item['message']}"
