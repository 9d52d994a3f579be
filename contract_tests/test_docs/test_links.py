"""Links between the files of the repository lead somewhere; those of the site are checked when it is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from test_docs.pages import PAGES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILES: Final = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "openapi").glob("*.md")), *PAGES[1:])
# Pages of the site that are made when it is built.
GENERATED: Final = {"docs/api.html", "docs/fts-rest.yaml"}


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _broken(file: Path) -> list[str]:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if target.is_relative_to(ROOT) and str(target.relative_to(ROOT)) in GENERATED:
            continue
        if not target.exists():
            broken.append(link)
        elif anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            if anchor not in {_slug(heading) for heading in headings}:
                broken.append(link)
    return broken


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_of_the_file_lead_somewhere(file: Path) -> None:
    assert _broken(file) == []


def test_broken_links_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](no.md) [b](#here) [c](#there) [d](page.md#here)\n", "utf-8")
    assert _broken(page) == ["no.md", "#there"]
