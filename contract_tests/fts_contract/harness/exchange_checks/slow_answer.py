"""`slow-answer`: the answer took longer than a limit.

The contract states no time; above this limit clients give up or users complain. Operations that wait for a storage or
another service are not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SLOW_AFTER_S", "slow_answer"]

SLOW_AFTER_S = 10.0
"""Default of the limit, in seconds."""

_WAITS_FOR_OTHERS = ("/dm/", "/cs/")


def slow_answer(limit_s: float = SLOW_AFTER_S) -> Check:
    """Make the check.

    Args:
        limit_s: Seconds from sending a request to the end of the answer, without waiting for the rate limit.
    """

    def judge(context: Context) -> Iterator[Flaw]:
        path = context.operation.path
        if path.startswith(_WAITS_FOR_OTHERS) or path.endswith("/voms"):
            return
        taken = context.exchange.elapsed_s
        if taken > limit_s:
            yield Flaw(f"answered after {taken:.1f} s, expected at most {limit_s:g} s")

    return Check("slow-answer", "the answer took longer than 10 s, or than --slow-after", judge)
