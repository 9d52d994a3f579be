"""A mock that begins with what others have left on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

CAROL = "/DC=org/DC=example/O=Users/CN=carol"


@pytest.fixture(scope="module")
def server_in_use() -> Iterator[MockFTS]:
    with MockFTS(in_use=True, time_scale=0) as mock:
        yield mock


@pytest.fixture
def in_use(server_in_use: MockFTS) -> Iterator[MockFTS]:
    yield server_in_use
    server_in_use.reset()


@pytest.fixture
def admin(connect: Callable[..., httpx.Client], in_use: MockFTS) -> httpx.Client:
    client = connect("admin", to=in_use)
    client.headers["Accept"] = "application/json"
    return client


def test_default_link_has_the_limits_of_a_new_server(admin: httpx.Client) -> None:
    link = admin.get("/config/links/*").json()

    assert link == {
        "symbolicname": "*",
        "source": "*",
        "destination": "*",
        "min_active": 2,
        "max_active": 130,
        "optimizer_mode": 2,
        "tcp_buffer_size": None,
        "nostreams": 0,
        "no_delegation": False,
    }


def test_default_storage_has_the_limits_of_a_new_server(admin: httpx.Client) -> None:
    info = admin.get("/config/se").json()["*"]["se_info"]

    assert (info["inbound_max_active"], info["outbound_max_active"]) == (200, 200)
    assert not any(value for name, value in info.items() if not name.endswith("_max_active"))


def test_server_in_use_shows_hosts_settings_grants_and_bans(admin: httpx.Client) -> None:
    hosts = admin.get("/config").json()
    assert len({host["hostname"] for host in hosts}) >= 3
    assert len({host["service_name"] for host in hosts}) >= 3
    assert set(admin.get("/config/global").json()) == {"*", "othervo"}
    assert {grant["dn"] for grant in admin.get("/config/authorize").json()} >= {CAROL}
    assert len(admin.get("/ban/se").json()) == len(admin.get("/ban/dn").json()) == 1
    assert admin.get("/config/shares").json()
    assert admin.get("/config/audit").json()
    assert admin.get("/optimizer/current").json()


def test_jobs_of_others_are_listed_and_stay_as_they_are(
    connect: Callable[..., httpx.Client], in_use: MockFTS
) -> None:
    alice = connect("alice", to=in_use)

    def states() -> list[str]:
        jobs = alice.get("/jobs", params={"state_in": "ACTIVE,SUBMITTED,FINISHED", "limit": "0"})
        assert {job["user_dn"] for job in jobs.json()} == {CAROL}
        return [job["job_state"] for job in jobs.json()]

    before = states()
    in_use.clock.advance(3600)

    assert sorted(before) == ["ACTIVE", "FINISHED", "SUBMITTED"]
    assert states() == before


def test_own_jobs_run_beside_those_of_others(
    connect: Callable[..., httpx.Client], in_use: MockFTS
) -> None:
    in_use.state.delegate("alice")
    alice = connect("alice", to=in_use)
    file = {"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f"]}
    job_id = alice.post("/jobs", json={"files": [file]}).json()["job_id"]

    in_use.clock.advance(60)

    assert alice.get(f"/jobs/{job_id}").json()["job_state"] == "FINISHED"


def test_reset_restores_what_others_left(admin: httpx.Client, in_use: MockFTS) -> None:
    admin.delete("/config/links/disk-tape")
    in_use.state.delegate("alice")
    count = MockFTS(in_use=True, time_scale=0).state.job_count

    in_use.reset()

    assert admin.get("/config/links/disk-tape").status_code == 200
    assert in_use.state.job_count == count
    assert in_use.state.delegations.all_dns() == []


def test_mock_is_empty_otherwise(mock: MockFTS) -> None:
    assert mock.state.job_count == 0
    assert mock.state.config.all_links() == []
