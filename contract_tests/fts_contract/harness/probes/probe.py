"""What a probe is: a short conversation with the server, written by hand, and the rule that it must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from fts_contract.harness.probes.fault import Fault, NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fts_contract.harness.probes.talk import Talk

__all__ = ["Fault", "NotApplicableError", "Probe"]


@attrs.frozen(kw_only=True)
class Probe:
    """A conversation with its rule.

    Attributes:
        check: Name of the rule, by which it is switched off and by which deviations refer to it.
        meaning: What a fault means, in one line.
        operations: Ids of the operations that it touches; it is held when one of them is selected. Empty: all.
        profile: `full` when it changes something.
        level: Operation group that the caller needs, such as `config`; None when every caller will do.
        hold: Holds the conversation and yields what is wrong.
    """

    check: str
    meaning: str
    operations: tuple[str, ...] = ()
    profile: Literal["safe", "full"] = "full"
    level: str | None = None
    hold: Callable[[Talk], Iterator[Fault]]

    def concerns(self, selected: Collection[str]) -> bool:
        """Say whether one of these operations is touched."""
        return not self.operations or not set(self.operations).isdisjoint(selected)
