"""The callers of a run beside the one who runs it: an anonymous one, and those of `--also-cert`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.harness.shared_state.snapshot import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.server import Identity

__all__ = ["OtherCaller", "administrator_among", "mistaken", "other_callers"]


@attrs.frozen(kw_only=True)
class OtherCaller:
    """Another caller than the one who runs the tests.

    Attributes:
        name: For people: `anonymous`, or a DN.
        session: Sends requests as this caller.
        identity: The caller as the server sees it; None for an anonymous one.
        whoami: The answer that says so; None for an anonymous one.
    """

    name: str
    session: GuardedSession
    identity: Identity | None
    whoami: Exchange | None = None


def other_callers(
    session: GuardedSession, certificates: Iterable[Path], open_until: ExitStack
) -> Iterator[OtherCaller]:
    """Open a session for each other caller, with the lock, the budget and the journal of the run.

    Args:
        session: The session of the caller who runs the tests.
        certificates: PEM files of the others.
        open_until: Closes the sessions.

    Yields:
        The anonymous caller first, then the others with the roles that the server reports.

    Raises:
        CannotRunError: A certificate cannot be used, or the server does not know it.
    """

    def session_of(credential: Credential | None) -> GuardedSession:
        return open_until.enter_context(
            GuardedSession(
                session.base_url,
                credential=credential,
                verify=session.verify or False,
                http_proxy=session.http_proxy,
                timeout_s=session.timeout_s,
                lock=session.lock,
                budget=session.budget,
            )
        )

    yield OtherCaller(name="anonymous", session=session_of(None), identity=None)
    for path in certificates:
        other = session_of(find_credential(path))
        server, exchanges = meet_server(other)
        yield OtherCaller(
            name=server.identity.user_dn,
            session=other,
            identity=server.identity,
            whoami=exchanges[-1],
        )


def administrator_among(
    session: GuardedSession, identity: Identity, others: Iterable[OtherCaller]
) -> tuple[GuardedSession, Identity] | None:
    """Find the first caller with level `config`: the one who runs the tests, or another; None when there is none.

    The server does not tell what a token may do, so a caller with a token tries. Source: "Identity" of token users, FTS 3.13.4.
    """
    callers = [(session, identity), *((o.session, o.identity) for o in others if o.identity)]
    found = next(((s, i) for s, i in callers if "config" in i.level), None)
    if found or identity.method != "oauth2" or read(session, "/config/links") is None:
        return found
    return session, identity


def mistaken(
    session: GuardedSession, identity: Identity, others: Iterable[OtherCaller]
) -> Iterator[OtherCaller]:
    """Yield the callers with a certificate of somebody else whom the server takes for the one who runs the tests."""
    own = session.credential
    for other in others:
        theirs = other.session.credential
        if (
            other.identity is not None
            and own is not None
            and theirs is not None
            and own.subject is not None
            and theirs.subject not in {None, own.subject}
            and other.identity.user_dn == identity.user_dn
        ):
            yield other
