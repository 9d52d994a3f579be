from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update({"Accept": "application/json"})
    return client


def put(admin: httpx.Client, share: Any, **more: Any) -> httpx.Response:
    return admin.post("/config/activity_shares", json={"vo": "cms", "share": share, **more})


def test_object_is_answered_as_a_list_and_read_back_as_an_object(admin: httpx.Client) -> None:
    answer = put(admin, {"High": 80, "Low": 5.5})

    assert answer.json() == {
        "vo": "cms",
        "active": True,
        "activity_share": [{"High": 80}, {"Low": 5.5}],
    }
    kept = {"share": {"High": 80, "Low": 5.5}, "active": True}
    assert admin.get("/config/activity_shares/CMS").json() == kept
    assert admin.get("/config/activity_shares").json() == {"cms": kept}


def test_shares_are_replaced_not_merged(admin: httpx.Client) -> None:
    put(admin, {"A": 1, "B": 2})
    put(admin, [{"C": 3}], active=False)

    assert admin.get("/config/activity_shares/cms").json() == {"share": {"C": 3}, "active": False}


@pytest.mark.parametrize(
    ("active", "stored"), [("true", False), ("yes", True), (None, False), (1, True), (0, False)]
)
def test_active_is_repeated_as_sent_but_stored_by_its_own_rule(
    admin: httpx.Client, active: Any, *, stored: bool
) -> None:
    answer = put(admin, {"A": 1}, active=active)

    assert answer.json()["active"] == active
    assert admin.get("/config/activity_shares/cms").json()["active"] is stored


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"share": {"A": 1}}, "Missing VO"),
        ({"vo": "cms", "share": {}}, "Missing share"),
        ({"vo": "cms", "share": {"A": True}}, "Share weight must be a number"),
        ({"vo": "cms", "share": {"A": "1"}}, "Share weight must be a number"),
        ({"vo": "v" * 101, "share": {"A": 1}}, "Length 101 exceeds allowed 100"),
        ({"vo": "cms", "share": {"a" * 1016: 1}}, "Length 1025 exceeds allowed 1024"),
    ],
)
def test_bad_shares_are_400(
    admin: httpx.Client, mock: MockFTS, body: dict[str, Any], message: str
) -> None:
    answer = admin.post("/config/activity_shares", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert mock.state.config.activity_shares == {}


def test_shares_may_be_exactly_as_long_as_the_column(admin: httpx.Client) -> None:
    assert put(admin, {"a" * 1015: 1}).status_code == 200


@pytest.mark.parametrize("share", [5, "A=1", [1], ["A"]])
def test_shares_that_the_reference_answers_500_are_400(admin: httpx.Client, share: Any) -> None:
    assert put(admin, share).status_code == 400


def test_unknown_vo_is_404(admin: httpx.Client) -> None:
    for method in ("GET", "DELETE"):
        answer = admin.request(method, "/config/activity_shares/nobody")
        assert answer.status_code == 404
        assert answer.json()["message"] == "No activity shares for nobody"


def test_setting_and_deleting_leave_the_same_kind_of_audit_row(
    admin: httpx.Client, mock: MockFTS
) -> None:
    put(admin, {"A": 1}, extra=3)
    assert admin.delete("/config/activity_shares/cms").status_code == 204

    rows = [(row.action, row.config) for row in mock.state.config.audit]
    assert rows == [
        ("activity-share", '{"vo": "cms", "share": [{"A": 1}], "extra": 3, "active": true}'),
        ("activity-share", 'Activity share removed for "cms"'),
    ]
