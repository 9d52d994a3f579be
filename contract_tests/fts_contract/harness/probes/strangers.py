"""Other callers than the one who tests: nobody (no certificate), and whoever `--also-cert` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes.talk import Stranger
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack
    from pathlib import Path

    from fts_contract.harness.sending.credential import Credential

__all__ = ["meet_strangers"]


def meet_strangers(
    session: GuardedSession, certificates: Iterable[Path], open_until: ExitStack
) -> Iterator[Stranger]:
    """Open a session for each other caller, with the lock and the budget of the run.

    Args:
        session: That of the caller.
        certificates: PEM files of the other callers.
        open_until: Closes the sessions.

    Yields:
        Nobody first, then the others, whose roles the server told.

    Raises:
        CannotRunError: A certificate cannot be used, or the server does not know it.
    """

    def like(credential: Credential | None) -> GuardedSession:
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

    yield Stranger(name="anonymous", session=like(None), identity=None)
    for path in certificates:
        other = like(find_credential(path))
        server, _ = meet_server(other)
        yield Stranger(name=server.identity.user_dn, session=other, identity=server.identity)
