"""`fts whoami` and `fts delegate`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

from typer import Option

from fts_client.cli.connection import connected
from fts_client.cli.input.options import hours
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW, SUBMISSION_NEEDS
from fts_client.timestamps import time_left_in_words, utc_text

if TYPE_CHECKING:
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_HOUR = timedelta(hours=1)
_hours = partial(Option, metavar="HOURS")


@connected
def whoami(fts: FTSClient, out: Output) -> None:
    """Show who you are to the server.

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
        float, _hours("--lifetime", "--hours", "-H", help="Lifetime of the delegated proxy.")
    ] = DEFAULT_LIFETIME / _HOUR,
    min_left: Annotated[
        float, _hours(help="Keep a delegated proxy that is valid for at least this long.")
    ] = DEFAULT_RENEW_BELOW / _HOUR,
    force: Annotated[bool, Option("--force", "-f", help="Delegate in any case.")] = False,
) -> None:
    """Delegate a proxy to the server if it needs one.

    Delegation involves a signature, which curl cannot make: --curl shows only the
    first request.

    Examples:
      fts delegate
      fts delegate --hours 48 --min-left 24      # for a cron job
      fts delegate --force                       # after new VOMS attributes
    """
    info = fts.delegate(
        lifetime=hours(lifetime, "--lifetime"), min_left=hours(min_left, "--min-left"), force=force
    )
    value = {
        "delegation_id": info.delegation_id,
        "expires_at": info.expires_at.isoformat() if info.expires_at else None,
        "voms_attrs": list(info.voms_attrs),
        "renewed": info.renewed,
    }
    if not info.delegation_id:
        out.show(value, ["nothing to delegate: the credential is a token"])
        return
    what = "delegated" if info.renewed else "already delegated"
    left = info.time_left()
    rest = "" if left is None else f" ({time_left_in_words(left)})"
    if left is not None and left < SUBMISSION_NEEDS:
        rest += "; submissions need one hour: create a new proxy (voms-proxy-init), then delegate again"
    until = "" if info.expires_at is None else f" until {utc_text(info.expires_at)}"
    out.show(value, [f"{what}: {info.delegation_id}{until}{rest}"])
