from __future__ import annotations

import ssl
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fts_contract.mock.pki import CA, issue_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.mock import MockFTS

USERS = "/DC=org/DC=example/O=Users"
MEMBER = "/testvo/Role=NULL/Capability=NULL"
PRODUCTION = "/testvo/Role=production/Capability=NULL"
PUBLIC = {"transfer": "vo", "deleg": "vo", "datamanagement": "all"}


# Delegation ids and VO ids are those that the real server gave to the same names and attributes.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "alice",
            {
                "user_dn": f"{USERS}/CN=alice",
                "delegation_id": "7ba5c996de416fe2",
                "voms_cred": [MEMBER, PRODUCTION],
                "vos": ["testvo"],
                "vos_id": ["477b9065-8416-5b27-be32-ff1573788e71"],
                "roles": ["production"],
                "level": PUBLIC,
                "method": "certificate",
                "is_root": False,
            },
        ),
        ("bob", {"delegation_id": "84f910f4139dfcd4", "voms_cred": [MEMBER], "roles": []}),
        (
            "alice-novoms",
            {
                "delegation_id": "8748806df667829d",
                "vos": ["8748806df667829d"],
                "vos_id": ["b13775ab-ce60-5e84-a267-9d1c3fa0a15c"],
                "voms_cred": [],
            },
        ),
        ("bob-novoms", {"delegation_id": "a8cd70afa0ddc217"}),
        ("alice-cert", {"delegation_id": "8748806df667829d", "dn": [f"{USERS}/CN=alice"]}),
        ("alice-proxy2", {"delegation_id": "7ba5c996de416fe2", "user_dn": f"{USERS}/CN=alice"}),
        ("bob-3072", {"delegation_id": "84f910f4139dfcd4"}),
        ("bob-ec", {"delegation_id": "84f910f4139dfcd4"}),
        (
            "admin",
            {
                "user_dn": f"{USERS}/CN=root",
                "delegation_id": "5b43396e2ad56e3f",
                "roles": ["lcgadmin"],
                "level": {**PUBLIC, "config": "all"},
                "is_root": False,
            },
        ),
        (
            "root",
            {
                "user_dn": "/DC=org/DC=example/CN=localhost",
                "delegation_id": "b89b6b309724feac",
                "is_root": True,
                "level": dict.fromkeys(
                    ("transfer", "deleg", "config", "admin", "datamanagement"), "all"
                ),
            },
        ),
        (
            "anonymous",
            {
                "user_dn": "anon",
                "dn": ["anon"],
                "vos": [],
                "level": [],
                "delegation_id": None,
                "method": "unauthenticated",
            },
        ),
    ],
)
def test_whoami_of_each_identity_is_that_of_the_real_server(
    connect: Callable[..., httpx.Client], name: str, expected: dict[str, Any]
) -> None:
    answer = connect(name).get("/whoami").json()

    assert {key: answer[key] for key in expected} == expected


def test_whoami_of_a_proxy_of_a_proxy_lists_each_level(
    connect: Callable[..., httpx.Client],
) -> None:
    names = connect("alice-proxy2").get("/whoami").json()["dn"]

    assert len(names) == 3
    assert names[1].startswith(f"{names[0]}/CN=")
    assert names[2].startswith(f"{names[1]}/CN=")


