"""The flow of delegation: whoami, look up, fetch a certificate request, sign it, send the proxy back. And what follows a 419."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar, cast

import attrs

from fts_api.types import File
from fts_client.delegation.lock import turn_of
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW, renewal_due
from fts_client.errors import (
    CredentialError,
    DelegationError,
    FTSAPIError,
    FTSError,
    FTSResponseError,
    FTSUsageError,
    NeedDelegationError,
)
from fts_client.errors.chains import chainable
from fts_client.errors.logs import safe_logger
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Call, Flow, Recall, TakeTurn
from fts_client.timestamps import parse_timestamp, time_left_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from fts_api.models import Whoami
    from fts_client.delegation.lock import Turn
    from fts_client.delegation.memory import ServerMemory
    from fts_client.errors import DelegationStep
    from fts_client.models import DelegationInfo

T = TypeVar("T")

_log = safe_logger(__name__)
_DELEGATION_ID: Final = re.compile(r"\w{1,64}", re.ASCII)
_TOKEN_METHOD: Final = "oauth2"  # noqa: S105 - a word of the protocol


# --- identity ------------------------------------------------------------------------------------


def who() -> Flow[Whoami]:
    """Ask how the server sees us, and log when it ignored our token."""
    server: ServerMemory = yield Recall()
    me: Whoami = (yield Call("server.whoami")).parsed
    if ignored := _ignored_token(server, me):
        _log.warning("%s", ignored)
    return me


def identity(server: ServerMemory) -> Flow[Whoami]:
    """Ask once per credential how the server sees us; fail when it ignored our token."""
    if server.me is None:
        me: Whoami = (yield Call("server.whoami")).parsed
        if ignored := _ignored_token(server, me):
            raise CredentialError(
                ignored,
                remedy="Check that the server has OAuth2 on, that it trusts the issuer and the audience of the token, and the clock.",
            )
        if me.delegation_id:
            if not _DELEGATION_ID.fullmatch(str(me.delegation_id)):
                raise FTSResponseError(f"The server gives {me.delegation_id!r} as delegation id")
            server.turn = turn_of(server.endpoint, me.delegation_id)
        server.me = me
    return server.me


def _ignored_token(server: ServerMemory, me: Whoami) -> str | None:
    """Say that the server did not accept the token; it answers as to an anonymous caller instead of 401.

    Source: observed on FTS 3.13.4 (recordings tok-bad-*).
    """
    if server.token is None or me.method == _TOKEN_METHOD:
        return None
    return f"{server.endpoint} ignores the {server.token()} and takes you for {me.user_dn!r} (method {me.method})"


# --- what the server holds -----------------------------------------------------------------------


def delegation_info() -> Flow[DelegationInfo]:
    """Look up what the server holds for us."""
    server: ServerMemory = yield Recall()
    return (yield from _look_up(server))


def _look_up(server: ServerMemory) -> Flow[DelegationInfo]:
    me = yield from identity(server)
    if not me.delegation_id:
        return _read("", None)
    answer = yield Call("delegation.get_delegation", {"delegation_id": me.delegation_id})
    server.delegation = info = _read(me.delegation_id, answer.parsed)
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
        unreadable = error
    # Not while that error is handled: it holds the answer.
    raise FTSResponseError(
        "The server's answer about the delegated credential cannot be read",
        body=str(held),
        remedy="Check that the endpoint is an FTS REST server.",
    ) from chainable(unreadable)


def _is_due(server: ServerMemory, info: DelegationInfo, *, min_left: timedelta) -> bool:
    """Say whether to renew what the server holds."""
    now, ends = server.clock.now(), server.credential_ends
    # Asked before every submission, and nearly always enough is left.
    if info.expires_at is not None and info.expires_at - now >= min_left:
        return False
    return renewal_due(
        info.expires_at - now if info.expires_at else None,
        threshold=min_left,
        credential_left=ends - now if ends else None,
    )


# --- delegating ----------------------------------------------------------------------------------


def ensure_delegation(
    *, min_left: timedelta = DEFAULT_RENEW_BELOW, lifetime: timedelta = DEFAULT_LIFETIME
) -> Flow[DelegationInfo]:
    """Delegate if too little is left, without asking the server while its last answer still holds."""
    _check_times(lifetime, min_left)
    server: ServerMemory = yield Recall()
    return (yield from _ensure(server, lifetime=lifetime, min_left=min_left))


def prepare(server: ServerMemory) -> Flow[Whoami]:
    """Ask who we are and delegate, as far as that is not known and done."""
    me = yield from identity(server)
    if server.sign is not None:
        yield from _ensure(server, lifetime=DEFAULT_LIFETIME, min_left=DEFAULT_RENEW_BELOW)
    return me


def _ensure(
    server: ServerMemory, *, lifetime: timedelta, min_left: timedelta
) -> Flow[DelegationInfo]:
    held = server.delegation
    if held is not None and not _is_due(server, held, min_left=min_left):
        return held
    return (yield from _delegate(server, lifetime=lifetime, min_left=min_left))


def delegate(
    *,
    lifetime: timedelta = DEFAULT_LIFETIME,
    min_left: timedelta = DEFAULT_RENEW_BELOW,
    force: bool = False,
) -> Flow[DelegationInfo]:
    """Delegate; see `FTSClient.delegate`."""
    _check_times(lifetime, min_left)
    server: ServerMemory = yield Recall()
    return (yield from _delegate(server, lifetime=lifetime, min_left=None if force else min_left))


def _delegate(
    server: ServerMemory, *, lifetime: timedelta, min_left: timedelta | None
) -> Flow[DelegationInfo]:
    """Delegate when less than `min_left` is left; None: in any case."""
    me = yield from identity(server)
    if server.sign is None:
        return _read("", None)
    turn = _turn(server, me)
    lock = yield TakeTurn(turn)
    try:
        with _step("look up", me):
            info = yield from _look_up(server)
        if min_left is not None and not _is_due(server, info, min_left=min_left):
            return info
        return (yield from _renew(server, me, turn, lifetime=lifetime))
    finally:
        if lock:
            lock.release()


def with_delegation(
    server: ServerMemory, attempt: Callable[[NeedDelegationError | None], Flow[T]]
) -> Flow[T]:
    """Carry out a procedure that needs a delegation: once more, after delegating, if the server says that it holds none (419).

    Args:
        server: The memory of the credential.
        attempt: The procedure; its argument is the refusal of the first attempt, None at first.
    """
    seen = server.turn.done if server.turn else 0
    try:
        return (yield from attempt(None))
    except NeedDelegationError as error:
        if server.sign is None:
            raise
        refused = error
    try:
        me = yield from identity(server)
        turn = _turn(server, me)
        lock = yield TakeTurn(turn)
        try:
            # Unless another caller of this process has delegated meanwhile.
            if turn.done == seen:
                yield from _renew(server, me, turn, lifetime=DEFAULT_LIFETIME)
        finally:
            if lock:
                lock.release()
    except FTSError as error:
        if refused.after_doubt:
            raise refused from error
        raise
    return (yield from attempt(refused))


def _check_times(lifetime: object, min_left: object) -> None:
    expect(min_left, timedelta, "A timedelta as min_left")
    if not isinstance(lifetime, timedelta) or lifetime <= timedelta(0):
        raise FTSUsageError(
            f"The lifetime of a delegation must be a timedelta of more than 0, got {lifetime!r}"
        )


def _turn(server: ServerMemory, me: Whoami) -> Turn:
    if server.turn is None:
        raise DelegationError(
            "the server did not recognise the certificate",
            step="whoami",
            user_dn=me.user_dn,
            remedy="Check that the credential is valid and that the server trusts its CA.",
        )
    return server.turn


def _renew(
    server: ServerMemory, me: Whoami, turn: Turn, *, lifetime: timedelta
) -> Flow[DelegationInfo]:
    """Fetch a request, sign it, send the proxy and check that the server holds it."""
    delegation_id = me.delegation_id
    assert server.sign is not None  # noqa: S101 - the callers checked
    assert delegation_id is not None  # noqa: S101 - without one there is no turn
    with _step("request", me):
        request = yield Call("delegation.get_delegation_request", {"delegation_id": delegation_id})
    with _step("sign", me):
        proxy = server.sign(
            request.content, lifetime=lifetime, user_dn=me.user_dn, delegation_id=delegation_id
        )
    # A file object would do for the synchronous client only; plain bytes serve both.
    body = File(payload=cast("BinaryIO", proxy))
    with _step("send", me):
        yield Call(
            "delegation.set_delegation_credential", {"delegation_id": delegation_id, "body": body}
        )
    with _step("verify", me):
        info = yield from _look_up(server)
    left = info.time_left(now=server.clock.now())
    if left is None or left <= timedelta(0):
        raise DelegationError(
            "the server accepted the proxy but holds no valid one now"
            + (f": it {time_left_in_words(left)}" if left is not None else ""),
            step="verify",
            user_dn=me.user_dn,
            delegation_id=delegation_id,
            remedy="Compare the clocks of this machine and the server.",
        )
    turn.done += 1
    _log.info(
        "delegated %s to %s as %s, %s left", me.user_dn, server.endpoint, delegation_id, left
    )
    return attrs.evolve(info, renewed=True)


@contextmanager
def _step(step: DelegationStep, me: Whoami) -> Generator[None]:
    """Turn a refusal by the server into a DelegationError that names the step; other errors pass."""
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
