"""Validators and linters: the document has no error and no warning by their rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec_tools.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec_tools.environment import Done, Environment

__all__ = ["validate"]

_SPEC = "fts-rest.yaml"


def validate(environment: Environment) -> Iterator[Result]:
    """Run each of them on the document."""
    yield _judged(
        environment.run("openapi-spec-validator", _SPEC),
        tool="openapi-spec-validator",
        version=environment.version_of("openapi-spec-validator"),
        does="validates",
        sound=r": OK\b",
    )
    yield _judged(
        environment.run("redocly", "lint", "--format", "summary"),
        tool="Redocly CLI",
        version=environment.version_of("@redocly/cli"),
        does="lints, with `openapi/redocly.yaml`",
        sound=r"API description is valid",
        # Its count of warnings, if there are any.
        wrong=r"You have \d+ (warning|error)|Validation failed",
    )
    yield _judged(
        environment.run("spectral", "lint", _SPEC, "--fail-severity", "hint"),
        tool="Spectral",
        version=environment.version_of("@stoplight/spectral-cli"),
        does="lints by `spectral:oas`, with `openapi/.spectral.yaml`",
        sound=r"No results with a severity",
    )
    yield _judged(
        environment.run("openapi-generator-cli", "validate", "-i", _SPEC),
        tool="openapi-generator",
        version=environment.version_of("openapi-generator-cli"),
        does="validates",
        sound=r"Validating spec",
        wrong=r"Errors:",
    )


def _judged(
    done: Done, *, tool: str, version: str, does: str, sound: str, wrong: str = r"(?!)"
) -> Result:
    good = done.code == 0 and re.search(sound, done.output) and not re.search(wrong, done.output)
    return Result.of(done, good=bool(good), tool=tool, version=version, does=does)
