"""The credential examined: whether it can be used, how strong it is, whom it names."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.chain import weaknesses
from fts_client.doctor.findings import Finding, Level, fail, finding, from_error, warn
from fts_client.errors import CredentialError
from fts_client.timestamps import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

__all__ = ["AnyCredential", "of_credential"]

AnyCredential: TypeAlias = X509Credential | TokenCredential

_SOON = timedelta(hours=2)
_NEW_PROXY = "create a new proxy: voms-proxy-init --voms VO, or fts proxy init"
_NEW_TOKEN = "get a new token, for instance with oidc-token or htgettoken"  # noqa: S105 - advice
_NEW_CERTIFICATE = "renew the certificate at your CA"
_NEW_ATTRIBUTES = "run: voms-proxy-init --voms VO"


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
        yield from_error("credential", error)
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
        text, remedy = f"bearer {credential.describe()}, {ends}", _NEW_TOKEN
    else:
        info = credential.info
        kind = {"rfc": "RFC 3820", None: "certificate"}.get(info.kind, info.kind)
        what, remedy = (
            ("certificate", _NEW_CERTIFICATE) if info.kind is None else ("proxy", _NEW_PROXY)
        )
        text = f"{what} {credential.path or 'in memory'}{_mode(credential.path)}, {kind}, {info.key}, {ends}"
    soon = left is not None and left < _SOON
    return finding("warn" if soon else "ok", "credential", text, remedy)


def _mode(path: Path | None) -> str:
    try:
        return "" if path is None else f" (mode {stat.S_IMODE(path.stat().st_mode):04o})"
    except OSError:
        return ""


def _weak_points(credential: X509Credential) -> Iterator[Finding]:
    for weakness in weaknesses(credential.chain):
        yield fail("key strength", weakness, _NEW_PROXY)
    kind = credential.info.kind
    if kind in {"draft", "legacy"}:
        yield fail(
            "proxy type", f"this is a {kind} proxy, which servers no longer accept", _NEW_PROXY
        )
    if credential.info.limited:
        text = "this is a limited proxy: storages may refuse it, and what is delegated from it is limited too"
        yield warn("proxy type", text, "create one without -limited")


def _identity(credential: X509Credential, now: datetime) -> Finding:
    info = credential.info
    if info.voms.notes:
        text = f"{info.identity} · VOMS attributes cannot be used: {info.voms.notes[0].detail}"
        return fail("identity", text, _NEW_PROXY)
    if not info.voms.attributes:
        text = f"{info.identity} · no VOMS attributes: the server files you under a VO of your own"
        return warn("identity", text, _NEW_ATTRIBUTES)
    parts = [
        f"VO {item.vo}: {', '.join(fqan.removesuffix('/Capability=NULL') for fqan in item.fqans)} "
        f"(VOMS {in_words(item.time_left(now=now))}{' left' if item.expires_at > now else ''})"
        for item in info.voms.attributes
    ]
    left = min(item.time_left(now=now) for item in info.voms.attributes)
    level: Level = "fail" if left <= timedelta(0) else "warn" if left < _SOON else "ok"
    return finding(level, "identity", " · ".join([info.identity, *parts]), _NEW_ATTRIBUTES)
