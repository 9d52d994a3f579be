"""The symptoms that the page about trouble quotes are what the package says."""

from __future__ import annotations

import re
from typing import Final

import pytest
from test_docs.pages import ROOT

PAGE: Final = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
SOURCES: Final = "\n".join(
    path.read_text("utf-8")
    for folder in ("wrappers/fts_client", "contract_tests/fts_contract")
    for path in sorted((ROOT / folder).rglob("*.py"))
)
OF_PYTHON: Final = {"Event loop is closed"}
QUOTED: Final = {
    part
    for line in PAGE.splitlines()
    if line.startswith("| ")
    for quote in re.findall(r"`([^`]+ [^`]+)`", line.split("|")[1])
    for part in quote.split(" ... ")
    if " " in part
}


@pytest.mark.parametrize("text", sorted(QUOTED - OF_PYTHON))
def test_quoted_symptom_is_what_the_package_says(text: str) -> None:
    assert text in SOURCES


def test_page_quotes_symptoms() -> None:
    assert len(QUOTED) > 10
