"""What the site needs beyond its pages: the reference page of the REST API, pictures, tables of requests, and badges.

A page names a part that is made here with a comment on a line of its own, such as `<!-- picture: layers -->`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parents[2]))

from docs.builder.pictures import PICTURES
from docs.builder.rest_table import rest_functions, rest_methods
from docs.builder.result_fields import MODELS, result_fields
from docs.builder.signatures import signatures
from docs.builder.terminals import NAMES, terminal
from openapi.api_page import SPEC, read_document, render_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

__all__ = ["on_files", "on_page_markdown", "on_post_page", "on_post_template"]

ROOT: Final = Path(__file__).parents[2]
_SHIM: Final = "https://unpkg.com/iframe-worker/shim"
_MARK: Final = re.compile(r"^<!-- (picture|terminal|made|fields): ([\w-]+) -->$", re.MULTILINE)


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


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put what is made here in the place of its marks.

    Args:
        markdown: Text of the page.
        page: The page.
        config: The configuration of the site.
        files: The files of the site.

    Returns:
        The text with pictures and tables.

    Raises:
        PluginError: A mark names nothing that is made here.
    """
    del config, files
    # What explains comes before what lists, in the results of a search.
    lists = page.file.src_uri.startswith(("api-changes", "changelog", "reference/"))
    page.meta.setdefault("search", {"boost": 0.2 if lists else 2})

    def made(mark: re.Match[str]) -> str:
        kind, name = mark[1], mark[2]
        if kind == "picture" and name in PICTURES:
            return PICTURES[name]()
        if kind == "terminal" and name in NAMES:
            return terminal(name)
        if kind == "made" and name in _MADE:
            return _MADE[name]()
        if kind == "fields" and name in MODELS:
            return result_fields(name)
        raise PluginError(f"{page.file.src_uri}: nothing makes the {kind} {name}")

    return _MARK.sub(made, markdown)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Take our script for the search in pages from the file system, in place of one from another host.

    Args:
        output: The page in HTML.
        page: The page.
        config: The configuration of the site.

    Returns:
        The page, which asks no other host for anything.
    """
    del config
    return output.replace(_SHIM, f"{'../' * page.url.count('/')}assets/search-worker.js")


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Do the same for pages without a source, such as 404.html.

    Args:
        output: The page in HTML.
        template_name: Its name.
        config: The configuration of the site.

    Returns:
        The page, which asks no other host for anything.
    """
    del template_name, config
    return output.replace(_SHIM, "/assets/search-worker.js")


def _badges() -> str:
    """Draw what pyproject.toml and the API document say of the project as one row."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pythons = re.findall(r"Python :: 3\.(\d+)", " ".join(project["classifiers"]))
    version = read_document()["info"]["version"].partition("-")[0]
    badges = (
        ("Python", f"3.{min(map(int, pythons))} to 3.{max(map(int, pythons))}", "support.html"),
        ("FTS REST", version, "support.html#fts"),
        ("types", "strict", "reference/client.html"),
        ("M2Crypto", "not needed", "faq.html"),
        ("license", project["license"], project["urls"]["Source"]),
    )
    parts = (f'<a href="{to}"><b>{name}</b><i>{text}</i></a>' for name, text, to in badges)
    return f'<p class="badges">{"".join(parts)}</p>'


_MADE: Final = {
    "badges": _badges,
    "rest-functions": rest_functions,
    "rest-methods": rest_methods,
    "signatures": signatures,
}
