"""`fts ban`, `fts unban` and `fts bans`."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from typer import Argument, Option

from fts_client.cli.connection import confirm, connected
from fts_client.cli.display.output import fts_time, note
from fts_client.cli.help_pages import GroupedCommand
from fts_client.cli.input.filters import check_storage
from fts_client.errors import FTSError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_CHECKS: Final = 5

ban = typer.Typer(help="Ban a storage or a user (administrators only).", no_args_is_help=True)
unban = typer.Typer(help="Lift a ban (administrators only).", no_args_is_help=True)

Storage = Annotated[
    str, Argument(metavar="STORAGE", help="SCHEME://HOST, as in the SURLs that fts files shows.")
]
UserDn = Annotated[str, Argument(metavar="DN", help="DN of the user.")]
Message = Annotated[
    str, Option(metavar="TEXT", help="Reason for the ban; at most 256 characters.")
]

Yes = Annotated[bool, Option("--yes", "-y", help="Do not ask.")]


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
    yes: Yes = False,
) -> None:
    """Ban a storage for your VO and print the affected jobs.

    Asks first, unless files are only made to wait.

    Examples:
      fts ban se davs://a.org --message "moving disk servers"
      fts ban se davs://a.org --status wait --allow-submit
    """
    if allow_submit and status == "cancel":
        raise FTSUsageError("--allow-submit needs --status wait")
    check_storage("STORAGE", storage)
    if status == "cancel":
        question = f"Cancel every unfinished file of your VO from and to {storage}?"
        confirm(question, yes=yes, what="Canceling all files of a storage")
    affected = fts.ban_se(storage, status=status, allow_submit=allow_submit, message=message)
    _show_affected(out, affected)


@ban.command("dn", cls=GroupedCommand)
@connected
def ban_dn(
    fts: FTSClient, out: Output, *, user_dn: UserDn, message: Message = "", yes: Yes = False
) -> None:
    """Ban a user and print the affected jobs; asks first.

    The user's unfinished jobs are cancelled, and every new request of the user is
    refused.

    Examples:
      fts ban dn "/DC=org/DC=example/CN=alice" --message "stolen key"
    """
    question = f"Cancel every unfinished job of {user_dn} and refuse all requests of this user?"
    confirm(question, yes=yes, what="Banning a user")
    _show_affected(out, fts.ban_dn(user_dn, message=message))


@unban.command("se", cls=GroupedCommand)
@connected
def unban_se(fts: FTSClient, out: Output, *, storage: Storage) -> None:
    """Lift the ban of a storage, and check that it is gone.

    Waiting files continue; cancelled files stay cancelled.

    Examples:
      fts unban se davs://a.org
    """
    check_storage("STORAGE", storage)
    listed = partial(_listed, fts.list_banned_se, "se")
    still = _lift(fts.unban_se, storage, listed)
    out.show({"storage": storage, "banned": still}, [f"{storage}: ban lifted"])


@unban.command("dn", cls=GroupedCommand)
@connected
def unban_dn(fts: FTSClient, out: Output, *, user_dn: UserDn) -> None:
    """Lift the ban of a user, and check that it is gone.

    Examples:
      fts unban dn "/DC=org/DC=example/CN=alice"
    """
    listed = partial(_listed, fts.list_banned_dn, "dn")
    still = _lift(fts.unban_dn, user_dn, listed)
    out.show({"user_dn": user_dn, "banned": still}, [f"{user_dn}: ban lifted"])


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


def _listed(ask: Callable[[], Iterable[Any]], key: str) -> dict[str, Any]:
    return {entry[key].lower(): entry for entry in ask()}


def _lift(lift: Callable[[str], None], name: str, listed: Callable[[], dict[str, Any]]) -> bool:
    """Lift a ban.

    Args:
        lift: Sends the request.
        name: Storage or user.
        listed: Asks for the bans, by the name in lower case.

    Returns:
        Whether the server still shows the ban, at least now and then.

    Raises:
        FTSError: There is no such ban; the server would accept the request anyway.

    Source: observed on FTS 3.13.4: each of its threads may show and enforce a ban that was lifted until it has served other
        requests, and the ban of another VO stays.
    """
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - with the client

    if not rehearsing() and name.lower() not in (bans := listed()):
        near = get_close_matches(name, list(bans), n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "See fts bans."
        raise FTSError(f"{name} was not banned", remedy=remedy)
    lift(name)
    left = [entry for _ in range(_CHECKS) if (entry := listed().get(name.lower()))]
    if left:
        vo = f" for VO {left[0]['vo']}" if left[0].get("vo") else ""
        note(
            f"fts: warning: the ban was lifted, but the server still lists {name} as banned{vo} "
            f"({len(left)} of {_CHECKS} times): it may go on refusing until other requests have passed"
        )
    return bool(left)


def _show_affected(out: Output, job_ids: list[str]) -> None:
    out.show({"affected_jobs": job_ids}, job_ids or ["no jobs affected"])


def _lines(key: str, item: Mapping[str, Any]) -> Iterator[str]:
    details = [
        item.get("status"),
        item.get("vo") and f"VO {item['vo']}",
        fts_time(item["addition_time"]),
    ]
    yield item[key]
    yield f"  {'  '.join(str(detail) for detail in details if detail)}  by {item['admin_dn']}"
    if item.get("message"):
        yield f"  {item['message']}"
