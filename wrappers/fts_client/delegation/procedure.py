"""The flow of delegation: whoami, look up, fetch a certificate request, sign it, send the proxy back."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import attrs

from fts_api.types import File
from fts_client.delegation.lock import turn_of
from fts_client.delegation.rules import (
    DEFAULT_LIFETIME,
    DEFAULT_RENEW_BELOW,
    renewal_due,
)
from fts_client.errors import (
    CredentialError,
    DelegationError,
    FTSAPIError,
    FTSResponseError,
    FTSUsageError,
)
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Call, Flow, TakeTurn
from fts_client.timestamps import parse_timestamp, time_left_in_words

if TYPE_CHECKING:
    from collections.abc import Generator

    from fts_api.models import Whoami
    from fts_client.delegation.memory import Session
    from fts_client.errors import DelegationStep
    from fts_client.models import DelegationInfo

__all__ = [
    "delegate",
    "delegate_after_refusal",
    "delegation_info",
    "delegations_made",
    "ensure_delegation",
    "identity",
    "who",
]

_log = logging.getLogger(__name__)
_TOKEN_METHOD = "oauth2"  # noqa: S105 - a word of the protocol


def who(session: Session) -> Flow[Whoami]:
    """Ask how the server sees us, and log when that is not as whom we came."""
    me: Whoami = (yield Call("server.whoami")).parsed
    if ignored := _ignored_token(session, me):
        _log.warning("%s", ignored)
    return me


def identity(session: Session) -> Flow[Whoami]:
    """Ask once per credential how the server sees us; refuse to go on as somebody else than the token says."""
    with session.keep_credential():
        known = session.known()
        if known.me is None:
            me: Whoami = (yield Call("server.whoami")).parsed
            if ignored := _ignored_token(session, me):
                raise CredentialError(
                    ignored,
                    remedy="Check that the server has OAuth2 on, that it trusts the issuer and the audience of the token, and the clock.",
                )
            known.me = me
        return known.me


def _ignored_token(session: Session, me: Whoami) -> str | None:
    """Say that the server did not accept the token; it answers as to an anonymous caller instead of 401.

    Source: observed on FTS 3.13.4 (recordings tok-bad-*).
    """
    if session.token is None or me.method == _TOKEN_METHOD:
        return None
    return f"{session.endpoint} ignores the {session.token()} and takes you for {me.user_dn!r} (method {me.method})"


def delegation_info(session: Session) -> Flow[DelegationInfo]:
    """Look up what the server holds for us."""
    with session.keep_credential():
        me = yield from identity(session)
        if not me.delegation_id:
            return _read("", None)
        known = session.known()
        answer = yield Call("delegation.get_delegation", {"delegation_id": me.delegation_id})
        known.delegation = info = _read(me.delegation_id, answer.parsed)
        return info


def _read(delegation_id: str, held: Any) -> DelegationInfo:
    """Read what the server holds; null, and [] for some User-Agents, mean that there is nothing."""
    from fts_client.models import DelegationInfo  # noqa: PLC0415 - see Call.operation

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
    session: Session,
    *,
    min_left: timedelta = DEFAULT_RENEW_BELOW,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> Flow[DelegationInfo]:
    """Delegate if too little is left, without asking the server while the last answer still holds."""
    _check_times(lifetime, min_left)
    with session.keep_credential():
        held = session.known().delegation
        if held is not None and not _due(session, held, min_left=min_left):
            return held
        return (yield from delegate(session, lifetime=lifetime, min_left=min_left))


def delegate(
    session: Session,
    *,
    lifetime: timedelta = DEFAULT_LIFETIME,
    min_left: timedelta = DEFAULT_RENEW_BELOW,
    force: bool = False,
) -> Flow[DelegationInfo]:
    """Delegate; see `FTSClient.delegate`."""
    _check_times(lifetime, min_left)
    with session.keep_credential():
        me = yield from identity(session)
        if session.sign is None:
            return _read("", None)
        turn = turn_of(session.endpoint, _id_of(me))
        held = yield TakeTurn(turn)
        try:
            with _step("look up", me):
                info = yield from delegation_info(session)
            if not force and not _due(session, info, min_left=min_left):
                return info
            info = yield from _renew(session, me, lifetime=lifetime)
            turn.done += 1
        finally:
            if held:
                turn.lock.release()
        return info


def _due(session: Session, info: DelegationInfo, *, min_left: timedelta) -> bool:
    """Say whether to renew what the server holds."""
    now = session.clock.now()
    ends = session.credential_ends() if session.credential_ends else None
    return renewal_due(
        info.time_left(now=now),
        threshold=min_left,
        credential_left=ends - now if ends else None,
    )


def delegate_after_refusal(session: Session, *, seen: int) -> Flow[None]:
    """Delegate because the server wants it (419), unless another caller of this process has done so since.

    Args:
        session: The memory of the client.
        seen: `delegations_made` before the request that was refused.
    """
    with session.keep_credential():
        me = yield from identity(session)
        turn = turn_of(session.endpoint, _id_of(me))
        held = yield TakeTurn(turn)
        try:
            if turn.done == seen:
                yield from _renew(session, me, lifetime=DEFAULT_LIFETIME)
                turn.done += 1
        finally:
            if held:
                turn.lock.release()


def delegations_made(session: Session) -> int:
    """Count the delegations that this process made for the identity of a client."""
    me = session.known().me
    return turn_of(session.endpoint, me.delegation_id).done if me and me.delegation_id else 0


def _check_times(lifetime: object, min_left: object) -> None:
    expect(min_left, timedelta, "A timedelta as min_left")
    if not isinstance(lifetime, timedelta) or lifetime <= timedelta(0):
        raise FTSUsageError(
            f"The lifetime of a delegation must be a timedelta of more than 0, got {lifetime!r}"
        )


def _id_of(me: Whoami) -> str:
    if not me.delegation_id:
        raise DelegationError(
            "the server did not recognise the certificate",
            step="whoami",
            user_dn=me.user_dn,
            remedy="Check that the credential is valid and that the server trusts its CA.",
        )
    return me.delegation_id


def _renew(session: Session, me: Whoami, *, lifetime: timedelta) -> Flow[DelegationInfo]:
    """Fetch a request, sign it, send the proxy and look whether it arrived."""
    delegation_id = _id_of(me)
    assert session.sign is not None  # noqa: S101 - the callers looked
    with _step("request", me):
        request = yield Call("delegation.get_delegation_request", {"delegation_id": delegation_id})
    with _step("sign", me):
        proxy = session.sign(
            request.content,
            lifetime=lifetime,
            user_dn=me.user_dn,
            delegation_id=delegation_id,
        )
    # A file object would do for the synchronous client only; plain bytes serve both.
    body = File(payload=cast("BinaryIO", proxy))
    arguments = {"delegation_id": delegation_id, "body": body}
    with _step("send", me):
        yield Call("delegation.set_delegation_credential", arguments)
    with _step("verify", me):
        info = yield from delegation_info(session)
    left = info.time_left(now=session.clock.now())
    if left is None or left <= timedelta(0):
        raise DelegationError(
            "the server took the proxy but holds none that is valid"
            + (f": it {time_left_in_words(left)}" if left is not None else ""),
            step="verify",
            user_dn=me.user_dn,
            delegation_id=delegation_id,
            remedy="Compare the clocks of this machine and the server.",
        )
    _log.info(
        "delegated %s to %s as %s, %s left", me.user_dn, session.endpoint, delegation_id, left
    )
    return attrs.evolve(info, renewed=True)


@contextmanager
def _step(step: DelegationStep, me: Whoami) -> Generator[None]:
    """Say which step an answer of the server refused; errors of other kinds pass."""
    try:
        yield
    except FTSAPIError as error:
        raise DelegationError(
            str(error.args[0]),
            step=step,
            user_dn=me.user_dn,
            delegation_id=me.delegation_id,
            remedy=error.remedy,
        ) from error
