"""Put the reference page into the wheel (a build hook of Hatchling).

The page is rendered when a wheel is built, so that it cannot be older than the document beside it. A checkout
renders it when it is asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["ApiPageHook"]

_TARGET = "fts_contract/api.html"


class ApiPageHook(BuildHookInterface[Any]):
    """Renders `fts_contract/api.html` for wheels, but for editable ones."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Render the page into the build directory and add it to the wheel.

        Args:
            version: `standard`, or `editable` for `pip install --editable`.
            build_data: What Hatchling is about to build; changed.
        """
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from openapi.api_page import read_document, render_page  # noqa: PLC0415 - the folder is not a package
        finally:
            sys.path.remove(self.root)
        page = Path(self.directory) / "api.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render_page(read_document()), encoding="utf-8")
        build_data["force_include"][str(page)] = _TARGET

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove the page again; it is in the wheel now."""
        (Path(self.directory) / "api.html").unlink(missing_ok=True)
