"""Other callers than the one who runs the tests: an anonymous one, and those of `--also-cert`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes.conversation import OtherCaller
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from fts_contract.harness.sending.credential import Credential

__all__ = ["other_callers"]


def other_callers(
    session: GuardedSession, certificates: Iterable[Path], open_until: ExitStack
) -> Iterator[OtherCaller]:
    """Open a session for each other caller, with the lock and the budget of the run.

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
                timeout_s=session.timeout_s,
                lock=session.lock,
                budget=session.budget,
            )
        )

    yield OtherCaller(name="anonymous", session=session_of(None), identity=None)
    for path in certificates:
        other = session_of(find_credential(path))
        server, _ = meet_server(other)
        yield OtherCaller(name=server.identity.user_dn, session=other, identity=server.identity)
