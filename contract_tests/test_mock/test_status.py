from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS


def test_hosts_are_counted_by_what_they_do(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.add_job(
        job_state="ACTIVE",
        files=(
            {"file_state": "ACTIVE", "transfer_host": "one"},
            {"file_state": "ACTIVE", "transfer_host": "one"},
            {"file_state": "STARTED", "staging_host": "one", "transfer_host": "two"},
            {"file_state": "STARTED", "staging_host": "three"},
            {"file_state": "ACTIVE"},
            {"file_state": "SUBMITTED", "transfer_host": "four"},
        ),
    )
    mock.state.add_job(
        vo_name="othervo", files=({"file_state": "ACTIVE", "transfer_host": "one"},)
    )

    assert connect("admin").get("/status/hosts").json() == {
        "one": {"active": 3, "staging": 1},
        "three": {"staging": 1},
        "null": {"active": 1},
    }


def test_running_transfer_is_counted_while_it_runs(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    admin = connect("admin")
    entry = {"sources": ["mock://a/f"], "destinations": ["mock://b/f?time=10"]}
    alice.post("/jobs", json={"files": [entry]})
    before = admin.get("/status/hosts").json()
    mock.clock.advance(5)
    during = admin.get("/status/hosts").json()
    mock.clock.advance(60)

    assert (before, list(during.values())) == ({}, [{"active": 1}])
    assert admin.get("/status/hosts").json() == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [("anonymous", "Certificate required"), ("alice", "Not enough permissions")],
)
def test_certificate_is_asked_for_before_the_level(
    connect: Callable[..., httpx.Client], name: str, message: str
) -> None:
    answer = connect(name).get("/status/hosts")

    assert (answer.status_code, answer.json()["message"]) == (403, message)
