"""Each unseen defect of identity and delegation shows in the answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from unseen.delegation import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any


def identity(who: str) -> Callable[[Talk], Any]:
    return lambda talk: talk.get(who, "/whoami")


def one_key(talk: Talk) -> Any:
    return talk.request_of("alice") == talk.request_of("admin")


def first_of_two(talk: Talk) -> Any:
    first = talk.request_of()
    talk.request_of()
    return talk.sign(first)


def shorter(talk: Talk) -> Any:
    pem = talk.request_of()
    answers = [talk.sign(pem, hours=hours) for hours in (11, 2)]
    ends = talk.get("alice", f"/delegation/{talk.delegation_id()}")["termination_time"]
    return (
        answers,
        ends > talk.mock.clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
        hours_left(talk, ends) > 5,
    )


def hours_left(talk: Talk, ends: str) -> float:
    left: timedelta = datetime.fromisoformat(f"{ends}+00:00") - talk.mock.clock.now()
    return left / timedelta(hours=1)


def deleted(talk: Talk) -> Any:
    pem = talk.request_of()
    talk.ask("alice", "DELETE", f"/delegation/{talk.delegation_id()}")
    return talk.sign(pem)


def granted(talk: Talk) -> Any:
    dn = identity("alice")(talk)["user_dn"]
    talk.post("admin", "/config/authorize", {"dn": dn, "operation": "config"})
    return identity("alice")(talk)["level"]


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "delegation-id-of-reversed-attributes": identity("alice"),
    "name-in-place-of-virtual-vo": identity("bob-novoms"),
    "certificate-chain-upside-down": lambda talk: talk.ask(
        "alice", "GET", "/whoami/certificate"
    ).body[:500],
    "delegation-id-in-capitals-accepted": lambda talk: (
        talk.ask("alice", "GET", f"/delegation/{talk.delegation_id().upper()}").status
    ),
    "administrator-sees-foreign-delegations": lambda talk: (
        talk.ask("admin", "GET", f"/delegation/{talk.delegation_id()}").status
    ),
    "one-key-for-all-callers": one_key,
    "new-key-for-each-request": first_of_two,
    "shorter-proxy-not-stored": shorter,
    "delete-forgets-the-request": deleted,
    "levels-shown-a-minute-late": granted,
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
