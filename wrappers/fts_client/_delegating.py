"""The flow of delegation: whoami, look up, fetch a certificate request, sign it, send the proxy back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import attrs

from fts_api.api.delegation import (
    get_delegation,
    get_delegation_request,
    set_delegation_credential,
)
from fts_api.api.server import whoami
from fts_api.types import File
from fts_client._calls import Call, Flow
from fts_client.delegation import (
    DEFAULT_LIFETIME,
    DEFAULT_RENEW_BELOW,
    renewal_due,
)
from fts_client.errors import DelegationError, FTSAPIError, FTSResponseError, FTSUsageError
from fts_client.models import DelegationInfo
from fts_client.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Generator

    from fts_api.models import Whoami
    from fts_client._session import Session
    from fts_client.errors import DelegationStep

__all__ = ["delegate", "delegation_info", "ensure_delegation", "identity"]


def identity(session: Session) -> Flow[Whoami]:
    """Ask once per credential how the server sees us."""
    session.refresh()
    if session.me is None:
        session.me = (yield Call(whoami)).parsed
    assert session.me is not None  # noqa: S101 - just set
    return session.me


def delegation_info(session: Session) -> Flow[DelegationInfo]:
    """Look up what the server holds for us."""
    me = yield from identity(session)
    if not me.delegation_id:
        return DelegationInfo(delegation_id="", expires_at=None)
    answer = yield Call(get_delegation, {"delegation_id": me.delegation_id})
    info = _read(me.delegation_id, answer.parsed)
    session.delegated_until = info.expires_at
    return info


def _read(delegation_id: str, held: Any) -> DelegationInfo:
    """Read what the server holds; null, and [] for some User-Agents, mean that there is nothing."""
    if not held:
        return DelegationInfo(delegation_id=delegation_id, expires_at=None)
    try:
        return DelegationInfo(
            delegation_id=delegation_id,
            expires_at=parse_timestamp(held.termination_time),
            voms_attrs=tuple(fqan for line in held.voms_attrs or () for fqan in line.split()),
        )
    except (AttributeError, TypeError, FTSUsageError) as error:
        raise FTSResponseError(
            "The server's answer about the delegated credential cannot be read",
            body=str(held),
            remedy="Check that the endpoint is an FTS REST server.",
        ) from error


def ensure_delegation(
    session: Session, *, min_left: timedelta = DEFAULT_RENEW_BELOW
) -> Flow[None]:
    """Delegate if too little is left, without asking the server while the last answer still holds."""
    session.refresh()
    until = session.delegated_until
    left = None if until is None else until - session.clock.now()
    if renewal_due(left, threshold=min_left):
        yield from delegate(session, min_left=min_left)


def delegate(
    session: Session,
    *,
    lifetime: timedelta = DEFAULT_LIFETIME,
    min_left: timedelta = DEFAULT_RENEW_BELOW,
    force: bool = False,
) -> Flow[DelegationInfo]:
    """Delegate; see `FTSClient.delegate`."""
    if lifetime <= timedelta(0):
        raise FTSUsageError(f"The lifetime of a delegation must be more than 0, got {lifetime}")
    me = yield from identity(session)
    if session.sign is None:
        return DelegationInfo(delegation_id="", expires_at=None)
    if not me.delegation_id:
        raise DelegationError(
            "the server did not recognise the certificate",
            step="whoami",
            user_dn=me.user_dn,
            remedy="Check that the credential is valid and that the server trusts its CA.",
        )
    with _step("look up", me):
        info = yield from delegation_info(session)
    left = info.expires_at - session.clock.now() if info.expires_at else None
    if not force and not renewal_due(left, threshold=min_left):
        return info
    with _step("request", me):
        request = yield Call(get_delegation_request, {"delegation_id": me.delegation_id})
    with _step("sign", me):
        proxy = session.sign(
            str(request.parsed).encode(),
            lifetime=lifetime,
            user_dn=me.user_dn,
            delegation_id=me.delegation_id,
        )
    # A file object would do for the synchronous client only; plain bytes serve both.
    body = File(payload=cast("BinaryIO", proxy))
    arguments = {"delegation_id": me.delegation_id, "body": body}
    with _step("send", me):
        yield Call(set_delegation_credential, arguments)
    with _step("verify", me):
        info = yield from delegation_info(session)
    return attrs.evolve(info, renewed=True)


@contextmanager
def _step(step: DelegationStep, me: Whoami) -> Generator[None]:
    """Say which step an answer of the server refused; errors of other kinds pass."""
    try:
        yield
    except FTSAPIError as error:
        raise DelegationError(
            str(error), step=step, user_dn=me.user_dn, delegation_id=me.delegation_id
        ) from error
