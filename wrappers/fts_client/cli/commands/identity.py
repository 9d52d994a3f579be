"""`fts whoami` and `fts delegate`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from fts_client.cli.connection import connected
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.timestamps import time_left_in_words

if TYPE_CHECKING:
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["delegate", "whoami"]

_HOUR = timedelta(hours=1)


@connected
def whoami(fts: FTSClient, out: Output) -> None:
    """Show how the server sees you.

    Examples:
      fts whoami
      fts whoami --json | jq -r .delegation_id
    """
    me = fts.whoami()
    lines = [
        f"user_dn        {me.user_dn}",
        f"delegation_id  {me.delegation_id}",
        f"base_id        {me.base_id}",
        f"method         {me.method}",
        *(f"vo             {vo}" for vo in me.vos),
        *(f"vo_id          {vo_id}" for vo_id in me.vos_id),
        *(f"attribute      {fqan}" for fqan in me.voms_cred),
    ]
    out.show(me.to_dict(), lines)


@connected
def delegate(
    fts: FTSClient,
    out: Output,
    *,
    lifetime: Annotated[
        float,
        typer.Option(
            "--lifetime", "--hours", "-H", metavar="HOURS", help="How long it shall last."
        ),
    ] = DEFAULT_LIFETIME / _HOUR,
    min_left: Annotated[
        float,
        typer.Option("--min-left", metavar="HOURS", help="Do nothing if this much is left."),
    ] = DEFAULT_RENEW_BELOW / _HOUR,
    force: Annotated[bool, typer.Option("--force", "-f", help="Delegate in any case.")] = False,
) -> None:
    """Give the server a proxy of yours, if it needs one.

    Delegating takes a signature, which curl cannot make: --curl shows only what is asked first.

    Examples:
      fts delegate
      fts delegate --hours 48 --min-left 24      # for a cron job
      fts delegate --force                       # after new VOMS attributes
    """
    info = fts.delegate(
        lifetime=timedelta(hours=lifetime), min_left=timedelta(hours=min_left), force=force
    )
    expires = info.expires_at.isoformat() if info.expires_at else None
    value = {
        "delegation_id": info.delegation_id,
        "expires_at": expires,
        "voms_attrs": list(info.voms_attrs),
        "renewed": info.renewed,
    }
    if not info.delegation_id:
        out.show(value, ["nothing to delegate: this is a token"])
        return
    what = "delegated" if info.renewed else "still delegated"
    left = info.time_left()
    rest = "" if left is None else f" ({time_left_in_words(left)})"
    until = "" if info.expires_at is None else f" until {info.expires_at:%Y-%m-%d %H:%M} UTC"
    out.show(value, [f"{what}: {info.delegation_id}{until}{rest}"])
