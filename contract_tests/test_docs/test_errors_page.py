"""The table of errors names every class of `fts_client.errors`, with its status, its attributes and its other base."""

from __future__ import annotations

import inspect
import re
from typing import Final

import pytest
from test_docs.pages import ROOT

from fts_client import errors
from fts_client.errors import STATUS_ERRORS, FTSAPIError, FTSError

PAGE: Final = (ROOT / "docs" / "errors.md").read_text("utf-8")
ROWS: Final = {
    cells[0].split("`")[1]: cells
    for line in PAGE.splitlines()
    if line.startswith("| `")
    and len(cells := [cell.strip() for cell in line[1:-1].split("|")]) > 1
}
CLASSES: Final = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, FTSError)
}


def test_page_names_exactly_the_classes_there_are() -> None:
    assert set(ROWS) == set(CLASSES)


def documented_attributes(kind: type[FTSError]) -> set[str]:
    section = re.search(r"Attributes:\n(.*)", inspect.getdoc(kind) or "", re.DOTALL)
    return set(re.findall(r"^    (\w+):", section[1], re.MULTILINE)) if section else set()


@pytest.mark.parametrize("name", CLASSES)
def test_page_names_the_attributes_of_the_class(name: str) -> None:
    said = PAGE if CLASSES[name] is FTSAPIError else " ".join(ROWS[name])
    missing = [word for word in documented_attributes(CLASSES[name]) if f"`{word}`" not in said]
    assert missing == []


@pytest.mark.parametrize("name", CLASSES)
def test_page_names_the_exception_of_python_that_the_class_is_too(name: str) -> None:
    own = {
        base.__name__
        for base in CLASSES[name].__bases__
        if base.__module__ == "builtins" and base is not Exception
    }
    assert set(re.findall(r", a `(\w+)`", ROWS[name][0])) == own


@pytest.mark.parametrize("status", STATUS_ERRORS)
def test_page_names_the_status_of_the_class(status: int) -> None:
    assert ROWS[STATUS_ERRORS[status].__name__][1] == str(status)
