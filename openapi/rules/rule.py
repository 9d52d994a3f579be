"""What a lint rule is: a named function that walks the document and gives what it dislikes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from openapi.rules.document import Document

__all__ = ["Finding", "Found", "Rule", "rule"]

Found = Iterator[tuple[str, str]]
"""JSON pointer and message of each thing that a rule dislikes."""


@attrs.frozen
class Finding:
    """One thing that one rule dislikes, with the line of the document."""

    rule: str
    pointer: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.rule}: {self.message} (#{self.pointer})"


@attrs.frozen
class Rule:
    """A named rule.

    Attributes:
        id: Kebab-case name, shown with each finding.
        why: One line for people: what the rule wants.
        check: The function that walks the document.
    """

    id: str
    why: str
    check: Callable[[Document], Found] = attrs.field(repr=False)

    def findings(self, document: Document) -> list[Finding]:
        """Apply the rule."""
        return [
            Finding(self.id, pointer, document.line(pointer), message)
            for pointer, message in self.check(document)
        ]


def rule(rule_id: str) -> Callable[[Callable[[Document], Found]], Rule]:
    """Make a rule of a function; the first line of its docstring says what it wants."""

    def decorate(check: Callable[[Document], Found]) -> Rule:
        why = (inspect.getdoc(check) or "").partition("\n")[0]
        return Rule(rule_id, why, check)

    return decorate
