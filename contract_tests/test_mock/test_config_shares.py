from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.mock.configuration import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

A, B = "mock://a.org", "mock://b.org"
ENDS = {"source": A, "destination": B}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client], mock: MockFTS) -> httpx.Client:
    mock.state.config.put_link(Link("ab", A, B))
    return connect("admin")


@pytest.mark.parametrize(("sent", "stored"), [(80, 80), ("42", 42), (2.9, 2), (True, 1)])
def test_share_is_answered_as_a_bare_number(admin: httpx.Client, sent: Any, stored: int) -> None:
    answer = admin.post("/config/shares", json={**ENDS, "vo": "public", "share": sent})

    assert (answer.status_code, answer.json()) == (200, stored)
    assert admin.get("/config/shares").json() == [{**ENDS, "vo": "public", "share": stored}]


def test_urls_are_cut_down_to_scheme_and_host(admin: httpx.Client) -> None:
    source = "MOCK://me@A.org:8443/path?x=1"
    admin.post("/config/shares", json={"source": source, "destination": B, "vo": "v", "share": 1})

    assert admin.get("/config/shares").json() == [{**ENDS, "vo": "v", "share": 1}]


@pytest.mark.parametrize("change", [{"destination": "mock://other.org"}, {"share": 2**31}])
def test_share_that_cannot_be_stored_is_answered_as_if_it_were(
    admin: httpx.Client, mock: MockFTS, change: dict[str, Any]
) -> None:
    body = {**ENDS, "vo": "v", "share": 5, **change}
    answer = admin.post("/config/shares", json=body)

    assert (answer.status_code, answer.json()) == (200, body["share"])
    assert admin.get("/config/shares").json() == []
    assert mock.state.config.audit == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share": 0}, "Missing source, destination, vo and/or share"),
        ({"share": -1}, "Bad share value"),
        ({"share": None}, "Bad share value"),
        ({"share": "many"}, "Bad share value"),
        ({"vo": None}, "Missing source, destination, vo and/or share"),
        ({"source": "a.org"}, "Invalid source"),
        ({"destination": "*"}, "Invalid source"),
        ({"source": "mock://[a"}, "Invalid source"),
    ],
)
def test_bad_share_is_400(admin: httpx.Client, change: dict[str, Any], message: str) -> None:
    answer = admin.post("/config/shares", json={**ENDS, "vo": "v", "share": 5, **change})

    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_end_without_a_host_is_reported_before_characters_outside_latin1(
    admin: httpx.Client,
) -> None:
    share = {"source": "mock://a.org", "vo": "cms", "share": 5}
    messages = [
        admin.post("/config/shares", json={**share, "destination": end}).json()["message"]
        for end in ("日本", "mock://日本.org")
    ]
    assert messages == ["Invalid source", "Field destination has characters outside Latin-1"]


def test_delete_compares_ends_as_they_are(admin: httpx.Client, mock: MockFTS) -> None:
    mock.state.config.add_share(A, B, vo="v", share=5)

    wrong = admin.delete("/config/shares", params={**ENDS, "source": f"{A}/path", "vo": "v"})
    assert (wrong.status_code, len(mock.state.config.shares)) == (204, 1)
    right = admin.delete("/config/shares", params={**ENDS, "vo": "V"})

    assert (right.status_code, mock.state.config.shares) == (204, {})
    assert [row.action for row in mock.state.config.audit] == ["share-delete"]


def test_delete_without_a_parameter_is_400(admin: httpx.Client) -> None:
    answer = admin.delete("/config/shares", params=ENDS)

    assert answer.json()["message"] == "Missing source, destination and/or vo"
