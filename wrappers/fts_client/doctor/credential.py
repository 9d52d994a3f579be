"""Examine the credential: whether it can be used, how strong it is, and whom it identifies."""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import TYPE_CHECKING

from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.chain import weaknesses
from fts_client.credentials.secret_files import stamp_of
from fts_client.doctor.findings import Finding, Level, finding, from_error
from fts_client.errors import CredentialError
from fts_client.timestamps import time_left_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_SOON = timedelta(hours=2)
_NEW_PROXY = "create a new proxy: voms-proxy-init --voms VO, or fts proxy init"
_NEW_TOKEN = "get a new token, for instance with oidc-token or htgettoken"  # noqa: S105 - advice
_NEW_CERTIFICATE = "renew the certificate at your CA"
_NEW_ATTRIBUTES = "run: voms-proxy-init --voms VO"


def examine_credential(
    credential: X509Credential | TokenCredential, *, now: datetime
) -> Iterator[Finding]:
    """Examine a credential at a time: yields findings about its validity, its keys, and the identity that it gives."""
    try:
        credential.check(now=now)
    except CredentialError as error:
        yield from_error("credential", error)
    else:
        yield _usable(credential) or _validity(credential, now)
    if isinstance(credential, X509Credential):
        yield from _weak_points(credential)
        yield _identity(credential, now)


def renewal_of(credential: X509Credential | TokenCredential) -> str:
    """Say how a credential of this kind is renewed."""
    if isinstance(credential, TokenCredential):
        return _NEW_TOKEN
    return _NEW_PROXY if credential.info.kind else _NEW_CERTIFICATE


def _usable(credential: X509Credential | TokenCredential) -> Finding | None:
    """Say that OpenSSL refuses the credential; None when it does not."""
    if isinstance(credential, X509Credential):
        try:
            credential.load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        except CredentialError as error:
            return from_error("credential", error)
    return None


def _validity(credential: X509Credential | TokenCredential, now: datetime) -> Finding:
    expires_at = credential.expires_at
    left = None if expires_at is None else expires_at - now
    until = "expiry not known" if left is None else time_left_in_words(left)
    if isinstance(credential, TokenCredential):
        text = f"bearer {credential.describe()}"
    else:
        info = credential.info
        kind = {"rfc": "RFC 3820", None: "certificate"}.get(info.kind, info.kind)
        what = "proxy" if info.kind else "certificate"
        stamp = stamp_of(credential.path) if credential.path else None
        mode = f" (mode {stamp.mode:04o})" if stamp else ""
        text = f"{what} {credential.path or 'in memory'}{mode}, {kind}, {info.key}"
    level: Level = "warn" if left is not None and left < _SOON else "ok"
    return finding(level, "credential", f"{text}, {until}", renewal_of(credential))


def _weak_points(credential: X509Credential) -> Iterator[Finding]:
    for weakness in weaknesses(credential.chain):
        yield finding("fail", "key strength", weakness, _NEW_PROXY)
    kind = credential.info.kind
    if kind in {"draft", "legacy"}:
        text = f"this is a {kind} proxy, which servers no longer accept"
        yield finding("fail", "proxy type", text, _NEW_PROXY)
    if credential.info.limited:
        text = "this is a limited proxy: storages may refuse it, and a proxy delegated from it is limited too"
        yield finding("warn", "proxy type", text, "create one without -limited")


def _identity(credential: X509Credential, now: datetime) -> Finding:
    dn, voms = credential.user_dn, credential.info.voms
    if voms.notes:
        text = f"{dn} · VOMS attributes cannot be used: {voms.notes[0].detail}"
        return finding("fail", "identity", text, _NEW_PROXY)
    if not voms.attributes:
        text = f"{dn} · no VOMS attributes: the server puts you into a VO of your own"
        return finding("warn", "identity", text, _NEW_ATTRIBUTES)
    parts = [
        f"VO {item.vo}: {', '.join(fqan.removesuffix('/Capability=NULL') for fqan in item.fqans)} "
        f"(VOMS {time_left_in_words(item.time_left(now=now))})"
        for item in voms.attributes
    ]
    left = min(item.time_left(now=now) for item in voms.attributes)
    level: Level = "fail" if left <= timedelta(0) else "warn" if left < _SOON else "ok"
    return finding(level, "identity", " · ".join([dn, *parts]), _NEW_ATTRIBUTES)
