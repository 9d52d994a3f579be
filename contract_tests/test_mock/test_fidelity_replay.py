from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from fidelity.compare import Answer, differences
from fidelity.on_purpose import reason_for
from fidelity.recorded import Recording, left_out
from fidelity.replay import replay_file
from fidelity.report import replay_directory, totals

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

RECORDINGS = Path(__file__).parents[1] / "fts_contract" / "recordings"
RECORDED = Recording(
    id="x",
    who="alice",
    setup="",
    method="GET",
    path="/whoami/certificate",
    headers={"Accept": "application/json"},
    sent=None,
    status=403,
    answer_headers={"content-type": "application/json"},
    answer={"status": "403 Forbidden", "message": "job 5c10000b-e6f5-11f1-9d01-02fc0000a001: 12"},
    note="",
)


def answer(body: Any, *, status: int = 403, kind: str = "application/json") -> Answer:
    return Answer(status=status, headers={"content-type": kind}, body=json.dumps(body).encode())


def test_mock_answers_the_recordings_as_the_real_server_did() -> None:
    results = replay_directory(RECORDINGS)

    every = [result for of_resource in results.values() for result in of_resource]
    strange = [r for r in every if r.differences and r.on_purpose is None]
    figures = totals(every)
    assert figures.holds, [(r.id, r.differences[0]) for r in strange]
    assert figures.recordings == 2074
    for resource, of_resource in results.items():
        of_this = totals(of_resource)
        assert of_this.same >= 0.9 * of_this.replayed, resource


def test_ids_and_numbers_in_messages_do_not_count() -> None:
    other = {"status": "403 Forbidden", "message": "job 00000000-e6f5-11f1-9d01-02fc0000a001: 7"}

    assert differences(RECORDED, answer(other)) == []


@pytest.mark.parametrize(
    "ours",
    [
        answer(RECORDED.answer, status=404),
        answer(RECORDED.answer, kind="text/html"),
        answer({**RECORDED.answer, "message": "job 5c10000b: denied"}),
        answer({**RECORDED.answer, "extra": None}),
        answer({"status": "403 Forbidden"}),
        answer({**RECORDED.answer, "message": None}),
        answer([RECORDED.answer]),
    ],
)
def test_each_kind_of_difference_is_found(ours: Answer) -> None:
    assert differences(RECORDED, ours) != []


@pytest.mark.parametrize(
    ("recorded", "ours", "same"),
    [
        ([{"a": 1}], [{"a": 2}, {"a": 3}], True),
        ([{"a": 1}], [], False),
        ([{"a": 1}], [{"a": "1"}], False),
        ([{"a": 1}], [{"a": 1, "b": 1}], False),
        (True, False, True),
        (1, True, False),
        (None, 0, False),
    ],
)
def test_values_are_compared_by_their_shape(recorded: Any, ours: Any, *, same: bool) -> None:
    recording = attrs.evolve(RECORDED, answer=recorded)

    assert (differences(recording, answer(ours)) == []) is same


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"status": 500}, "answer-500"),
        ({"answer": "["}, "body-cut-off"),
        ({"method": "OPTIONS"}, "head-or-options"),
        ({"setup": "server with OAuth2 on"}, None),
        (
            {"path": "/delegation/x/credential", "sent": "-----BEGIN CERTIFICATE-----" * 2},
            "credential-for-another-request",
        ),
        ({"path": "/delegation/x/credential", "sent": "garbage"}, None),
        ({"setup": "the Dropbox application is registered"}, "dropbox"),
        ({}, None),
    ],
)
def test_recordings_are_left_out_by_named_rules(change: dict[str, Any], rule: str | None) -> None:
    assert left_out(attrs.evolve(RECORDED, **change)) == rule


def test_unknown_words_in_a_setup_leave_a_recording_out_until_something_was_changed(
    mock: MockFTS,
) -> None:
    strange = attrs.evolve(RECORDED, setup="it rained", path="/whoami", status=200)
    change = attrs.evolve(
        strange, setup="", method="POST", path="/ban/se?storage=x", who="admin", answer=[]
    )

    rules = [result.left_out for result in replay_file(mock, [strange, change, strange])]

    assert rules == ["set-up-not-arranged", None, None]


def test_replay_starts_from_nothing(mock: MockFTS) -> None:
    mock.state.ban_dn(mock.caller("alice").user_dn)
    recording = attrs.evolve(RECORDED, path="/nowhere", status=404)

    (result,) = replay_file(mock, [recording])

    assert not any(difference.startswith("status ") for difference in result.differences)


def test_purposes_do_not_excuse_other_requests() -> None:
    wanted = attrs.evolve(RECORDED, method="POST", path="/optimizer/current", status=200)
    other = attrs.evolve(wanted, path="/config/links")

    assert reason_for(wanted, answer({})) is not None
    assert reason_for(wanted, answer({}, status=400)) is None
    assert reason_for(other, answer({})) is None
