"""All rules, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi.rules import (
    example_rules,
    extension_rules,
    generator_rules,
    link_rules,
    operation_rules,
    parameter_rules,
    schema_rules,
    yaml_form,
)
from openapi.rules.rule import Finding, Rule

if TYPE_CHECKING:
    from openapi.rules.document import Document

__all__ = ["RULES", "lint"]

_MODULES = (
    yaml_form,
    operation_rules,
    parameter_rules,
    schema_rules,
    generator_rules,
    example_rules,
    link_rules,
    extension_rules,
)

RULES: dict[str, Rule] = {
    value.id: value
    for module in _MODULES
    for value in vars(module).values()
    if isinstance(value, Rule)
}


def lint(document: Document) -> list[Finding]:
    """Apply all rules.

    Returns:
        The findings, in the order of the document.
    """
    findings = [finding for item in RULES.values() for finding in item.findings(document)]
    return sorted(findings, key=lambda finding: (finding.line, finding.rule))
