from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

AS_JSON = {"Accept": "application/json"}
DEFAULTS = {
    "retry": 0,
    "max_time_queue": 0,
    "global_timeout": 0,
    "sec_per_mb": 0,
    "no_streaming": False,
    "show_user_dn": False,
}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update(AS_JSON)
    return client


def test_star_is_always_there(admin: httpx.Client) -> None:
    assert admin.get("/config/global").json() == {"*": {}}


def test_fields_left_out_keep_their_values(admin: httpx.Client) -> None:
    admin.post("/config/global", json={"vo_name": "a", "retry": 3, "show_user_dn": True})

    answer = admin.post("/config/global", json={"vo_name": "a", "sec_per_mb": " 7 "})

    kept = {**DEFAULTS, "vo_name": "a", "retry": 3, "show_user_dn": True, "sec_per_mb": 7}
    assert admin.get("/config/global").json() == {"*": {}, "a": kept}
    assert answer.json() == {"*": {}, "a": kept}


def test_change_without_vo_is_for_star(admin: httpx.Client) -> None:
    admin.post("/config/global", json={"retry": 1})

    assert admin.get("/config/global").json() == {"*": {**DEFAULTS, "vo_name": "*", "retry": 1}}


def test_other_spelling_renames_the_row(admin: httpx.Client) -> None:
    admin.post("/config/global", json={"vo_name": "cms", "retry": 2})
    admin.post("/config/global", json={"vo_name": "CMS"})

    settings = admin.get("/config/global").json()
    assert set(settings) == {"*", "CMS"}
    assert settings["CMS"]["retry"] == 2


def test_browser_gets_the_page_inside_a_json_string(admin: httpx.Client) -> None:
    answer = admin.post("/config/global", json={}, headers={"Accept": "*/*"})

    assert answer.headers["content-type"] == "application/json"
    assert answer.json().startswith("<!DOCTYPE")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("retry", "many", "Field retry is expected to be int"),
        ("retry", 1.0, "Field retry is expected to be int"),
        ("retry", None, "Field retry is expected to be int"),
        ("show_user_dn", 1, "Field show_user_dn is expected to be bool"),
        ("vo_name", None, "Field vo_name is expected to be str"),
        ("nope", 1, "Field nope unknown"),
    ],
)
def test_bad_field_is_400_and_nothing_is_stored(
    admin: httpx.Client, mock: MockFTS, field: str, value: Any, message: str
) -> None:
    answer = admin.post("/config/global", json={"vo_name": "a", "global_timeout": 9, field: value})

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert admin.get("/config/global").json() == {"*": {}}
    assert mock.state.config.audit == []


@pytest.mark.parametrize("bad", [{"retry": 2**31}, {"vo_name": "v" * 101}, {"vo_name": "数"}])
def test_what_the_reference_answers_500_is_400_here(
    admin: httpx.Client, bad: dict[str, Any]
) -> None:
    assert admin.post("/config/global", json=bad).status_code == 400


def test_audit_holds_the_new_fields_then_the_whole_row(admin: httpx.Client, mock: MockFTS) -> None:
    admin.post("/config/global", json={"vo_name": "a", "retry": 1})
    admin.post("/config/global", json={"vo_name": "a", "retry": 2})

    first, second = mock.state.config.audit
    assert (first.action, first.config) == ("set-globals", '{"vo_name": "a", "retry": 1}')
    assert '"retry": 2' in second.config
    assert '"no_streaming": false' in second.config


def test_delete_takes_query_or_form_and_leaves_no_audit_row(admin: httpx.Client) -> None:
    for vo in ("a", "b"):
        admin.post("/config/global", json={"vo_name": vo})

    answers = [
        admin.delete("/config/global", params={"vo_name": "A"}),
        admin.request("DELETE", "/config/global", data={"vo_name": "b"}),
        admin.delete("/config/global", params={"vo_name": "never"}),
    ]

    assert [a.status_code for a in answers] == [204, 204, 204]
    assert "content-type" not in answers[0].headers
    assert admin.get("/config/global").json() == {"*": {}}


@pytest.mark.parametrize("params", [{}, {"vo_name": ""}, {"vo_name": "*"}])
def test_delete_of_star_is_refused(admin: httpx.Client, params: dict[str, str]) -> None:
    answer = admin.request("DELETE", "/config/global", params=params, json={"vo_name": "a"})

    assert (answer.status_code, answer.json()["message"]) == (400, "Missing VO name")
