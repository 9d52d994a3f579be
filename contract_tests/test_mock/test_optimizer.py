from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.mock.optimizer_rows import Decision

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

A, B = "mock://a.org", "mock://b.org"
PAIR = {"source_se": A, "dest_se": B}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("admin")


def test_setting_answers_both_rows_with_defaults(admin: httpx.Client) -> None:
    answer = admin.post("/optimizer/current", json=PAIR)

    evolution, current = answer.json()
    assert evolution.pop("datetime") == current.pop("datetime")
    assert evolution == {
        **PAIR,
        "ema": 0.0,
        "active": 2,
        "throughput": 0.0,
        "success": 0.0,
        "rationale": None,
        "diff": 1,
        "actual_active": 1,
        "queue_size": 1,
        "filesize_avg": 0.0,
        "filesize_stddev": 0.0,
    }
    assert current == {**PAIR, "ema": 0.0, "active": 2, "nostreams": 1}


def test_answer_repeats_what_was_sent_and_the_table_keeps_what_fits(
    admin: httpx.Client,
) -> None:
    sent = {"active": 2.7, "nostreams": "4", "throughput": 104857600, "foo": "bar"}
    rows = admin.post("/optimizer/current", json={**PAIR, **sent}).json()

    for row in rows:
        assert {key: row[key] for key in sent} == sent
    (current,) = admin.get("/optimizer/current").json()
    assert (current["active"], current["nostreams"]) == (3, 4)
    (decision,) = admin.get("/optimizer/evolution").json()
    assert decision["throughput"] == 104858000.0
    assert "foo" not in decision


def test_current_row_is_replaced_and_the_history_grows(admin: httpx.Client, mock: MockFTS) -> None:
    for active in (5, 6):
        admin.post("/optimizer/current", json={**PAIR, "active": active})
        mock.clock.advance(1)

    assert [row["active"] for row in admin.get("/optimizer/current").json()] == [6]
    assert [row["active"] for row in admin.get("/optimizer/evolution").json()] == [6, 5]


def test_history_shows_the_newest_fifty_of_a_pair_to_anybody(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    for number in range(60):
        dest = B if number % 6 else "mock://c.org"
        mock.state.optimizer.add(Decision(A, dest, f"2026-01-01T00:00:{number:02}", active=number))
    anybody = connect("anonymous")

    newest = anybody.get("/optimizer/evolution").json()
    filtered = anybody.get("/optimizer/evolution", params={"dest_se": "mock://c.org"}).json()

    assert [row["active"] for row in newest] == list(range(59, 9, -1))
    assert [row["active"] for row in filtered] == list(range(54, -1, -6))
    assert (filtered[0]["ema"], filtered[0]["diff"]) == (None, 0)
    assert anybody.get("/optimizer/evolution", params={"source_se": "mock://a"}).json() == []
    assert anybody.get("/optimizer").json() is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dest_se": ""}, "Missing source and/or destination"),
        (
            {"active": "many"},
            "Active must be an integer (invalid literal for int() with base 10: 'many')",
        ),
        ({"diff": -1}, "Diff must be positive (-1)"),
        ({"ema": "x"}, "Ema must be a float (could not convert string to float: 'x')"),
        ({"throughput": -1}, "Throughput must be positive (-1.0)"),
    ],
)
def test_bad_value_is_400_and_nothing_is_stored(
    admin: httpx.Client, change: dict[str, Any], message: str
) -> None:
    answer = admin.post("/optimizer/current", json={**PAIR, **change})

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert admin.get("/optimizer/evolution").json() == []


@pytest.mark.parametrize(
    "change",
    [
        {"active": 99999999999},
        {"source_se": 5},
        {"datetime": "yesterday"},
        {"datetime": "1969-12-31T23:59:59"},
        {"datetime": "1970-01-01T00:00:00"},
        {"datetime": "4541-11-03T12:11:21"},
        {"throughput": 3.402823466385289e38},
        {"success": 1e305},
    ],
)
def test_what_the_reference_answers_500_is_400(
    admin: httpx.Client, change: dict[str, Any]
) -> None:
    assert admin.post("/optimizer/current", json={**PAIR, **change}).status_code == 400


def test_second_after_the_one_that_is_refused_is_the_earliest_time(admin: httpx.Client) -> None:
    earliest = {"datetime": "1970-01-01T00:00:01"}

    assert admin.post("/optimizer/current", json={**PAIR, **earliest}).status_code == 200


@pytest.mark.parametrize("name", ["alice", "anonymous"])
def test_setting_needs_level_config_unlike_the_reference(
    connect: Callable[..., httpx.Client], name: str
) -> None:
    assert connect(name).post("/optimizer/current", json=PAIR).status_code == 403
