"""The server examined: whether it answers, what time it has, as whom it takes us, what it holds for us."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from fts_api.api.server import get_server_info
from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential
from fts_client.delegation.rules import DEFAULT_RENEW_BELOW
from fts_client.doctor.findings import Finding, fail, finding, from_error, ok, warn
from fts_client.errors import CredentialError, FTSConnectionError, FTSError
from fts_client.retry import RetryPolicy
from fts_client.timestamps import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from fts_client.clock import Clock
    from fts_client.doctor.credential import AnyCredential

__all__ = ["of_clock", "of_server"]

_SKEW_WARN, _SKEW_FAIL = timedelta(seconds=60), timedelta(minutes=5)
_TOKEN_METHOD = "oauth2"  # noqa: S105 - a word of the protocol
_SET_CLOCK = "set the clock of this machine (NTP), or tell the operators of the server"


def of_server(
    endpoint: str,
    credential: AnyCredential,
    *,
    ca_dir: Path | None,
    ca_file: Path | None = None,
    clock: Clock,
) -> Iterator[Finding]:
    """Ask a server.

    Args:
        endpoint: Address of the REST interface.
        credential: Whom to be.
        ca_dir: Directory with CA certificates; None: the usual places, unless `ca_file` is given.
        ca_file: Bundle of CA certificates; None for none.
        clock: Where time comes from.

    Yields:
        Findings; they end with the first that keeps the others from being found.
    """
    try:
        client = FTSClient(
            endpoint,
            credential=credential,
            ca_dir=ca_dir,
            ca_file=ca_file,
            retry=RetryPolicy(max_retries=0),
        )
    except CredentialError:
        return  # told by the examination of the credential
    except FTSError as error:
        yield from_error("server", error)
        return
    with client as fts:
        try:
            sent = clock.now()
            answer = get_server_info.sync_detailed(client=fts.raw)
        except FTSConnectionError as error:
            yield from_error("server", error)
            return
        except FTSError as error:
            text = f"{endpoint} does not answer like an FTS: {error}"
            yield fail(
                "server",
                text,
                "check the endpoint: the REST interface usually listens on port 8446",
            )
            return
        yield ok("server", f"{endpoint} answers")
        yield of_clock(answer.headers.get("date"), now=sent)
        try:
            recognised = _recognised(fts, credential)
            yield recognised
            if recognised.level == "ok":
                yield _of_delegation(fts, clock.now())
        except FTSError as error:
            yield from_error("delegation", error)


def of_clock(date: str | None, *, now: datetime) -> Finding:
    """Compare the clocks of this machine and a server.

    Args:
        date: The server's Date header; None when it sent none.
        now: When the request was sent, aware.

    Returns:
        A warning from one minute on; a failure from five minutes on, when proxies made here are not valid there.
    """
    try:
        theirs = parsedate_to_datetime(date or "")
        ahead = now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    except ValueError:
        text = "the server does not tell its time"
        return warn("clock", text, "compare the clock of this machine with NTP")
    size = abs(ahead)
    if size < _SKEW_WARN:
        return ok("clock", "agrees with that of the server")
    side = "ahead of" if ahead > timedelta(0) else "behind"
    text = f"this machine is {in_words(size)} {side} the server"
    return finding("fail" if size >= _SKEW_FAIL else "warn", "clock", text, _SET_CLOCK)


def _recognised(fts: FTSClient, credential: AnyCredential) -> Finding:
    me = fts.whoami()
    wanted = _TOKEN_METHOD if isinstance(credential, TokenCredential) else "certificate"
    if me.method != wanted:
        text = f"the server takes you for {me.user_dn!r} ({me.method}): it ignores the credential"
        remedy = "check with its operators that it trusts your CA, or the issuer and audience of your token"
        return fail("recognised as", text, remedy)
    return ok("recognised as", f"{me.user_dn} · VO {', '.join(me.vos) or 'none'}")


def _of_delegation(fts: FTSClient, now: datetime) -> Finding:
    if fts.whoami().method == _TOKEN_METHOD:
        return ok("delegation", "not needed with a token")
    info = fts.delegation_info()
    left = info.time_left(now=now)
    where = f"on {fts.endpoint} for id {info.delegation_id or '(none)'}"
    remedy = "run: fts delegate; fts submit does it by itself"
    if left is None or left <= timedelta(0):
        over = "" if left is None else f": it ended {in_words(left)}"
        return warn("delegation", f"none {where}{over}", remedy)
    short = left < DEFAULT_RENEW_BELOW
    return finding(
        "warn" if short else "ok", "delegation", f"{in_words(left)} left {where}", remedy
    )
