from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("admin")


def hosts(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/config", headers=AS_JSON).json()
    return found


def test_hosts_of_an_idle_server_are_the_server_itself(admin: httpx.Client) -> None:
    (own,) = hosts(admin)

    assert (own["hostname"], own["service_name"], own["drain"]) == ("localhost", "fts_rest", None)


def test_drain_hits_all_services_of_a_host_and_no_other(
    admin: httpx.Client, mock: MockFTS
) -> None:
    for service in ("fts_server", "fts_qosdaemon"):
        mock.state.config.add_host("one.example.org", service_name=service)
    mock.state.config.add_host("two.example.org")

    answer = admin.post("/config/drain", json={"hostname": "ONE.example.org"})

    assert (answer.status_code, answer.json()) == (200, None)
    assert [(h["hostname"], h["drain"]) for h in hosts(admin)] == [
        ("localhost", None),
        ("one.example.org", True),
        ("one.example.org", True),
        ("two.example.org", False),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Invalid drain request"),
        ({"hostname": 1}, "Invalid drain request"),
        ({"hostname": "localhost", "drain": "true"}, "Invalid drain request"),
        ({"hostname": "nowhere.example.org"}, "Host not found"),
    ],
)
def test_bad_drain_request_is_400_and_leaves_no_audit(
    admin: httpx.Client, mock: MockFTS, body: dict[str, Any], message: str
) -> None:
    answer = admin.post("/config/drain", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert mock.state.config.audit == []


def test_audit_shows_newest_first_and_at_most_a_hundred(
    admin: httpx.Client, mock: MockFTS
) -> None:
    for number in range(103):
        mock.state.config.record("/CN=x", action="drain", config=f"change {number}")
        mock.clock.advance(1)

    rows = admin.get("/config/audit", headers=AS_JSON).json()

    assert len(rows) == 100
    assert [row["config"] for row in rows[:2]] == ["change 102", "change 101"]
    assert set(rows[0]) == {"datetime", "dn", "action", "config"}


def test_audit_shows_equal_rows_once(admin: httpx.Client, mock: MockFTS) -> None:
    for _ in range(2):
        admin.post("/config/drain", json={"hostname": "localhost"})

    (row,) = admin.get("/config/audit", headers=AS_JSON).json()

    assert row["dn"] == mock.caller("admin").user_dn
    assert row["config"] == "Turning drain True the drain mode for localhost"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("*/*", True),
        ("text/html", True),
        ("text/*", True),
        ("application/json, text/html", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html; charset=utf-8", False),
        ("application/json; charset=utf-8, text/html;q=0.5", True),
        ("application/json", False),
        ("image/png", False),
        ("application/json;q=0", False),
    ],
)
def test_accept_chooses_between_page_and_json(
    admin: httpx.Client, accept: str, *, is_page: bool
) -> None:
    answer = admin.get("/config", headers={"Accept": accept})

    kind = "text/html; charset=utf-8" if is_page else "application/json"
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.text.startswith("<!DOCTYPE" if is_page else "[")


def test_page_escapes_what_it_shows(admin: httpx.Client, mock: MockFTS) -> None:
    mock.state.config.add_host("<script>alert(1)</script>")

    assert "<script>" not in admin.get("/config").text


@pytest.mark.parametrize("name", ["alice", "anonymous"])
@pytest.mark.parametrize("path", ["/config", "/config/audit"])
def test_configuration_needs_level_config(
    connect: Callable[..., httpx.Client], name: str, path: str
) -> None:
    answer = connect(name).get(path)

    assert answer.status_code == 403
    assert answer.json() == {"status": "403 Forbidden", "message": "Not enough permissions"}
