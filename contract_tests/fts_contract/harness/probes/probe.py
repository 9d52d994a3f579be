"""What a probe is: a short conversation with the server, written by hand, and the rule that it checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault

__all__ = ["Probe"]


@attrs.frozen(kw_only=True)
class Probe:
    """A conversation with its rule.

    Attributes:
        check: Name of the rule; `--without` and deviations refer to it.
        meaning: What a fault means, in one line.
        operations: Ids of the operations that it needs; it runs when one of them is selected. Empty: all.
        profile: `full` when it changes something.
        everywhere: The rule holds for all paths alike: what several break in the same way is one failure.
        level: Operation group that the caller needs, such as `config`; None when it does not matter.
        run: Talks to the server and yields what is wrong.
    """

    check: str
    meaning: str
    operations: tuple[str, ...] = ()
    profile: Literal["safe", "full"] = "full"
    everywhere: bool = False
    level: str | None = None
    run: Callable[[Conversation], Iterator[Fault]]

    def concerns(self, selected: Collection[str]) -> bool:
        """Say whether the probe needs one of these operations."""
        return not self.operations or not set(self.operations).isdisjoint(selected)
