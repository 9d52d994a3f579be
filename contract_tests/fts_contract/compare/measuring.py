"""Compare one mock after the other with a recorded performance of a clean one, to measure how many defects are found."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Final

from fts_contract.compare.embedded import side_of_mock
from fts_contract.compare.performing import Jury, compare_performances, perform
from fts_contract.compare.plays import plays_for
from fts_contract.harness.sending.safety import safe_lock
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.compare.differences import Difference
    from fts_contract.compare.play import Performance
    from fts_contract.harness.options import Profile
    from fts_contract.mock import MockFTS

__all__ = ["compare_mock", "perform_on_mock"]

_TOLERANCE_S: Final = 2.0
_GENERATED: Final = 12
_TIMEOUT_S: Final = 10.0


def perform_on_mock(
    mock: MockFTS,
    *,
    seed: int = 42,
    profile: Profile = "full",
    generated: int = _GENERATED,
    timeout_s: float = _TIMEOUT_S,
) -> Performance:
    """Perform all plays on a mock, as each test identity, and return every answer.

    The mock is started for it, and its clock is stopped. Performances of the same seed and profile can be compared with
    `compare_mock` if the mocks were made alike: the same PKI, `oauth2` and contents.

    Args:
        mock: Made and filled, not started.
        seed: Same seed, same plays.
        profile: `safe` for the plays that only read.
        generated: Number of generated plays.
        timeout_s: Limit for each answer, in seconds.
    """
    with mock, ExitStack() as stack:
        lock = safe_lock if profile == "safe" else _unlocked
        side = side_of_mock(mock, "target", lock, stack, timeout_s)
        return perform(
            side, plays_for(profile, seed=seed, generated=generated, exclusive=True), seed
        )


def compare_mock(reference: Performance, target: Performance) -> list[Difference]:
    """Compare the performance of a mock with that of a clean one; the list is empty when nothing differs.

    Args:
        reference: Of the clean mock; it can be used any number of times.
        target: Of the other one.
    """
    differences, _ = compare_performances(
        reference, target, _jury(), same_contents=True, same_pace=True, tolerance_s=_TOLERANCE_S
    )
    return differences


def _unlocked(_method: str, _path: str, _body: bytes | None) -> str | None:
    """Let everything pass: the mock belongs to the measurement alone."""
    return None


@cache
def _jury() -> Jury:
    return Jury(load_spec(), "3.13.4", "3.13.4")
