"""Examine the server: whether it answers, what time it has, whom it takes us for, and what it holds for us."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from fts_api.api.delegation import get_delegation_request
from fts_api.api.server import get_server_info
from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.proxy import request_key
from fts_client.delegation.rules import DEFAULT_RENEW_BELOW, SUBMISSION_NEEDS, renewal_due
from fts_client.doctor.credential import renewal_of
from fts_client.doctor.findings import Finding, finding, from_error
from fts_client.errors import (
    CredentialError,
    FTSAPIError,
    FTSError,
    FTSResponseError,
    PermissionDeniedError,
)
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.timestamps import in_words, time_left_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from fts_client.clock import Clock
    from fts_client.models import DelegationInfo
    from fts_client.transport.http_proxy import ProxyChoice

# For each answer. The usual limit of ten minutes is too long for a diagnosis.
_LIMIT_S = 30.0
_SKEW_WARN, _SKEW_FAIL = timedelta(seconds=60), timedelta(minutes=5)
_RSA_PROXY = "create an RSA proxy and use it: voms-proxy-init --voms VO, or fts proxy init"
_TOKEN_METHOD = "oauth2"  # noqa: S105 - a word of the protocol


def examine_server(
    endpoint: str,
    credential: X509Credential | TokenCredential,
    *,
    ca_dir: Path | None,
    ca_file: Path | None,
    proxy: ProxyChoice,
    clock: Clock,
) -> Iterator[Finding]:
    """Ask a server; yields findings up to the first failure that hides the others. Arguments as for `examine`."""
    try:
        client = FTSClient(
            endpoint,
            credential=credential,
            ca_dir=ca_dir,
            ca_file=ca_file,
            proxy=proxy,
            retry=RetryPolicy(max_retries=0),
            timeouts=Timeouts(total_s=_LIMIT_S),
        )
    except CredentialError:
        return  # the examination of the credential has reported it
    except FTSError as error:
        yield from_error("server", error)
        return
    with client as fts:
        try:
            sent = clock.now()
            answer = get_server_info.sync_detailed(client=fts.raw)
        except (FTSAPIError, FTSResponseError) as error:
            yield _refusal(endpoint, error)
            return
        except CredentialError:
            return  # as above
        except FTSError as error:
            yield from_error("server", error)
            return
        yield finding("ok", "server", f"{endpoint} answers")
        yield compare_clocks(answer.headers.get("date"), now=sent)
        try:
            identity = _identity(fts, credential)
            yield identity
            if identity.level == "ok":
                yield _delegation(fts, credential, clock.now())
        except FTSError as error:
            yield from_error("delegation", error)


def _refusal(endpoint: str, error: FTSAPIError | FTSResponseError) -> Finding:
    if isinstance(error, PermissionDeniedError) and "banned" in error.message.lower():
        text = f"{endpoint} refuses you: {error.message}"
        return finding(
            "fail", "server", text, "ask the operators of the server why you are banned"
        )
    text = f"{endpoint} does not answer like an FTS: {error}"
    remedy = "check the endpoint: the REST interface usually listens on port 8446"
    return finding("fail", "server", text, remedy)


def compare_clocks(date: str | None, *, now: datetime) -> Finding:
    """Compare the clock of this machine with the Date header that a server sent, None when it sent none.

    A warning from one minute on; a failure from five minutes on, when proxies made here are not valid there.
    """
    try:
        theirs = parsedate_to_datetime(date or "")
        ahead = now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    except ValueError:
        text = "the server does not send its time"
        return finding("warn", "clock", text, "compare the clock of this machine with NTP")
    if abs(ahead) < _SKEW_WARN:
        return finding("ok", "clock", "agrees with that of the server")
    side = "ahead of" if ahead > timedelta(0) else "behind"
    text = f"this machine is {in_words(abs(ahead))} {side} the server"
    remedy = "set the clock of this machine (NTP), or tell the operators of the server"
    return finding("fail" if abs(ahead) >= _SKEW_FAIL else "warn", "clock", text, remedy)


def _identity(fts: FTSClient, credential: X509Credential | TokenCredential) -> Finding:
    me = fts.whoami()
    wanted = _TOKEN_METHOD if isinstance(credential, TokenCredential) else "certificate"
    if me.method != wanted:
        text = f"the server takes you for {me.user_dn!r} ({me.method}): it ignores the credential"
        remedy = "check with its operators that it trusts your CA, or the issuer and audience of your token"
        return finding("fail", "recognised as", text, remedy)
    vos = ", ".join(me.vos) or "none"
    return finding("ok", "recognised as", f"{me.user_dn} · VO {vos}")


def _delegation(
    fts: FTSClient, credential: X509Credential | TokenCredential, now: datetime
) -> Finding:
    if isinstance(credential, TokenCredential):
        return finding("ok", "delegation", "not needed with a token")
    info = fts.delegation_info()
    left = info.time_left(now=now)
    where = f"on {fts.endpoint} for id {info.delegation_id or '(none)'}"
    if left is None or left <= timedelta(0):
        text = f"none {where}" + ("" if left is None else f": it {time_left_in_words(left)}")
    else:
        text = f"{time_left_in_words(left)} {where}"
        if left >= DEFAULT_RENEW_BELOW:
            return finding("ok", "delegation", text)
    ends_in = credential.expires_at - now
    if max(left or ends_in, ends_in) < SUBMISSION_NEEDS:
        text += f"; submissions need one hour of it, and your credential has {time_left_in_words(ends_in)}"
        return finding("fail", "delegation", text, renewal_of(credential))
    if not renewal_due(left, credential_left=ends_in):
        text += ", as long as your credential"
        return finding("warn", "delegation", text, renewal_of(credential))
    if not credential.info.key.startswith("RSA") and (refused := _refused_key(fts, info)):
        return finding("fail", "delegation", f"{text}; {refused}", _RSA_PROXY)
    return finding(
        "warn", "delegation", text, "run: fts delegate; fts submit does it automatically"
    )


def _refused_key(fts: FTSClient, info: DelegationInfo) -> str | None:
    """Say why the certificate request that a server offers to an EC key cannot be signed; None when it can."""
    offered = get_delegation_request.sync_detailed(info.delegation_id, client=fts.raw)
    try:
        request_key(offered.content)
    except ValueError as error:
        return f"{error}, because your key is not RSA"
    return None
