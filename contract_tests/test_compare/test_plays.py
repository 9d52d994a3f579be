"""How plays are performed: when they end, what they wait for, what they do on a connection that closes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.compare.matching.answers import Comparer
from fts_contract.compare.performing import script as script_module
from fts_contract.compare.performing.play import Play
from fts_contract.compare.plays.generated import generated_plays
from fts_contract.compare.plays.recorded import recorded_plays
from fts_contract.compare.servers.embedded import side_of_mock
from fts_contract.harness.exchange_checks.model import NO_SENSE
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.safety import FullLock, safe_lock
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.script import Script
    from fts_contract.compare.performing.step import Step


@pytest.mark.parametrize(
    "act",
    [
        lambda script: script.get("user", "/whoami"),
        lambda script: script.together(("user", "GET", "/whoami", None)),
        lambda script: script.raw("user", ("GET", "/whoami", {})),
    ],
    ids=["ask", "together", "raw"],
)
def test_play_ends_when_the_time_of_the_run_is_over(act: Callable[[Script], None]) -> None:
    with MockFTS() as mock, ExitStack() as stack:
        side = side_of_mock(mock, "target", safe_lock, stack, timeout_s=10)
        assert Play("in time", act).perform(side, seed=1)
        side.sessions["user"].budget = Budget(max_time_s=0)
        assert Play("too late", act).perform(side, seed=1) is None
        assert side.sessions["user"].sent == 1


def performed(act: Callable[[Script], None], **given: Any) -> list[Step]:
    with MockFTS(**given) as mock, ExitStack() as stack:
        side = side_of_mock(mock, "target", FullLock(lifted=True), stack, timeout_s=10)
        return Play("a play", act).perform(side, seed=1) or []


def test_requests_after_a_closed_connection_are_sent_on_another_one() -> None:
    def act(script: Script) -> None:
        script.raw("user", ("GET", "/%2e%2e/x", {}), ("GET", "/whoami", {}), ("HEAD", "/jobs", {}))

    steps = performed(act)
    assert [step.exchange and step.exchange.status for step in steps] == [400, 200, 200]
    assert [dict(step.raw)["connection"] for step in steps] == ["closed", "kept", "kept"]
    assert dict(steps[0].raw)["version"] == "HTTP/1.1"


def test_generated_plays_let_whole_seconds_pass() -> None:
    passed: list[float] = []
    with MockFTS(oauth2=True, time_scale=0) as mock, ExitStack() as stack:
        side = side_of_mock(mock, "target", FullLock(lifted=True), stack, timeout_s=10)
        side.clock = passed.append
        for play in generated_plays(4):
            play.perform(side, seed=1)
    assert len({*passed}) > 3
    # Times are shown in seconds: after half of one, two mocks would show different ones.
    assert all(float(seconds).is_integer() for seconds in passed)


def test_names_that_no_answer_gave_are_noted() -> None:
    def act(script: Script) -> None:
        script.post("user", "/jobs", {"files": []}, job="job_id")
        script.get("user", "/jobs/{job}")
        script.post("user", "/jobs", {"files": [], "params": {"sid": "{#job}"}})

    assert [step.lost for step in performed(act)] == [frozenset(), {"job"}, {"job"}]


def test_server_that_runs_no_transfers_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(script_module, "_TURNS", 3)

    def act(script: Script) -> None:
        script.delegate("user")
        script.submit("job", script.file("idle", takes=0))
        script.side.clock = lambda _seconds: None
        script.until_ended("job")
        sent = script.side.sessions["user"].sent
        script.until_ended("job")
        assert script.side.sessions["user"].sent == sent + 1

    waits = [step for step in performed(act) if step.trouble]
    assert [step.trouble for step in waits] == ["the jobs stay as they are"] * 2
    # The wait itself is a difference from a server that runs transfers; what follows is not compared.
    assert [step.lost for step in waits] == [frozenset(), {"the jobs stay as they are"}]


def test_recorded_requests_fit_each_server_and_each_comparison() -> None:
    submitting, root = (
        next(play for play in recorded_plays() if play.name.endswith(name))
        for name in ("jobs-submit", " root")
    )
    with MockFTS() as mock, ExitStack() as stack:
        side = side_of_mock(mock, "target", FullLock(lifted=True), stack, timeout_s=10)
        bodies = [
            step.exchange.request_body or b""
            for step in submitting.perform(side, 1, "this-time-") or []
            if step.exchange
        ]
        own = [
            step.exchange.status
            for step in root.perform(side, 1) or []
            if step.exchange and step.exchange.request_headers.get("Origin") == mock.endpoint
        ]
    assert any(b'"sid": "this-time-jsub-put-1"' in body for body in bodies)
    assert not any(b'"sid": "jsub' in body for body in bodies)
    assert own == [200]


def test_play_that_fails_on_an_answer_is_a_difference() -> None:
    def act(script: Script) -> None:
        script.submit("job", script.file("odd"))
        script.get("user", "/whoami")["no such member"]

    steps = performed(act)
    assert steps[-1].trouble.startswith(f"{NO_SENSE} (KeyError: 'no such member'")
    # Also when it fails on both: both servers may have the fault, or the play has it.
    assert [one.kind for one in Comparer(alone=True).compare(steps[-1], steps[-1])] == ["answer"]
