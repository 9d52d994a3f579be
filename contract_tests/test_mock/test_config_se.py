from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

SE = "mock://se.org"
UNSET: dict[str, Any] = dict.fromkeys(
    [
        "inbound_max_active",
        "inbound_max_throughput",
        "outbound_max_active",
        "outbound_max_throughput",
        "udt",
        "ipv6",
        "se_metadata",
        "site",
        "debug_level",
        "skip_eviction",
        "tpc_support",
        "overwrite_disk_enabled",
    ]
)


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    client = connect("admin")
    client.headers.update({"Accept": "application/json"})
    return client


def put(admin: httpx.Client, info: Any = None, operations: Any = None) -> httpx.Response:
    return admin.post("/config/se", json={SE: {"se_info": info, "operations": operations}})


def stored(admin: httpx.Client) -> Any:
    return admin.get("/config/se", params={"se": SE}).json()


def test_nothing_configured_is_an_empty_object(admin: httpx.Client) -> None:
    assert admin.get("/config/se").json() == {}
    assert stored(admin) == {}


def test_values_are_read_back_as_the_columns_keep_them(admin: httpx.Client) -> None:
    put(
        admin,
        {
            "ipv6": True,
            "debug_level": "2",
            "skip_eviction": 1,
            "eviction": 1,
            "inbound_max_throughput": 123456.789,
            "outbound_max_throughput": 500,
        },
    )

    assert stored(admin) == {
        SE: {
            "se_info": {
                **UNSET,
                "ipv6": 1,
                "debug_level": 2,
                "skip_eviction": "1",
                "inbound_max_throughput": 123457.0,
                "outbound_max_throughput": 500.0,
            }
        }
    }


def test_new_storage_answers_what_was_sent_and_a_known_one_everything(
    admin: httpx.Client,
) -> None:
    new = put(admin, {"udt": 1}, {"testvo": {"staging": 5}})
    known = put(admin, {"site": "CERN"})

    assert new.json() == [{"storage": SE, "udt": 1}, {"testvo": {"staging": 5}}]
    info, limits = known.json()
    assert info == {**UNSET, "storage": SE, "udt": 1, "site": "CERN", "eviction": None}
    assert limits is None


def test_null_changes_nothing(admin: httpx.Client) -> None:
    put(admin, {"site": "CERN"})
    put(admin, {"site": None})

    assert stored(admin)[SE]["se_info"]["site"] == "CERN"


def test_null_of_an_unknown_setting_is_ignored_like_any_other_null(admin: httpx.Client) -> None:
    answer = put(admin, {"tape_endpoint": None, "udt": 1})

    assert (answer.status_code, answer.json()) == (200, [{"storage": SE, "udt": 1}, None])
    assert stored(admin) == {SE: {"se_info": {**UNSET, "udt": 1}}}


def test_text_that_the_database_cannot_hold_leaves_a_known_storage_as_it_is(
    admin: httpx.Client,
) -> None:
    assert put(admin, {"site": "日本"}).status_code == 400  # FTS answers 500.
    put(admin, {"site": "CERN"})
    info, _ = put(admin, {"site": "日本", "udt": 1}).json()

    assert (info["site"], info["udt"]) == ("CERN", None)
    assert stored(admin) == {SE: {"se_info": {**UNSET, "site": "CERN"}}}


def test_limits_of_zero_or_less_are_removed(admin: httpx.Client) -> None:
    put(admin, operations={"a": {"delete": 22, "staging": 32}, "b": {"delete": 10}})
    put(admin, operations={"a": {"delete": 0}, "b": {"delete": -4}})

    assert stored(admin) == {SE: {"operations": {"a": {"staging": 32}}}}


def test_both_parts_of_a_storage_are_stored_or_neither(admin: httpx.Client) -> None:
    answer = put(admin, {"udt": 1}, {"a": {"staging": "x"}})

    assert answer.json()["message"] == "Field concurrent_ops is expected to be int"
    assert stored(admin) == {}


