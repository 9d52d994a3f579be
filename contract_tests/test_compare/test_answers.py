"""Two answers side by side: what differs, and what only seems to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fts_contract.compare.matching.answers import Comparer
from fts_contract.compare.performing.step import Step
from fts_contract.harness.sending.exchange import Exchange

JSON = {"content-type": "application/json"}


def _step(
    body: Any = None, *, target: str = "/whoami", elapsed_s: float = 0, **changed: Any
) -> Step:
    method, _, path = target.rpartition(" ")
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    exchange = Exchange(
        method=method or "GET",
        url=f"https://fts.example.org:8446{path}",
        request_headers={},
        request_body=None,
        status=changed.pop("status", 200),
        headers=changed.pop("headers", JSON),
        body=content,
        elapsed_s=elapsed_s,
    )
    return Step(play="a play", number=1, who="user", exchange=exchange, **changed)


def _kinds(one: Step, other: Step, *, alone: bool = True) -> list[tuple[str, str]]:
    return [(found.kind, found.place) for found in Comparer(alone=alone).compare(one, other)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("value", "/a")]),
        ({"a": 1}, {"a": "1"}, [("type", "/a")]),
        ({"a": 1}, {"a": None}, [("null or not", "/a")]),
        ({"a": 1}, {"b": 1}, [("field", "/a"), ("field", "/b")]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("order", "/a")]),
        ({"a": [1, 2]}, {"a": [1]}, [("rows", "/a")]),
        ({"a": {"b": []}}, {"a": {"b": {}}}, [("type", "/a/b")]),
        ([], b"[", [("text", "")]),
        ("é", '"é"'.encode("latin-1"), [("text", "")]),
    ],
)
def test_bodies_are_compared_value_by_value(
    one: Any, other: Any, found: list[tuple[str, str]]
) -> None:
    assert _kinds(_step(one), _step(other)) == found


def test_order_counts_only_where_fts_promises_it() -> None:
    rows, turned = [{"n": 1}, {"n": 2}], [{"n": 2}, {"n": 1}]
    assert _kinds(_step(rows, target="/jobs"), _step(turned, target="/jobs")) == []
    assert _kinds(_step(rows, target="/jobs/a,b"), _step(turned, target="/jobs/a,b")) == [
        ("order", "")
    ]
    old_last = [{"submit_time": "2027-01-02T00:00:00"}, {"submit_time": "2027-01-01T00:00:00"}]
    newest = _step(old_last, target="/jobs?limit=2")
    assert _kinds(newest, _step(old_last[::-1], target="/jobs?limit=2")) == [
        ("order", "/*/submit_time")
    ]


def test_members_of_metadata_keep_their_order_between_mocks() -> None:
    one = _step({"job_metadata": {"v": {"b": 1, "a": 2}}, "retry": 1})
    other = _step({"retry": 1, "job_metadata": {"v": {"a": 2, "b": 1}}})
    assert _kinds(one, other) == [("order", "/job_metadata")]
    assert _kinds(one, other, alone=False) == []


def test_files_that_share_a_hash_share_it_on_both_mocks() -> None:
    shared, apart = ([{"hashed_id": number} for number in row] for row in ((7, 7, 7), (7, 8, 9)))
    assert _kinds(_step(shared), _step(apart)) == [("value", "/*/hashed_id")]
    assert _kinds(_step(shared[:2]), _step(apart[:2])) == []
    assert _kinds(_step(shared), _step(apart), alone=False) == []


def test_date_may_be_missing_behind_another_web_server() -> None:
    dated = _step(headers={**JSON, "date": "Mon, 30 Nov 2026 00:00:00 GMT"})
    assert _kinds(dated, _step(), alone=False) == []


@pytest.mark.parametrize(
    ("name", "one", "other", "found"),
    [
        ("content-type", "application/json", "application/json; charset=utf-8", "content type"),
        ("content-type", "text/html;charset=utf-8", "text/html; charset=UTF-8", None),
        ("allow", "GET, HEAD", "HEAD,GET", None),
        ("allow", "GET, HEAD", "GET", "header"),
        ("www-authenticate", "Bearer", None, "header"),
        ("location", "https://localhost:1/x", "https://localhost:2/x", None),
        ("date", "Mon, 30 Nov 2026 00:00:00 GMT", "Mon, 30 Nov 2026 00:00:09 GMT", None),
        ("date", "Mon, 30 Nov 2026 00:00:00 GMT", None, "header"),
        ("content-length", "2", None, "bytes"),
        ("content-length", "2", "3", "bytes"),
    ],
)
def test_headers_are_compared_by_what_they_say(
    name: str, one: str, other: str | None, found: str | None
) -> None:
    left = _step({}, headers=JSON | {name: one})
    right = _step({}, headers=JSON | ({} if other is None else {name: other}))
    assert [kind for kind, _ in _kinds(left, right)] == ([] if found is None else [found])


def test_another_status_hides_what_follows_from_it() -> None:
    assert _kinds(_step({"a": 1}), _step({"message": "no"}, status=404)) == [("status", "")]


def test_an_answer_that_breaks_off_is_a_difference() -> None:
    broken = _step(b"", status=0, trouble="ChunkedEncodingError")
    assert _kinds(_step({}), broken) == [("answer", "")]
    assert _kinds(broken, broken) == []


def test_an_answer_that_takes_much_longer_is_a_difference() -> None:
    assert _kinds(_step({}), _step({}, elapsed_s=11)) == [("slow", "")]
    assert _kinds(_step({}, elapsed_s=6), _step({}, elapsed_s=11)) == []


def test_what_a_reader_of_bytes_sees_is_compared() -> None:
    one = _step({}, raw=(("after the answer", "nothing"), ("connection", "kept")))
    other = _step({}, raw=(("after the answer", "17 bytes more"), ("connection", "kept")))
    assert _kinds(one, other) == [("bytes", "after the answer")]


def test_of_entries_of_others_only_fields_and_types_are_compared() -> None:
    def links(*rows: dict[str, Any]) -> Step:
        return _step(list(rows), target="/config/links")

    theirs, ours = {"symbolicname": "x", "max": 1}, {"symbolicname": "fts-contract-l", "max": 1}
    for other, found in (
        (links(ours, {"symbolicname": "y", "max": 9}, {"symbolicname": "z", "max": 9}), []),
        (links({"symbolicname": "y", "max": "9"}, ours), [("type", "/*/max")]),
        (links({"symbolicname": "y"}, ours), [("field", "/*/max")]),
        (links(theirs, ours | {"max": 2}), [("value", "/*/max")]),
        (links(theirs), [("rows", "")]),
    ):
        assert _kinds(links(theirs, ours), other, alone=False) == found
    borrowed = _step({"job_state": "ACTIVE", "retry": 1}, target="/jobs/a", borrowed=True)
    other = _step({"job_state": "FAILED", "retry": None}, target="/jobs/b", borrowed=True)
    assert _kinds(borrowed, other, alone=False) == []
    assert len(_kinds(borrowed, other)) == 2
    refused = _step(status=403, target="/jobs/b", borrowed=True)
    unknown = _step(status=404, target="/jobs/b", borrowed=True)
    assert _kinds(borrowed, refused, alone=False) == []
    assert _kinds(borrowed, unknown, alone=False) == [("status", "")]
    metadata: tuple[Any, ...] = ({"a": 1}, {"b": []}, 1)
    free = [_step([{"job_metadata": value}], target="/jobs") for value in metadata]
    assert [_kinds(free[0], one, alone=False) for one in free] == [[], [], []]


def test_requests_that_could_not_be_sent_are_compared_only_between_mocks() -> None:
    sent, held = _step(), _step(trouble="not sent: POST /config/drain: 'h' is not a name of ours")
    assert _kinds(sent, held, alone=False) == []
    empty = _step(trouble="the server lists nothing to ask about")
    assert _kinds(sent, empty, alone=False) == []
    assert _kinds(sent, held) == [("answer", "")]


def test_slashes_in_a_path_do_not_hide_whose_entries_a_list_holds() -> None:
    one, other = (
        _step([{"hostname": name}] * n, target="//config") for name, n in (("a", 1), ("b", 2))
    )
    assert _kinds(one, other, alone=False) == []


@pytest.mark.parametrize("path", ["/config/se", "/config/global", "/status/hosts"])
def test_of_named_entries_of_others_those_are_compared_that_both_have(path: str) -> None:
    def named(**entries: Any) -> Step:
        return _step(entries, target=path)

    one = named(a={"active": 1}, b={"active": 1})
    assert _kinds(one, named(b={"active": 2}, c={"staging": 1}), alone=False) == []
    assert _kinds(one, named(b={"active": "1"}), alone=False) == [("type", "/b/active")]


def test_own_link_is_compared_value_by_value() -> None:
    link = {"symbolicname": "fts-contract-l", "max_active": 2}
    one, other = (
        _step(body, target="/config/links/fts-contract-l")
        for body in (link, link | {"max_active": 3})
    )
    assert _kinds(one, other, alone=False) == [("value", "/max_active")]
    shorter = _step({"symbolicname": "fts-contract-l"}, target="/config/links/fts-contract-l")
    assert _kinds(one, shorter, alone=False) == [("field", "/max_active")]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/jobs?state_in=FINISHED&time_window=1", []),
        ("/jobs?state_in=active", []),
        ("/config/audit", []),
        ("/jobs?state_in=FINISHED", [("rows", "")]),
        ("/jobs?state_in=SUBMITTED,READY,ACTIVE", [("rows", "")]),
    ],
)
def test_of_lists_that_move_by_themselves_only_the_form_is_compared(
    target: str, found: list[tuple[str, str]]
) -> None:
    own = {"source_se": "mock://fts-contract-a.example.org"}
    one, other = (_step([own] * number, target=target) for number in (1, 2))
    assert _kinds(one, other, alone=False) == found
    assert _kinds(one, other) == [("rows", "")]


def test_jobs_of_earlier_comparisons_are_entries_of_others() -> None:
    def jobs(*numbers: int) -> Step:
        return _step(
            [
                {
                    "job_id": f"00000000-0000-1000-8000-00000000000{number}",
                    "source_se": "mock://fts-contract-a.example.org",
                }
                for number in numbers
            ],
            target="/jobs",
        )

    assert _kinds(jobs(1), jobs(2, 3), alone=False) == []


def test_jobs_that_a_ban_touches_are_compared_if_the_plays_made_them() -> None:
    def touched(*numbers: int) -> Step:
        ids = [f"00000000-0000-1000-8000-00000000000{number}" for number in numbers]
        return _step(ids, target="POST /ban/se")

    comparer = Comparer(alone=False)
    met = (_step({"job_id": f"00000000-0000-1000-8000-00000000000{n}"}) for n in (1, 2))
    assert list(comparer.compare(*met)) == []
    assert list(comparer.compare(touched(1), touched(2, 9))) == []
    (found,) = comparer.compare(touched(1), touched(9))
    assert found.kind == "rows"


def test_pages_that_show_entries_of_others_are_not_compared() -> None:
    one, other = (
        _step(page, target="/config/links", headers={"content-type": "text/html"})
        for page in (b"<p>a", b"<p>b")
    )
    assert _kinds(one, other, alone=False) == []
    assert _kinds(one, other) == [("text", "")]


def test_requests_about_what_only_one_server_made_are_not_compared() -> None:
    one, other = _step({"job_state": "SUBMITTED"}), _step(status=404, lost=frozenset({"job"}))
    assert _kinds(one, other) == []
    assert _kinds(_step(lost=frozenset({"job"})), other) == [("status", "")]


def test_either_replica_of_a_file_may_be_used_first() -> None:
    def files(*states: str) -> Step:
        row = {"job_id": "j", "file_index": 0, "selection_strategy": "auto"}
        return _step([row | {"file_state": state} for state in states], target="/jobs/j/files")

    first, second = files("SUBMITTED", "NOT_USED"), files("NOT_USED", "SUBMITTED")
    assert _kinds(first, second, alone=False) == []
    assert _kinds(first, files("NOT_USED", "ACTIVE"), alone=False) == []
    assert _kinds(first, second) != []
    assert _kinds(first, files("NOT_USED", "NOT_USED"), alone=False) != []
    hops: list[dict[str, Any]] = [
        {"job_id": "j", "file_index": n, "selection_strategy": "auto"} for n in range(2)
    ]
    forward = [hops[0] | {"file_state": "SUBMITTED"}, hops[1] | {"file_state": "NOT_USED"}]
    backward = [hops[0] | {"file_state": "NOT_USED"}, hops[1] | {"file_state": "SUBMITTED"}]
    one, other = (_step(rows, target="/jobs/j/files") for rows in (forward, backward))
    assert ("value", "/*/file_state") in _kinds(one, other, alone=False)


def test_replica_that_was_not_tried_is_not_compared_in_a_list_of_open_files() -> None:
    def left(
        number: int, strategy: str = "auto", state: str = "NOT_USED", *, also: bool = True
    ) -> Step:
        row: dict[str, Any] = {
            "job_id": f"00000000-0000-1000-8000-00000000000{number}",
            "file_index": 0,
            "source_surl": f"mock://fts-contract-r{number}.example.org/f",
            "selection_strategy": strategy,
            "file_state": state,
        }
        rest = row | {"file_index": 1, "source_surl": "mock://a/f", "file_state": "SUBMITTED"}
        return _step([row, rest] if also else [rest], target="/files")

    def kinds(one: Step, other: Step) -> list[str]:
        comparer = Comparer(alone=False)
        met = (_step({"job_id": f"00000000-0000-1000-8000-00000000000{n}"}) for n in (1, 2))
        assert list(comparer.compare(*met)) == []
        return [found.kind for found in comparer.compare(one, other)]

    assert kinds(left(1), left(2)) == []
    assert kinds(left(1, also=False), left(2)) == []  # Only one server lists it under this filter.
    for strategy, state in (("orderly", "NOT_USED"), ("auto", "SUBMITTED")):
        assert "value" in kinds(left(1, strategy, state), left(2, strategy, state))
    none = _step([], target="/files")
    assert kinds(left(1), none) == ["rows"]  # The other file is missing.


def test_last_of_the_newest_jobs_may_be_another_one_of_the_same_second() -> None:
    def newest(*jobs: tuple[int, int], limit: int = 2) -> Step:
        rows = [
            {
                "job_id": f"00000000-0000-1000-8000-00000000000{number}",
                "submit_time": f"2027-01-15T08:00:0{second}",
                "priority": number % 2,
            }
            for number, second in jobs
        ]
        return _step(rows, target=f"/jobs?limit={limit}")

    def kinds(one: Step, other: Step) -> list[str]:
        comparer = Comparer(alone=False)
        for a, b in ((1, 2), (3, 4), (5, 6)):
            met = (_step({"job_id": f"00000000-0000-1000-8000-00000000000{n}"}) for n in (a, b))
            assert list(comparer.compare(*met)) == []
        return [found.kind for found in comparer.compare(one, other)]

    assert kinds(newest((1, 5), (3, 4)), newest((2, 5), (6, 4))) == ["value"]  # the priority
    assert kinds(newest((1, 5), (3, 5)), newest((6, 5), (4, 5))) == []
    assert "rows" in kinds(newest((1, 5), (3, 4), limit=3), newest((2, 5), limit=3))
    assert kinds(newest((1, 5), (3, 4)), newest((2, 4), (4, 5))) == ["order"]


def test_of_a_repeated_limit_the_first_counts() -> None:
    rows = [{"submit_time": f"2027-01-15T08:00:0{second}"} for second in (5, 4)]
    for limits, limited in (("limit=x&limit=2", False), ("limit=2&limit=x", True)):
        one, other = (_step(r, target=f"/jobs?a=b&{limits}") for r in (rows, rows[::-1]))
        assert (_kinds(one, other, alone=False) == [("order", "/*/submit_time")]) is limited


@pytest.mark.parametrize("odd", [[], {}, [None]])
@pytest.mark.parametrize(
    ("field", "target"), [("submit_time", "/jobs?limit=2"), ("file_index", "/jobs/j/files")]
)
def test_list_or_object_in_place_of_a_time_or_number_is_a_difference(
    field: str, target: str, odd: Any
) -> None:
    rows = [
        {"job_id": "j", "file_index": n, "submit_time": f"2027-01-15T08:00:0{5 - n}"}
        | {"file_state": "FINISHED", "selection_strategy": "auto", "source_se": "mock://fts-contract-a"}
        for n in (0, 1)
    ]  # fmt: skip
    one, other = (_step(r, target=target) for r in (rows, [rows[0] | {field: odd}, rows[1]]))
    assert ("type", f"/*/{field}") in _kinds(one, other, alone=False)


def test_file_that_was_canceled_while_it_ran_on_one_server_has_no_finish_time_there() -> None:
    def canceled(finished: str | None, started: str | None) -> Step:
        file = {"file_state": "CANCELED", "finish_time": finished, "start_time": started}
        return _step([file], target="/jobs/j/files")

    at = "2027-01-15T08:00:00"
    running, queued = canceled(None, at), canceled(at, None)
    assert _kinds(running, queued, alone=False) == []
    assert ("null or not", "/*/finish_time") in _kinds(running, queued)
    lost = canceled(None, None)
    assert _kinds(lost, queued, alone=False) == [("null or not", "/*/finish_time")]
