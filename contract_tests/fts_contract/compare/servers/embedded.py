"""Embedded mocks as reference or target, with their test identities as callers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fts_contract.compare.servers.side import Side
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.credential import Credential, find_credential
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.mock.pki.files import write_private
from fts_contract.mock.pki.proxies import issue_proxy

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from fts_contract.harness.sending.safety import Lock
    from fts_contract.mock import MockFTS
    from fts_contract.mock.pki.store import TestPKI

__all__ = ["VERSION", "side_of_mock"]

_ROLES: Final = {
    "user": "alice",
    "colleague": "bob",
    "stranger": "bob-novoms",
    "administrator": "admin",
    "root": "root",
    "other-attributes": "alice-novoms",
}
_TOKENS: Final = {"token": "carol", "other-token": "dave"}
_MANY: Final = (
    "/testvo/zeta/Role=NULL/Capability=NULL",
    "/othervo/Role=production/Capability=NULL",
    "/testvo/Role=NULL/Capability=NULL",
)
# Longer than all plays together move the clock.
_LIFETIME: Final = timedelta(hours=40)
VERSION: Final = "3.13.4"
"""The version that mocks play."""


def side_of_mock(
    mock: MockFTS, name: str, lock: Lock, open_until: ExitStack, timeout_s: float
) -> Side:
    """Give all test identities of a running mock as callers; its clock is stopped, and moved only by the plays.

    Args:
        mock: Started.
        name: `reference` or `target`.
        lock: What may be sent.
        open_until: Closes the sessions.
        timeout_s: Limit for each answer, in seconds.
    """
    mock.clock.run(scale=0)
    credentials: dict[str, Credential | None] = {"anonymous": None}
    for role, identity in _ROLES.items():
        credentials[role] = find_credential(mock.credential(identity))
    credentials["many-attributes"] = find_credential(_many_attributes(mock.pki))
    for role, subject in _TOKENS.items() if mock.state.oauth2 is not None else ():
        path = mock.credential("alice")
        credentials[role] = Credential(
            kind="token", path=path, token=mock.token(sub=subject, lifetime=_LIFETIME)
        )
    sessions = {}
    budget = Budget()
    for role, credential in credentials.items():
        sessions[role] = session = open_until.enter_context(
            GuardedSession(
                mock.endpoint, credential=credential, verify=str(mock.ca_file),
                timeout_s=timeout_s, lock=lock, budget=budget,
            )
        )  # fmt: skip
        if role not in ("user", "anonymous") and credential is not None:
            session.sender = role if credential.kind == "token" else str(credential.path)
    return Side(
        name=name, label="mock", version=VERSION, sessions=sessions, clock=mock.clock.advance
    )


def _many_attributes(pki: TestPKI) -> Path:
    """Make the credential of a member of several VOs, once for each PKI."""
    path = pki.directory / "compare" / "many-attributes.pem"
    if not path.exists():
        person = pki.certified("bob")
        attributes = pki.voms.issue(person.certificate, _MANY, vo="testvo", lifetime=_LIFETIME)
        write_private(path, issue_proxy(person, lifetime=_LIFETIME, attributes=attributes).pem)
    return path