def test_an_earlier_storage_stays_changed_when_a_later_one_is_refused(
    admin: httpx.Client,
) -> None:
    body = {"mock://first.org": {"se_info": {"udt": 1}}, SE: {"se_info": {"nope": 1}}}
    answer = admin.post("/config/se", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, "Field nope unknown")
    assert set(admin.get("/config/se").json()) == {"mock://first.org"}


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"ipv6": "yes"}, "Field ipv6 is expected to be int"),
        (
            {"inbound_max_throughput": "12.5"},
            "Field inbound_max_throughput is expected to be Number",
        ),
        ({"se_metadata": 5}, "Field se_metadata is expected to be str"),
        (
            {"tpc_support": "pull"},
            "Field tpc_support is expected to be one of the following: FULL, PULL, PUSH, NONE",
        ),
        ({"site": "s" * 46}, "Malformed configuration"),
        (["udt"], "Malformed configuration"),
    ],
)
def test_bad_settings_are_400(admin: httpx.Client, info: Any, message: str) -> None:
    answer = put(admin, info)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert stored(admin) == {}


def test_storage_can_be_renamed_to_nothing_and_cannot_be_removed_then(admin: httpx.Client) -> None:
    answer = put(admin, {"storage": "", "site": "x"})

    assert (answer.status_code, answer.json()) == (200, [{"storage": "", "site": "x"}, None])
    assert set(admin.get("/config/se").json()) == {""}
    assert admin.delete("/config/se?se=").status_code == 400


def test_renamed_storage_keeps_its_settings_and_leaves_its_limits_behind(
    admin: httpx.Client,
) -> None:
    put(admin, {"site": "X", "udt": 1}, {"testvo": {"staging": 3}})
    answer = put(admin, {"storage": "mock://renamed.org", "ipv6": 1})

    assert {
        **answer.json()[0],
        "storage": "mock://renamed.org",
        "site": "X",
        "ipv6": 1,
    } == answer.json()[0]
    shown = admin.get("/config/se").json()
    assert shown["mock://renamed.org"]["se_info"]["site"] == "X"
    assert [shown[name] for name in shown if name != "mock://renamed.org"] == [
        {"operations": {"testvo": {"staging": 3}}}
    ]


def test_value_out_of_range_is_400_when_new_and_ignored_in_a_change(
    admin: httpx.Client,
) -> None:
    new = put(admin, {"ipv6": 300})
    put(admin, {"ipv6": 1})
    changed = put(admin, {"ipv6": 300})

    assert new.status_code == 400
    assert (changed.status_code, changed.json()[0]["ipv6"]) == (200, 1)


def test_change_with_too_long_an_audit_text_is_refused(admin: httpx.Client) -> None:
    answer = put(admin, operations={f"vo{n:03}": {"staging": 5, "delete": 5} for n in range(120)})

    assert (answer.status_code, stored(admin)) == (400, {})


def test_names_are_found_in_any_case_and_keep_their_first_spelling(admin: httpx.Client) -> None:
    put(admin, {"udt": 0})
    admin.post("/config/se", json={SE.upper(): {"se_info": {"udt": 1}}})

    assert list(admin.get("/config/se").json()) == [SE]
    assert stored(admin)[SE]["se_info"]["udt"] == 1


def test_delete_removes_settings_and_limits_without_audit(
    admin: httpx.Client, mock: MockFTS
) -> None:
    put(admin, {"udt": 1}, {"a": {"staging": 1}})
    actions = [row.action for row in mock.state.config.audit]

    assert admin.delete("/config/se", params={"se": SE}).status_code == 204
    assert admin.delete("/config/se", params={"se": SE}).status_code == 204

    assert (actions, stored(admin)) == (["set-se-config", "set-se-limits"], {})
    assert len(mock.state.config.audit) == 2
    assert admin.delete("/config/se").json()["message"] == "Missing storage (se)"


@pytest.mark.parametrize("operations", [0, "", False])
def test_operations_that_are_merely_false_are_refused(
    admin: httpx.Client, operations: Any
) -> None:
    assert put(admin, None, operations).status_code == 400
    assert stored(admin) == {}


@pytest.mark.parametrize("operations", [{}, [], None])
def test_empty_operations_are_answered_as_they_were_sent(
    admin: httpx.Client, operations: Any
) -> None:
    answer = put(admin, None, operations)

    assert (answer.status_code, answer.json()) == (200, [None, operations])
    assert stored(admin) == {}


def test_throughput_beyond_32_bits_is_stored(admin: httpx.Client) -> None:
    assert put(admin, {"inbound_max_throughput": 2**31 + 1}).status_code == 200

    assert stored(admin)[SE]["se_info"]["inbound_max_throughput"] == 2147480000.0


def test_eviction_is_text_when_it_is_sent_again(admin: httpx.Client) -> None:
    shown = [put(admin, {"eviction": 0}).json()[0]["eviction"] for _ in range(2)]

    assert shown == [0, "0"]
