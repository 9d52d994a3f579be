"""Open the two servers of a comparison with the same callers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import attrs

from fts_contract.compare.options import MOCK
from fts_contract.compare.servers.embedded import side_of_mock
from fts_contract.compare.servers.side import Side
from fts_contract.harness.callers import administrator_among, other_callers
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.credential import find_credential, find_trust
from fts_contract.harness.sending.safety import FullLock, safe_lock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.harness.shared_state.guard import Guard
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from contextlib import ExitStack

    from fts_contract.compare.options import CompareOptions
    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.server import Identity

__all__ = ["Opened", "open_mocks", "open_servers"]

_NAMES: Final = ("reference", "target")


@attrs.frozen
class Opened:
    """A side with what guards its shared state."""

    side: Side
    guard: Guard


def open_mocks(open_until: ExitStack, *, timeout_s: float, safe: bool) -> tuple[Opened, Opened]:
    """Start two embedded mocks with the same contents and all test identities."""
    lock = safe_lock if safe else FullLock(lifted=True)
    opened = []
    for name in _NAMES:
        mock = open_until.enter_context(MockFTS(oauth2=True, in_use=True, time_scale=0))
        opened.append(Opened(side_of_mock(mock, name, lock, open_until, timeout_s), Guard()))
    return opened[0], opened[1]


def open_servers(
    options: CompareOptions, open_until: ExitStack, record: Path | None
) -> tuple[Opened, Opened]:
    """Meet two servers, of which one may be an embedded mock that knows the same callers.

    Args:
        options: The options.
        open_until: Closes the sessions and the mock.
        record: Folder for the states before and the changes; None for temporary ones.

    Raises:
        CannotRunError: One cannot be reached, or refuses a caller.
    """
    opened = []
    roles: dict[str, int] = {}
    for name, address in zip(_NAMES, (options.reference, options.target), strict=True):
        folder = record / name if record else None
        if address == MOCK:
            known = find_trust(ca_dir=options.run.ca_dir, ca_file=options.run.ca_file)
            mock = open_until.enter_context(
                MockFTS(in_use=True, client_ca=Path(known) if isinstance(known, str) else None)
            )
            run, label, trust = options.of(mock.endpoint), MOCK, str(mock.ca_file)
        else:
            run, label, trust = options.of(address), urlsplit(address).netloc, None
        opened.append(_open(run, name, label, trust, roles, open_until, folder))
    return opened[0], opened[1]


def _open(  # noqa: PLR0917 - parts of a side
    options: RunOptions,
    name: str,
    label: str,
    ca_file: str | None,
    roles: dict[str, int],
    open_until: ExitStack,
    folder: Path | None,
) -> Opened:
    session = open_until.enter_context(
        GuardedSession(
            options.base_url,
            credential=find_credential(options.cert, options.token_file),
            verify=ca_file
            or find_trust(
                ca_dir=options.ca_dir, ca_file=options.ca_file, insecure=options.insecure
            ),
            timeout_s=options.timeout_s,
            lock=safe_lock if options.profile == "safe" else FullLock(),
            budget=Budget(max_time_s=options.max_time_s, rate_limit=options.rate_limit),
        )
    )
    server, exchanges = meet_server(session)
    others = tuple(other_callers(session, options.also_cert, open_until))
    sessions = [session, *(other.session for other in others)]
    roles.update({} if roles else _roles(server.identity, others))
    guard = Guard()
    if isinstance(session.lock, FullLock):
        guard = Guard.begin(
            sessions,
            administrator_among(session, server.identity, others),
            lock=session.lock,
            others=[other.identity for other in others if other.identity is not None],
            ban_callers=options.ban_callers,
            whoami=exchanges[-1].json,
            exclusive=options.exclusive,
            optimizer_rows=options.optimizer_rows,
            folder=folder,
        )
    side = Side(
        name=name,
        label=label,
        version=server.version,
        sessions={role: sessions[number] for role, number in roles.items()},
    )
    return Opened(side, guard)


def _roles(user: Identity, others: tuple[OtherCaller, ...]) -> dict[str, int]:
    """Give each role to the first caller that fits it, by what the reference says about the callers."""
    roles = {"user": 0}
    for number, other in enumerate(others, 1):
        roles.setdefault(_role(user, other.identity), number)
    if "config" in user.level:
        roles.setdefault("administrator", 0)
    return roles


def _role(user: Identity, other: Identity | None) -> str:
    if other is None:
        return "anonymous"
    if other.is_root:
        return "root"
    if "config" in other.level:
        return "administrator"
    if other.user_dn == user.user_dn:
        return "other-attributes"
    return "colleague" if other.vos[:1] == user.vos[:1] else "stranger"
