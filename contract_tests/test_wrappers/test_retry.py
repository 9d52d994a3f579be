from __future__ import annotations

import json

import pytest

from fts_client import FTSUsageError, RetryPolicy, Timeouts
from fts_client.retry import FailureKind, is_repeatable, pause_before_repeat

DETERMINISTIC = json.dumps({"params": {"id_generator": "deterministic", "sid": "x"}}).encode()


def _pauses(
    policy: RetryPolicy, *failures: tuple[FailureKind, bool, float | None], jitter: float = 1.0
) -> list[float]:
    pauses: list[float] = []
    for kind, repeatable, retry_after_s in failures:
        pause_s = pause_before_repeat(
            policy,
            len(pauses),
            kind,
            repeatable=repeatable,
            retry_after_s=retry_after_s,
            jitter=lambda: jitter,
        )
        if pause_s is None:
            break
        pauses.append(pause_s)
    return pauses


def test_repeat_doubles_the_pause_up_to_the_limit() -> None:
    policy = RetryPolicy(max_retries=5, first_sleep_s=1.0, max_sleep_s=5.0)
    failures: list[tuple[FailureKind, bool, float | None]] = [("not sent", False, None)] * 9
    assert _pauses(policy, *failures) == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_repeat_without_jitter_halves_the_pause() -> None:
    policy = RetryPolicy(first_sleep_s=1.0)
    assert _pauses(policy, ("not sent", False, None), jitter=0.0) == [0.5]


@pytest.mark.parametrize("kind", ["maybe sent", "unavailable", "broken answer"])
def test_repeat_repeats_what_the_server_may_have_done_only_if_harmless(kind: FailureKind) -> None:
    assert len(_pauses(RetryPolicy(), (kind, True, None))) == 1
    assert _pauses(RetryPolicy(), (kind, False, None)) == []


def test_repeat_never_repeats_a_refusal() -> None:
    assert _pauses(RetryPolicy(), ("refused", True, None)) == []


def test_repeat_with_no_retries_gives_up_at_once() -> None:
    assert _pauses(RetryPolicy(max_retries=0), ("not sent", True, None)) == []


def test_repeat_honours_retry_after_up_to_the_limit_and_refuses_more() -> None:
    policy = RetryPolicy(max_sleep_s=10.0)
    assert _pauses(policy, ("unavailable", True, 7.0)) == [7.0]
    assert _pauses(policy, ("unavailable", True, 11.0)) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/jobs", b"", True),
        ("HEAD", "/", b"", True),
        ("GET", "/cs/access_grant/dropbox", b"", False),
        ("GET", "/cs/registered/dropbox", b"", True),
        ("DELETE", "/jobs/x", b"", False),
        ("PUT", "/delegation/x/credential", b"PEM", False),
        ("POST", "/jobs", DETERMINISTIC, True),
        ("PUT", "//jobs/", DETERMINISTIC, True),
        ("POST", "/prefix/jobs", DETERMINISTIC, True),
        ("POST", "/jobs/some-id", DETERMINISTIC, False),
        ("POST", "/jobs", b'{"params": {"id_generator": "deterministic"}}', False),
        ("POST", "/jobs", b'{"params": {"id_generator": "standard", "sid": "x"}}', False),
        ("POST", "/jobs", b'{"params": null}', False),
        ("POST", "/jobs", b"[]", False),
        ("POST", "/jobs", b"no json", False),
    ],
)
def test_is_repeatable(method: str, path: str, body: bytes, *, expected: bool) -> None:
    assert is_repeatable(method, path, body) is expected


def test_policy_with_negative_values_is_refused() -> None:
    with pytest.raises(FTSUsageError, match="max_retries"):
        RetryPolicy(max_retries=-1)


def test_timeouts_of_zero_are_refused() -> None:
    with pytest.raises(FTSUsageError, match="read_s"):
        Timeouts(read_s=0)
