"""`slow-answer`: the answer took longer than a limit.

The contract promises no time; the limit is one above which clients give up or users complain. What asks a storage or
another service waits for it, and is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.model import Check, Context, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SLOW_AFTER_S", "slow_answer"]

SLOW_AFTER_S = 10.0
"""Limit in seconds, unless the user gives another."""

_WAITS_FOR_OTHERS = ("/dm/", "/cs/")


def slow_answer(limit_s: float = SLOW_AFTER_S) -> Check:
    """Make the check.

    Args:
        limit_s: Seconds from sending a request to the end of the answer; waiting for the rate limit does not count.
    """

    def judge(context: Context) -> Iterator[Finding]:
        path = context.operation.path
        if path.startswith(_WAITS_FOR_OTHERS) or path.endswith("/voms"):
            return
        taken = context.exchange.elapsed_s
        if taken > limit_s:
            yield Finding(_NAME, f"answered after {taken:.1f} s, more than {limit_s:g} s")

    return Check(_NAME, "the answer took longer than 10 s, or than --slow-after", judge)


_NAME = "slow-answer"
