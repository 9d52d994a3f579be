"""What came of one tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import attrs

if TYPE_CHECKING:
    from spec_tools.environment import Done

__all__ = ["Result"]

_LAST_LINES = 40


@attrs.frozen(kw_only=True)
class Result:
    """One row of the table.

    Attributes:
        tool: Name of the tool; for generators with the language.
        version: Its version.
        does: What is done with it.
        outcome: What came of it, in a few words.
        kind: Whether the tool took the document, did not, or could not be run on this machine.
        output: What it printed, for failures.
    """

    tool: str
    version: str
    does: str
    outcome: str
    kind: Literal["ok", "failed", "skipped"] = "ok"
    output: str = ""

    @classmethod
    def of(cls, done: Done, *, good: bool, tool: str, version: str, does: str) -> Self:
        """Make the row of a program that has run."""
        return cls(
            tool=tool,
            version=version,
            does=does,
            outcome="0 errors" if good else "failed",
            kind="ok" if good else "failed",
            output="" if good else "\n".join(done.output.splitlines()[-_LAST_LINES:]),
        )