def test_whoami_certificate_sends_the_chain_leaf_first(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    answer = connect("alice-proxy2").get("/whoami/certificate")

    assert answer.headers["content-type"] == "application/x-pem-file"
    assert answer.text.count("BEGIN CERTIFICATE") == 3
    assert mock.credential("alice-proxy2").read_text().startswith(answer.text[:200])


def test_whoami_certificate_without_one_is_403(connect: Callable[..., httpx.Client]) -> None:
    answer = connect("anonymous").get("/whoami/certificate")

    assert answer.status_code == 403
    assert answer.json() == {"status": "403 Forbidden", "message": "Certificate required"}


def test_gridmap_replaces_the_virtual_vo_only(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.gridmap[f"{USERS}/CN=bob"] = "svc-gridmapvo"

    answer = connect("bob-novoms").get("/whoami").json()

    assert answer["vos"] == ["svc-gridmapvo"]
    assert answer["vos_id"] == ["d4bf0fc6-b35b-54a8-b58b-cb9f7c1789aa"]
    assert answer["delegation_id"] == "a8cd70afa0ddc217"


def test_granted_admin_implies_config(connect: Callable[..., httpx.Client], mock: MockFTS) -> None:
    mock.state.grants[f"{USERS}/CN=bob"] = {"admin"}

    level = connect("bob").get("/whoami").json()["level"]

    assert level == {**PUBLIC, "admin": "all", "config": "all"}


def test_banned_user_gets_a_page_everywhere(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.ban_dn(f"{USERS}/CN=bob", message="because")
    bob = connect("bob")

    for path in ("/", "/whoami", "/jobs", "/nosuch"):
        answer = bob.get(path)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "The user has been banned" in answer.text


def _handshake(mock: MockFTS, pem: bytes, directory: Path) -> int:
    path = directory / "credential.pem"
    path.write_bytes(pem)
    made = ssl.create_default_context(cafile=str(mock.ca_file))
    made.load_cert_chain(path)
    with httpx.Client(verify=made, trust_env=False) as client:
        return client.get(f"{mock.endpoint}/whoami").status_code


def test_expired_proxy_is_refused_in_the_handshake(mock: MockFTS, tmp_path: Path) -> None:
    expired = mock.pki.issue("alice", lifetime=-timedelta(minutes=1))

    with pytest.raises(httpx.TransportError):
        _handshake(mock, expired.pem, tmp_path)


def test_proxy_of_a_foreign_ca_is_refused_in_the_handshake(mock: MockFTS, tmp_path: Path) -> None:
    stranger = CA.create("/DC=org/DC=elsewhere/CN=Other CA").issue_cert(f"{USERS}/CN=alice")

    with pytest.raises(httpx.TransportError):
        _handshake(mock, issue_proxy(stranger).pem, tmp_path)


def test_fresh_proxy_is_accepted_in_the_handshake(mock: MockFTS, tmp_path: Path) -> None:
    # The counterpart of the two above: they must fail for the reason in their names.
    assert _handshake(mock, mock.pki.issue("alice").pem, tmp_path) == 200


def test_expired_voms_attributes_do_not_count(mock: MockFTS, tmp_path: Path) -> None:
    person = mock.pki.certified("alice")
    old = mock.pki.voms.issue(
        person.certificate, (MEMBER,), vo="testvo", lifetime=-timedelta(minutes=1)
    )
    path = tmp_path / "old.pem"
    path.write_bytes(issue_proxy(person, attributes=old).pem)
    made = ssl.create_default_context(cafile=str(mock.ca_file))
    made.load_cert_chain(path)

    with httpx.Client(verify=made, trust_env=False) as client:
        answer = client.get(f"{mock.endpoint}/whoami").json()

    assert answer["voms_cred"] == []


def test_voms_attributes_of_somebody_else_do_not_count(mock: MockFTS, tmp_path: Path) -> None:
    stolen = mock.pki.voms.issue(
        mock.pki.certified("admin").certificate,
        ("/testvo/Role=lcgadmin/Capability=NULL",),
        vo="testvo",
    )
    path = tmp_path / "stolen.pem"
    path.write_bytes(issue_proxy(mock.pki.certified("bob"), attributes=stolen).pem)
    made = ssl.create_default_context(cafile=str(mock.ca_file))
    made.load_cert_chain(path)

    with httpx.Client(verify=made, trust_env=False) as client:
        answer = client.get(f"{mock.endpoint}/whoami").json()

    assert answer["voms_cred"] == []
    assert "config" not in answer["level"]
