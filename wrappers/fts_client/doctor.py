"""Look at everything that a transfer needs to be allowed, and say what is wrong and what to do.

Credential, identity, CA certificates, CRLs, connection, clock, identity at the server, delegation: each gives findings of its own, and
none stops the others.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

import attrs

from fts_api.api.server import get_server_info
from fts_client._revocation import HASHED_CRL, read_crl
from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.delegation import DEFAULT_RENEW_BELOW
from fts_client.discovery import find_credential
from fts_client.durations import in_words
from fts_client.errors import CredentialError, FTSConnectionError, FTSError, FTSUsageError
from fts_client.inspection import weaknesses
from fts_client.retry import RetryPolicy
from fts_client.trust import find_ca_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_client.clock import Clock

__all__ = ["Finding", "Level", "Patient", "examine", "of_clock", "of_credential", "of_trust"]

Level = Literal["ok", "warn", "fail"]

_SOON = timedelta(hours=2)
_SKEW_WARN, _SKEW_FAIL = timedelta(seconds=60), timedelta(minutes=5)
_HASHED_CA = re.compile(r"[0-9a-f]{8}\.[0-9]+")
_NEW_PROXY = "create a new proxy: voms-proxy-init --voms VO, or fts proxy init"
_NAMED = 3
_TOKEN_METHOD = "oauth2"  # noqa: S105 - a word of the protocol

AnyCredential = X509Credential | TokenCredential


@attrs.frozen(kw_only=True)
class Finding:
    """One line of the report.

    Attributes:
        level: `fail`: transfers will not work; `warn`: they may not, or not for long.
        topic: What was looked at.
        text: What was found.
        remedy: What to do; None when nothing needs to be done.
    """

    level: Level
    topic: str
    text: str
    remedy: str | None = None


@attrs.frozen(kw_only=True)
class Patient:
    """What to examine.

    Attributes:
        endpoint: Address of the REST interface; None to look at this machine only.
        credential: Gives the credential; None: found as grid tools find it.
        ca_dir: Directory with CA certificates; None: the usual places.
        ca_file: Bundle of CA certificates; with it the usual places do not count.
        clock: Where time comes from.
    """

    endpoint: str | None
    credential: Callable[[], AnyCredential] | None = None
    ca_dir: Path | None = None
    ca_file: Path | None = None
    clock: Clock


def _from_error(topic: str, error: FTSError) -> Finding:
    return Finding(level="fail", topic=topic, text=str(error.args[0]), remedy=error.remedy)


def examine(patient: Patient) -> Iterator[Finding]:
    """Examine credential, trust and server.

    Args:
        patient: What to examine.

    Yields:
        Findings in the order in which they should be read; a `fail` further up may be the cause of those below.
    """
    now = patient.clock.now()
    credential: AnyCredential | None = None
    try:
        credential = (patient.credential or find_credential)()
    except FTSError as error:
        yield _from_error("credential", error)
    else:
        yield from of_credential(credential, now=now)
    if patient.ca_dir or not patient.ca_file:
        yield from of_trust(patient.ca_dir, now=now)
    if patient.endpoint is None:
        text = "no server was named, so it was not asked"
        yield Finding(
            level="warn", topic="server", text=text, remedy="give --endpoint, or set FTS_ENDPOINT"
        )
    elif credential is None:
        text = f"{patient.endpoint} was not asked: there is no usable credential"
        yield Finding(level="warn", topic="server", text=text)
    else:
        yield from _of_server(patient.endpoint, credential, patient)


# --- the credential ------------------------------------------------------------------------------


def of_credential(credential: AnyCredential, *, now: datetime) -> Iterator[Finding]:
    """Look at a credential.

    Args:
        credential: Whatever was found.
        now: The time, aware.

    Yields:
        Findings about the credential, its keys, and the identity it gives.
    """
    try:
        credential.check(now=now)
    except CredentialError as error:
        yield _from_error("credential", error)
    else:
        yield _usable(credential, now)
    if isinstance(credential, X509Credential):
        yield from _weak_points(credential)
        yield _identity(credential, now)


def _usable(credential: AnyCredential, now: datetime) -> Finding:
    expires_at = credential.expires_at
    left = None if expires_at is None else expires_at - now
    ends = "end not known" if left is None else f"{in_words(left)} left"
    if isinstance(credential, TokenCredential):
        text = f"bearer {credential.describe()}, {ends}"
    else:
        info = credential.info
        kind = {"rfc": "RFC 3820", None: "certificate"}.get(info.kind, info.kind)
        what = "certificate" if info.kind is None else "proxy"
        text = f"{what} {credential.path or 'in memory'}{_mode(credential.path)}, {kind}, {info.key}, {ends}"
    if left is not None and left < _SOON:
        return Finding(level="warn", topic="credential", text=text, remedy=_NEW_PROXY)
    return Finding(level="ok", topic="credential", text=text)


def _mode(path: Path | None) -> str:
    try:
        return "" if path is None else f" (mode {stat.S_IMODE(path.stat().st_mode):04o})"
    except OSError:
        return ""


def _weak_points(credential: X509Credential) -> Iterator[Finding]:
    for weakness in weaknesses(credential.chain):
        yield Finding(level="fail", topic="key strength", text=weakness, remedy=_NEW_PROXY)
    kind = credential.info.kind
    if kind in {"draft", "legacy"}:
        text = f"this is a {kind} proxy, which servers no longer accept"
        yield Finding(level="fail", topic="proxy type", text=text, remedy=_NEW_PROXY)
    if credential.info.limited:
        text = "this is a limited proxy: storages may refuse it, and what is delegated from it is limited too"
        yield Finding(
            level="warn", topic="proxy type", text=text, remedy="create one without -limited"
        )


def _identity(credential: X509Credential, now: datetime) -> Finding:
    info = credential.info
    if info.voms.notes:
        text = f"{info.identity} · VOMS attributes cannot be used: {info.voms.notes[0].detail}"
        return Finding(level="fail", topic="identity", text=text, remedy=_NEW_PROXY)
    if not info.voms.attributes:
        text = f"{info.identity} · no VOMS attributes: the server files you under a VO of your own"
        return Finding(
            level="warn", topic="identity", text=text, remedy="run: voms-proxy-init --voms VO"
        )
    parts = [
        f"VO {item.vo}: {', '.join(fqan.removesuffix('/Capability=NULL') for fqan in item.fqans)} "
        f"(VOMS {in_words(item.time_left(now=now))}{' left' if item.expires_at > now else ''})"
        for item in info.voms.attributes
    ]
    left = min(item.time_left(now=now) for item in info.voms.attributes)
    level: Level = "fail" if left <= timedelta(0) else "warn" if left < _SOON else "ok"
    return Finding(
        level=level,
        topic="identity",
        text=" · ".join([info.identity, *parts]),
        remedy=None if level == "ok" else "run: voms-proxy-init --voms VO",
    )


# --- trust ---------------------------------------------------------------------------------------


def of_trust(ca_dir: Path | None, *, now: datetime) -> Iterator[Finding]:
    """Look at the CA certificates and CRLs of this machine.

    Args:
        ca_dir: Directory; None: the usual places.
        now: The time, aware.

    Yields:
        A finding about the directory, and one about its CRLs.
    """
    try:
        directory = find_ca_dir(ca_dir)
        names = sorted(os.listdir(directory)) if directory else []  # noqa: PTH208 - names only
    except OSError as error:
        text = f"{ca_dir}: {error.strerror}"
        yield Finding(level="fail", topic="CA directory", text=text, remedy="make it readable")
        return
    except FTSError as error:
        yield _from_error("CA directory", error)
        return
    if directory is None:
        text = "there is none; the certificates of the system are used, which rarely hold those of grids"
        remedy = "install the grid's CA certificates, or set X509_CERT_DIR"
        yield Finding(level="warn", topic="CA directory", text=text, remedy=remedy)
        return
    count = sum(1 for name in names if _HASHED_CA.fullmatch(name))
    yield Finding(level="ok", topic="CA directory", text=f"{directory}: {_plural(count, 'CA')}")
    yield _of_crls([directory / name for name in names if HASHED_CRL.fullmatch(name)], now)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _of_crls(paths: list[Path], now: datetime) -> Finding:
    if not paths:
        text = "there are none: revoked certificates cannot be recognised"
        return Finding(level="warn", topic="CRLs", text=text, remedy="run fetch-crl")
    old, bad = [], []
    for path in paths:
        crl = read_crl(path)
        if crl is None:
            bad.append(path.name)
        elif crl.next_update_utc is not None and crl.next_update_utc <= now:
            old.append(path.name)
    wrong = [
        f"{_plural(len(names), 'list')} {what}: {', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''}"
        for names, what in ((old, "older than the next update"), (bad, "unreadable"))
        if names
    ]
    if wrong:
        text = f"of {len(paths)}, {'; '.join(wrong)}"
        return Finding(level="warn", topic="CRLs", text=text, remedy="run fetch-crl")
    return Finding(
        level="ok", topic="CRLs", text=f"{_plural(len(paths), 'list')}, none out of date"
    )


# --- the server ----------------------------------------------------------------------------------


def _of_server(endpoint: str, credential: AnyCredential, patient: Patient) -> Iterator[Finding]:
    try:
        client = FTSClient(
            endpoint,
            credential=credential,
            ca_dir=patient.ca_dir,
            ca_file=patient.ca_file,
            retry=RetryPolicy(max_retries=0),
        )
    except CredentialError:
        return  # told above
    except FTSError as error:
        yield _from_error("server", error)
        return
    with client as fts:
        try:
            sent = patient.clock.now()
            answer = get_server_info.sync_detailed(client=fts.raw)
        except FTSConnectionError as error:
            yield _from_error("server", error)
            return
        except FTSUsageError as error:
            if patient.ca_file:
                yield _from_error("CA file", error)
            # Nothing was sent: what is wrong with the CA certificates is told above.
            text = f"{endpoint} was not asked: its certificate cannot be verified"
            yield Finding(level="fail", topic="server", text=text)
            return
        except (FTSError, KeyError, TypeError, ValueError, AttributeError) as error:
            text = f"{endpoint} does not answer like an FTS: {error}"
            remedy = "check the endpoint: the REST interface usually listens on port 8446"
            yield Finding(level="fail", topic="server", text=text, remedy=remedy)
            return
        yield Finding(level="ok", topic="server", text=f"{endpoint} answers")
        yield of_clock(answer.headers.get("date"), now=sent)
        try:
            recognised = _recognised(fts, credential)
            yield recognised
            if recognised.level == "ok":
                yield _of_delegation(fts, patient.clock.now())
        except FTSError as error:
            yield _from_error("delegation", error)


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
        return Finding(level="warn", topic="clock", text="the server does not tell its time")
    size = abs(ahead)
    if size < _SKEW_WARN:
        return Finding(level="ok", topic="clock", text="agrees with that of the server")
    side = "ahead of" if ahead > timedelta(0) else "behind"
    return Finding(
        level="fail" if size >= _SKEW_FAIL else "warn",
        topic="clock",
        text=f"this machine is {in_words(size)} {side} the server",
        remedy="set the clock of this machine (NTP), or tell the operators of the server",
    )


def _recognised(fts: FTSClient, credential: AnyCredential) -> Finding:
    me = fts.whoami()
    wanted = _TOKEN_METHOD if isinstance(credential, TokenCredential) else "certificate"
    if me.method != wanted:
        return Finding(
            level="fail",
            topic="recognised as",
            text=f"the server takes you for {me.user_dn!r} ({me.method}): it ignores the credential",
            remedy="check with its operators that it trusts your CA, or the issuer and audience of your token",
        )
    vos = ", ".join(me.vos) or "none"
    return Finding(level="ok", topic="recognised as", text=f"{me.user_dn} · VO {vos}")


def _of_delegation(fts: FTSClient, now: datetime) -> Finding:
    if fts.whoami().method == _TOKEN_METHOD:
        return Finding(level="ok", topic="delegation", text="not needed with a token")
    info = fts.delegation_info()
    left = info.time_left(now=now)
    where = f"on {fts.endpoint} for id {info.delegation_id or '(none)'}"
    if left is None or left <= timedelta(0):
        over = "" if left is None else f": it ended {in_words(left)}"
        return Finding(
            level="fail",
            topic="delegation",
            text=f"none {where}{over}",
            remedy="run: fts delegate",
        )
    short = left < DEFAULT_RENEW_BELOW
    return Finding(
        level="warn" if short else "ok",
        topic="delegation",
        text=f"{in_words(left)} left {where}",
        remedy="run: fts delegate" if short else None,
    )
