"""Put a server back after a run that was killed, from the record in its report folder."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from fts_contract.harness.callers import administrator_among, other_callers
from fts_contract.harness.sending.credential import find_credential, find_trust
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.safety import FullLock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.harness.shared_state.putting_back import PuttingBack
from fts_contract.harness.shared_state.record import read_record, write_left

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["restore_server"]

_TIMEOUT_S = 30.0


def restore_server(
    folder: Path,
    *,
    cert: Path | None = None,
    token_file: Path | None = None,
    also_cert: Sequence[Path] = (),
    ca_dir: Path | None = None,
    ca_file: Path | None = None,
    insecure: bool = False,
    http_proxy: str | None = None,
) -> list[Left]:
    """Put back what the run of a record changed; does nothing when the run did so itself.

    Args:
        folder: The report folder of the run.
        cert: As for `RunOptions`, like all that follow: those with which the run was made.
        token_file: See there.
        also_cert: See there.
        ca_dir: See there.
        ca_file: See there.
        insecure: See there.
        http_proxy: See there.

    Returns:
        What could not be put back.

    Raises:
        CannotRunError: There is no record, the server cannot be reached, or the callers are not those of the run.
    """
    before, changes, finished = read_record(folder)
    if finished:
        return []
    session = GuardedSession(
        before.url,
        credential=find_credential(cert, token_file),
        verify=find_trust(ca_dir=ca_dir, ca_file=ca_file, insecure=insecure),
        http_proxy=http_proxy,
        timeout_s=_TIMEOUT_S,
        lock=FullLock(lifted=True),
    )
    with ExitStack() as stack:
        stack.enter_context(session)
        server, _ = meet_server(session)
        others = tuple(other_callers(session, also_cert, stack))
        found = administrator_among(session, server.identity, others)
        if (
            server.identity.user_dn != before.user_dn
            or server.identity.delegation_id != before.delegation_id
        ):
            raise CannotRunError(
                f"you are {server.identity.user_dn}, and the run was made by {before.user_dn}",
                remedy="give the same --cert as for the run",
            )
        if before.administrator is not None and found is None:
            raise CannotRunError(
                f"the run was made with the administrator {before.administrator}",
                remedy="add an administrator with --also-cert",
            )
        left = PuttingBack(
            before=before,
            session=session,
            administrator=found[0] if found else None,
            others=[other.session for other in others],
            changes=changes,
        ).run()
    write_left(folder, left)
    return left
