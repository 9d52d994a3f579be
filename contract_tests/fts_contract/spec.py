"""Find and read the OpenAPI document of FTS.

In an installed wheel it is package data; in a checkout it is the hand-written original in `openapi/`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["YAML_LOADER", "SpecError", "load_spec", "read_spec", "spec_path"]

_NAME = "fts-rest.yaml"

YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader reads about ten times faster, but not every build of PyYAML has it."""


class SpecError(ValueError):
    """The document is missing, cannot be read, or contradicts itself."""


def spec_path() -> Path:
    """Say where the OpenAPI document lies.

    Returns:
        The package data of a wheel when it is there, else `openapi/fts-rest.yaml` of the checkout.

    Raises:
        SpecError: It is in neither place; the message lists both.
    """
    package = Path(__file__).resolve().parent
    candidates = (package / _NAME, package.parents[1] / "openapi" / _NAME)
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    searched = ", ".join(str(candidate) for candidate in candidates)
    raise SpecError(f"the OpenAPI document is in none of: {searched}")


@cache
def load_spec() -> dict[str, Any]:
    """Read the OpenAPI document once per process.

    Returns:
        The document as plain data. It is shared: copy it (`copy.deepcopy`) before changing anything.

    Raises:
        SpecError: It is missing, or is not a YAML mapping.
    """
    return read_spec(spec_path())


def read_spec(path: Path) -> dict[str, Any]:
    """Read any OpenAPI document from a YAML or JSON file.

    Args:
        path: The file, UTF-8.

    Returns:
        The document as plain data, read anew at each call.

    Raises:
        SpecError: The file cannot be read, or is not a YAML mapping; the message names the file.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=YAML_LOADER)  # noqa: S506 - a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SpecError(f"cannot read {path}: {error}") from error
    if not isinstance(document, dict):
        raise SpecError(f"{path} is not an OpenAPI document: a mapping is expected at the top")
    return document
