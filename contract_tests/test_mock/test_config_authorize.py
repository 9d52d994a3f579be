from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update(AS_JSON)
    return client


def grant(admin: httpx.Client, dn: str, operation: str) -> httpx.Response:
    return admin.post("/config/authorize", json={"dn": dn, "operation": operation})


def test_grant_counts_from_the_next_request_and_ends_when_revoked(
    admin: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    dn = mock.caller("bob").user_dn
    statuses = [bob.get("/config/shares").status_code]

    grant(admin, dn, "config")
    statuses.append(bob.get("/config/shares").status_code)
    level = bob.get("/whoami").json()["level"]["config"]
    admin.delete("/config/authorize", params={"dn": dn, "operation": "config"})
    statuses.append(bob.get("/config/shares").status_code)

    assert (statuses, level) == ([403, 200, 403], "all")


def test_grant_of_transfer_opens_the_jobs_of_everybody(
    admin: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    job = mock.state.add_job(owner="alice", vo_name="othervo")
    bob = connect("bob-novoms")
    before = bob.get(f"/jobs/{job.job_id}").status_code

    grant(admin, mock.caller("bob").user_dn, "transfer")

    assert (before, bob.get(f"/jobs/{job.job_id}").status_code) == (403, 200)


def test_filters_choose_and_empty_ones_do_not(admin: httpx.Client) -> None:
    for dn, operation in (("/CN=b", "deleg"), ("/CN=a", "transfer"), ("/CN=a", "config")):
        grant(admin, dn, operation)

    def listed(**params: str) -> list[tuple[str, str]]:
        found = admin.get("/config/authorize", params=params).json()
        return [(g["dn"], g["operation"]) for g in found]

    assert listed() == [("/CN=a", "config"), ("/CN=a", "transfer"), ("/CN=b", "deleg")]
    assert listed(dn="", operation="") == listed()
    assert listed(operation="transfer") == [("/CN=a", "transfer")]
    assert listed(dn="/CN=a", operation="deleg") == []


def test_grants_are_found_without_regard_to_case_and_blanks_at_the_end(
    admin: httpx.Client,
) -> None:
    def listed() -> list[tuple[str, str]]:
        params = {"dn": "/cn=A", "operation": "FLY "}
        found = admin.get("/config/authorize", params=params).json()
        return [(g["dn"], g["operation"]) for g in found]

    for dn, operation in (("/CN=a", "fly"), ("/cn=A ", "Fly"), ("/CN=a", "swim")):
        grant(admin, dn, operation)
    assert listed() == [("/CN=a", "fly")]
    admin.delete("/config/authorize", params={"dn": "/CN=A", "operation": "FLY"})
    assert listed() == []
    assert len(admin.get("/config/authorize").json()) == 1


def test_repeated_grant_leaves_no_audit_but_a_void_revocation_does(
    admin: httpx.Client, mock: MockFTS
) -> None:
    for _ in range(2):
        assert grant(admin, "/CN=a", "fly").json() == {"dn": "/CN=a", "operation": "fly"}
    admin.delete("/config/authorize", params={"dn": "/CN=never"})

    assert [(row.action, row.config) for row in mock.state.config.audit] == [
        ("authorize", 'fly granted to "/CN=a"'),
        ("revoke", 'All revoked for "/CN=never"'),
    ]


def test_admin_can_neither_be_granted_nor_revoked(admin: httpx.Client, mock: MockFTS) -> None:
    mock.state.grant("/CN=a", "admin", "config")
    refused = [
        grant(admin, "/CN=a", "admin"),
        admin.delete("/config/authorize", params={"dn": "/CN=a", "operation": "admin"}),
    ]
    admin.delete("/config/authorize", params={"dn": "/CN=a"})

    for answer in refused:
        message = "'admin' level can only be changed via database access"
        assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert mock.state.grants == {"/CN=a": {"admin"}}


@pytest.mark.parametrize(
    ("name", "message"),
    [("anonymous", "Certificate required"), ("alice", "Not enough permissions")],
)
def test_certificate_is_asked_for_before_the_level(
    connect: Callable[..., httpx.Client], name: str, message: str
) -> None:
    answer = connect(name).get("/config/authorize")

    assert (answer.status_code, answer.json()["message"]) == (403, message)


def test_missing_parameters_are_400(admin: httpx.Client) -> None:
    posted = admin.post("/config/authorize", json={"dn": "/CN=a"})
    deleted = admin.request("DELETE", "/config/authorize", json={"dn": "/CN=a"})

    assert posted.json()["message"] == "Missing dn and/or operation"
    assert deleted.json()["message"] == "Missing DN parameter"
