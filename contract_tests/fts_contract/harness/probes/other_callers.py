"""Other callers than the one who tests: nobody (no certificate), and whoever `--also-cert` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from fts_contract.harness.probes.conversation import Stranger
from fts_contract.harness.sending.credential import find_credential, find_trust
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.sending.credential import Credential

__all__ = ["meet_strangers"]


def meet_strangers(
    options: RunOptions, session: GuardedSession, open_until: ExitStack
) -> Iterator[Stranger]:
    """Open a session for each other caller, with the lock and the budget of the run.

    Args:
        options: Say which certificates to use.
        session: That of the caller.
        open_until: Closes the sessions.

    Yields:
        Nobody first, then the others, whose roles the server told.

    Raises:
        CannotRunError: A certificate cannot be used, or the server does not know it.
    """

    def like(credential: Credential | None) -> GuardedSession:
        return open_until.enter_context(
            GuardedSession(
                options.base_url,
                credential=credential,
                verify=find_trust(options),
                timeout_s=options.timeout_s,
                lock=session.lock,
                budget=session.budget,
            )
        )

    yield Stranger(name="anonymous", session=like(None), identity=None)
    for path in options.also_cert:
        other = like(find_credential(attrs.evolve(options, cert=path, token_file=None)))
        server, _ = meet_server(other)
        yield Stranger(name=server.identity.user_dn, session=other, identity=server.identity)
