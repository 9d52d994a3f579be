"""Ctrl-C and SIGTERM while a change is under way."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.sending.interrupts import answered_first

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """Give a signal that raises KeyboardInterrupt, as in a command."""
    name = signal.Signals(request.param)
    found = signal.signal(name, signal.default_int_handler)
    yield name
    signal.signal(name, found)


def change(
    *signals: signal.Signals, done: list[str], error: type[Exception] | None = None
) -> None:
    """Make a change during which signals come."""
    with answered_first():
        for number in signals:
            signal.raise_signal(number)
        if error is not None:
            raise error
        done.append("the change")


@pytest.mark.parametrize(("times", "expected"), [(1, ["the change"]), (2, [])])
def test_first_signal_waits_for_the_end_of_a_change_and_a_second_one_does_not(
    number: signal.Signals, times: int, expected: list[str]
) -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        change(*[number] * times, done=done)
    assert done == expected
    assert signal.getsignal(number) is signal.default_int_handler


def test_signal_is_not_lost_when_the_change_fails(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        change(number, done=[], error=ConnectionError)
    assert isinstance(caught.value.__context__, ConnectionError)


def test_ignored_signal_stays_ignored(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    done: list[str] = []
    change(number, done=done)
    assert done
    assert signal.getsignal(number) is signal.SIG_IGN


def test_thread_leaves_signals_alone(number: signal.Signals) -> None:
    seen = []

    def look() -> None:
        with answered_first():
            seen.append(signal.getsignal(number))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_signal_that_comes_while_the_handlers_are_set_leaves_none_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    setter = signal.signal

    def interrupted(name: int, handler: object) -> object:
        monkeypatch.setattr(signal, "signal", setter)
        setter(name, handler)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(signal, "signal", interrupted)
    with pytest.raises(KeyboardInterrupt):
        change(done=[])
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
