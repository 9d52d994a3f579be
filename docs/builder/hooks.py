# ruff: noqa: INP001 - MkDocs loads this file by its path
"""What the site needs beyond its pages: the reference page of the REST API, which is made from the API document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parents[2]))

from openapi.api_page import SPEC, read_document, render_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

__all__ = ["on_files"]


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add `api.html`, which `make api-page` writes to the same place by itself, and the API document beside it.

    Args:
        files: The files of the site; these two are added.
        config: The configuration of the site.

    Returns:
        The same files.

    Raises:
        RendererMissingError: The script of the page is not installed.
    """
    page = render_page(read_document(), site=True)
    files.append(File.generated(config, "api.html", content=page))
    files.append(File.generated(config, SPEC.name, content=SPEC.read_bytes()))
    return files
