"""What can differ between two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.compare.performing.step import Step
    from fts_contract.harness.contract.operations import Operation

__all__ = ["KINDS", "Difference", "Found"]

KINDS = {
    "slow": "an answer that takes much longer",
    "status": "another status",
    "answer": "one of them sent no complete answer",
    "content type": "another content type or charset",
    "header": "a header that one sends, or another value of it",
    "bytes": "what only a reader of bytes sees: length, body of a HEAD, connection",
    "text": "another text, of a body that is not JSON",
    "field": "a field that only one of them sends",
    "type": "another JSON type",
    "null or not": "null on one side only",
    "rows": "entries that only one of them lists",
    "order": "the same entries in another order",
    "another id": "an id that stands for something else",
    "time": "a time that is further from the present",
    "value": "another value",
}
"""Kinds of differences with their meaning, in the order of reports."""


@attrs.frozen
class Found:
    """One difference of two answers.

    Attributes:
        kind: One of `KINDS`.
        place: JSON pointer into the body, with `*` for numbers; or the name of a header.
        reference: What the reference says, cut to a readable length.
        target: What the target says.
    """

    kind: str
    place: str
    reference: str
    target: str


@attrs.define(kw_only=True)
class Difference:
    """A difference with the steps that show it.

    Attributes:
        operation: The operation; None for a path that the document does not have.
        found: What differs.
        reference: The step on the reference.
        target: The step on the target.
        document: Whether the document allows what each of them answered, in words.
        known: The id of the known difference that explains it, or None.
        count: How often it occurred.
    """

    operation: Operation | None
    found: Found
    reference: Step
    target: Step
    document: str = ""
    known: str | None = None
    count: int = 1

    @property
    def tag(self) -> str:
        """Tag of the operation."""
        return self.operation.tag if self.operation is not None else "other"

    @property
    def name(self) -> str:
        """The operation for people, or the request line."""
        exchange = self.target.exchange or self.reference.exchange
        if self.operation is not None:
            return str(self.operation)
        return f"{exchange.method} {exchange.target}" if exchange else "nothing was sent"
