"""Find and read the OpenAPI document of FTS.

In an installed wheel it is package data; in a checkout it is the hand-written original in `openapi/`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["SpecError", "load_spec", "read_spec", "read_yaml", "spec_path"]

_NAME = "fts-rest.yaml"

# The C loader reads about ten times faster, but not every build of PyYAML has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 1_000
_COMPACT = re.compile(rf"(?:[-?:]\s+){{{_DEEPEST}}}")


class SpecError(ValueError):
    """The document is missing, cannot be read, or contradicts itself."""


def read_yaml(path: Path) -> Any:
    """Read a YAML or JSON file, UTF-8, as plain data.

    Raises:
        OSError: It cannot be opened.
        UnicodeDecodeError: It is not UTF-8.
        yaml.YAMLError: It is not YAML, or nested too deeply.
    """
    text = path.read_text(encoding="utf-8")
    depth = 0
    for sign in re.findall(r"[\[{}\]]", text):
        depth = max(0, depth + (1 if sign in "[{" else -1))
        if depth > _DEEPEST:
            break
    # The C loader ends the process when its stack overflows.
    if depth > _DEEPEST or _COMPACT.search(text):
        raise yaml.YAMLError("nested too deeply")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe one


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
        document = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SpecError(f"cannot read {path}: {error}") from error
    if not isinstance(document, dict):
        raise SpecError(f"{path} is not an OpenAPI document: a mapping is expected at the top")
    return document
