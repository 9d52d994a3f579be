from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

AS_JSON = {"Accept": "application/json"}
A, B, C = "mock://a.org", "mock://b.org", "mock://c.org"
REST = {
    "min_active": 2,
    "max_active": 2,
    "optimizer_mode": None,
    "tcp_buffer_size": None,
    "nostreams": None,
    "no_delegation": False,
}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update(AS_JSON)
    return client


def link(admin: httpx.Client, name: str, **fields: Any) -> httpx.Response:
    return admin.post("/config/links", json={"symbolicname": name, **fields})


def test_new_link_answers_what_was_sent_as_json_called_html(admin: httpx.Client) -> None:
    answer = link(admin, "ab", source=A, destination=B, nostreams="4")

    assert (answer.status_code, answer.headers["content-type"]) == (
        201,
        "text/html; charset=utf-8",
    )
    assert answer.json() == {
        "symbolicname": "ab",
        "source": A,
        "destination": B,
        "min_active": 2,
        "max_active": 2,
        "nostreams": 4,
    }
    assert admin.get("/config/links/AB").json() == {
        "symbolicname": "ab",
        "source": A,
        "destination": B,
        **REST,
        "nostreams": 4,
    }


def test_change_keeps_what_it_leaves_out(admin: httpx.Client) -> None:
    link(admin, "ab", source=A, destination=B, nostreams=4)

    answer = link(admin, "ab", max_active=10)

    assert answer.json() == {
        "symbolicname": "ab",
        "source": A,
        "destination": B,
        **REST,
        "nostreams": 4,
        "max_active": 10,
    }


@pytest.mark.parametrize(("name", "status"), [("é", 404), ("€", 404), ("\x85", 400), ("☃", 400)])
def test_names_are_kept_in_windows_1252(admin: httpx.Client, name: str, status: int) -> None:
    assert admin.get(f"/config/links/{quote(name)}").status_code == status


def test_new_name_for_known_ends_takes_the_link_over(admin: httpx.Client) -> None:
    link(admin, "old", source=A, destination=B, nostreams=4)
    link(admin, "new", source=A, destination=B)

    (found,) = admin.get("/config/links").json()
    assert (found["symbolicname"], found["nostreams"]) == ("new", 4)
    assert admin.get("/config/links/old").status_code == 404


def test_ends_of_another_link_are_refused_with_201_and_the_old_values(
    admin: httpx.Client, mock: MockFTS
) -> None:
    link(admin, "ab", source=A, destination=B)
    link(admin, "ac", source=A, destination=C)
    before = len(mock.state.config.audit)

    answer = link(admin, "ac", destination=B)

    assert (answer.status_code, answer.json()["destination"]) == (201, C)
    assert [x["destination"] for x in admin.get("/config/links").json()] == [B, C]
    assert len(mock.state.config.audit) == before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing symbolicname"),
        ({"symbolicname": "x", "source": ""}, "Missing source and/or destination"),
        (
            {"symbolicname": "x", "min_active": "few"},
            "Active must be an integer (invalid literal for int() with base 10: 'few')",
        ),
        ({"symbolicname": "x", "max_active": 1}, "max_active is lower than min_active"),
        ({"symbolicname": "x", "max_active": 2.5}, "Field max_active is expected to be int"),
        ({"symbolicname": "x", "auto_tuning": True}, "Field auto_tuning unknown"),
    ],
)
def test_bad_link_is_400_and_not_stored(
    admin: httpx.Client, body: dict[str, Any], message: str
) -> None:
    answer = admin.post("/config/links", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert admin.get("/config/links").json() == []


def test_new_link_out_of_range_is_400_and_a_change_is_answered_with_old_values(
    admin: httpx.Client,
) -> None:
    new = link(admin, "x", nostreams=2**31)
    link(admin, "ab", source=A, destination=B, nostreams=4)
    changed = link(admin, "ab", nostreams=2**31)

    assert new.status_code == 400
    assert (changed.status_code, changed.json()["nostreams"]) == (201, 4)


@pytest.mark.parametrize("end", ["source", "destination"])
def test_ends_that_the_database_cannot_hold_are_answered_with_old_values(
    admin: httpx.Client, end: str
) -> None:
    assert link(admin, "ab", **{end: "日本"}).status_code == 400  # FTS answers 500.
    link(admin, "ab", source=A, destination=B)
    answer = link(admin, "ab", **{end: "日本"}, max_active=9)

    shown = {"symbolicname": "ab", "source": A, "destination": B, **REST}
    assert (answer.status_code, answer.json()) == (201, shown)
    assert admin.get("/config/links").json() == [shown]
    assert link(admin, "ab", **{end: "x" * 151}).status_code == 400


def test_audit_of_a_link_shows_the_request_as_it_was_sent(
    admin: httpx.Client, mock: MockFTS
) -> None:
    for _ in range(2):
        link(admin, "ab", nostreams="4")

    rows = [row.config for row in mock.state.config.audit]
    assert rows == ['{"symbolicname": "ab", "nostreams": "4"}'] * 2


def test_names_in_paths_are_decoded_twice(admin: httpx.Client) -> None:
    link(admin, "x%41")
    answer = admin.get("/config/links/x%2541")

    assert answer.json()["message"] == "Link xA does not exist"


def test_delete_is_204_and_audited_even_when_there_is_none(
    admin: httpx.Client, mock: MockFTS
) -> None:
    link(admin, "ab", source=A, destination=B)

    statuses = [admin.delete("/config/links/ab").status_code for _ in range(2)]

    assert statuses == [204, 204]
    actions = [row.action for row in mock.state.config.audit]
    assert actions == ["link", "link-delete", "link-delete"]


def test_link_with_shares_stays(admin: httpx.Client, mock: MockFTS) -> None:
    link(admin, "ab", source=A, destination=B)
    mock.state.config.add_share(A, B, vo="testvo", share=3)

    assert admin.delete("/config/links/ab").status_code == 400
    assert admin.get("/config/links/ab").status_code == 200


def states(mock: MockFTS, job_id: str) -> list[str]:
    return sorted(file.file_state for file in mock.state.job(job_id).files)


@pytest.mark.parametrize("ends", [(A, B), (A, "*"), ("*", B), ("*", "*")])
def test_max_active_bounds_transfers_at_once(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS, ends: tuple[str, str]
) -> None:
    link(admin, "ab", source=ends[0], destination=ends[1], max_active=2)
    entry = {"sources": [f"{A}/f"], "destinations": [f"{B}/f?time=60"]}
    job_id = alice.post("/jobs", json={"files": [entry] * 5}).json()["job_id"]

    mock.clock.advance(10)

    assert states(mock, job_id) == ["ACTIVE"] * 2 + ["SUBMITTED"] * 3


def test_raised_limit_starts_what_waits(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    link(admin, "ab", source=A, destination=B, min_active=0, max_active=0)
    entry = {"sources": [f"{A}/f"], "destinations": [f"{B}/f?time=60"]}
    job_id = alice.post("/jobs", json={"files": [entry] * 3}).json()["job_id"]
    mock.clock.advance(10)
    assert states(mock, job_id) == ["SUBMITTED"] * 3

    link(admin, "ab", max_active=3)
    mock.clock.advance(2)

    assert states(mock, job_id) == ["ACTIVE"] * 3
