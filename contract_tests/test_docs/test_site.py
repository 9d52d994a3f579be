"""The site builds without a warning, asks no other host for anything, and its reference is complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from test_docs.pages import ROOT

import fts_client

if TYPE_CHECKING:
    from pathlib import Path

# What a browser fetches by itself; links that a reader follows are something else.
_FETCHED: Final = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=["']?(?P<source>[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preload|preconnect|dns-prefetch|icon|manifest))"""
    r"""[^>]*?\bhref=["']?(?P<link>[^"'\s>]+)"""
)
_IMPORTED: Final = re.compile(r"""(?:url\(|@import\s+)["']?([^"')\s]+)""")
_OUTSIDE: Final = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)


def _build(folder: Path) -> None:
    options = ("--strict", "--config-file", "docs/builder/mkdocs.yml", "--site-dir", str(folder))
    result = subprocess.run(  # noqa: S603 - our own configuration
        [sys.executable, "-m", "mkdocs", "build", *options],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def _fetched_elsewhere(site: Path) -> set[tuple[str, str]]:
    fetched = {
        (page, found["source"] or found["link"])
        for page in site.rglob("*.html")
        for found in _FETCHED.finditer(page.read_text("utf-8"))
    } | {
        (style, address)
        for style in site.rglob("*.css")
        for address in _IMPORTED.findall(style.read_text("utf-8"))
    }
    return {(file.name, address) for file, address in fetched if _OUTSIDE.match(address)}


def _names_in_the_reference(site: Path) -> set[str]:
    return {
        name
        for page in (site / "reference").glob("*.html")
        for name in re.findall(r'<h\d[^>]* id="[\w.]*\.(\w+)"', page.read_text("utf-8"))
    }


def _marks_left(site: Path) -> list[str]:
    return [
        page.name
        for page in site.rglob("*.html")
        if re.search(r"<!-- (picture|terminal|made|fields): ", page.read_text("utf-8"))
    ]


def test_site_builds_without_a_warning_needs_no_other_host_and_is_complete(tmp_path: Path) -> None:
    # One test, as the build takes longer than all that is asked of it.
    _build(tmp_path)

    assert _fetched_elsewhere(tmp_path) == set()
    assert "submit_job" in (tmp_path / "api.html").read_text("utf-8")
    assert 'href="api.html"' in (tmp_path / "index.html").read_text("utf-8")
    assert 'src="assets/search-worker.js"' in (tmp_path / "index.html").read_text("utf-8")
    assert (tmp_path / "search" / "search_index.js").is_file()
    assert _marks_left(tmp_path) == []
    # The models of the API document stand under their own names.
    public = {{"JobRecord": "Job"}.get(name, name) for name in fts_client.__all__} - {
        "__version__"
    }
    assert public - _names_in_the_reference(tmp_path) == set()
