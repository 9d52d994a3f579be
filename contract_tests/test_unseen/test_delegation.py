"""Each unseen defect of identity and delegation shows in the answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from unseen.delegation import DEFECTS

from fts_contract.mock.pki.authority import Certified, pem_of
from fts_contract.mock.pki.proxies import sign_proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any


def identity(who: str) -> Callable[[Talk], Any]:
    return lambda talk: talk.get(who, "/whoami")


def own_id(talk: Talk, who: str = "alice") -> str:
    found: str = talk.get(who, "/whoami")["delegation_id"]
    return found


def request(talk: Talk, who: str = "alice") -> bytes:
    answer = talk.ask(who, "GET", f"/delegation/{own_id(talk, who)}/request")
    pem: bytes = answer.body
    return pem


def sign(talk: Talk, pem: bytes, *, hours: float = 6) -> int:
    """Sign a request of alice's and send the proxy."""
    content = talk.mock.credential("alice").read_bytes()
    leaf, *above = x509.load_pem_x509_certificates(content)
    key: Any = serialization.load_pem_private_key(content, None)
    alice = Certified(certificate=leaf, key=key, chain=tuple(above))
    public_key: Any = x509.load_pem_x509_csr(pem).public_key()
    proxy = sign_proxy(public_key, issuer=alice, lifetime=timedelta(hours=hours))
    chain = b"".join(pem_of(certificate) for certificate in (proxy, leaf, *above))
    status: int = talk.ask(
        "alice", "PUT", f"/delegation/{own_id(talk)}/credential", body=chain
    ).status
    return status


def one_key(talk: Talk) -> Any:
    return request(talk, "alice") == request(talk, "admin")


def first_of_two(talk: Talk) -> Any:
    first = request(talk)
    request(talk)
    return sign(talk, first)


def shorter(talk: Talk) -> Any:
    pem = request(talk)
    answers = [sign(talk, pem, hours=hours) for hours in (11, 2)]
    ends = talk.get("alice", f"/delegation/{own_id(talk)}")["termination_time"]
    return (
        answers,
        ends > talk.mock.clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
        hours_left(talk, ends) > 5,
    )


def hours_left(talk: Talk, ends: str) -> float:
    left: timedelta = datetime.fromisoformat(f"{ends}+00:00") - talk.mock.clock.now()
    return left / timedelta(hours=1)


def deleted(talk: Talk) -> Any:
    pem = request(talk)
    talk.ask("alice", "DELETE", f"/delegation/{own_id(talk)}")
    return sign(talk, pem)


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
        talk.ask("alice", "GET", f"/delegation/{own_id(talk).upper()}").status
    ),
    "administrator-sees-foreign-delegations": lambda talk: (
        talk.ask("admin", "GET", f"/delegation/{own_id(talk)}").status
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
