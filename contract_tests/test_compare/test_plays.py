"""A play that cannot send its requests any more ends, and is not compared."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from fts_contract.compare.performing.play import Play
from fts_contract.compare.servers.embedded import side_of_mock
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.safety import safe_lock
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.compare.performing.script import Script


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
