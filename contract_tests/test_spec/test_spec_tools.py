"""The page about other languages shows what `make test-spec-tools` found, for every tool and at the pinned versions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from spec_tools.environment import HERE, ROOT
from spec_tools.result import Result
from spec_tools.table import TOOLS, read_rows, unnamed, write_rows

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = "# Page\n<!-- table of tools: begin -->\n<!-- table of tools: end -->\nEnd.\n"


def _result(tool: str, **changes: str) -> Result:
    values = {"version": "1", "does": "validates", "outcome": "0 errors", **changes}
    return Result(tool=tool, **values)  # type: ignore[arg-type]


def _pinned() -> set[str]:
    own = (HERE / "requirements.txt").read_text("utf-8")
    # schemathesis is in the environment of the project.
    shared = (ROOT / ".ci" / "constraints.txt").read_text("utf-8")
    node = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"].values()
    return {
        *re.findall(r"^\S+==(\S+)$", own, re.MULTILINE),
        *re.findall(r"^schemathesis==(\S+)$", shared, re.MULTILINE),
        *node,
    }


def test_page_has_a_row_without_errors_for_every_tool() -> None:
    rows = read_rows()
    assert list(rows) == list(TOOLS)
    # Compilers of Go and Java, and what Java needs from Maven Central, are not everywhere.
    may_be_skipped = {tool for tool in TOOLS if tool.endswith(("`go`", "`java`"))}
    assert {tool for tool, row in rows.items() if "| 0 errors |" not in row} <= may_be_skipped


def test_page_names_the_pinned_versions() -> None:
    shown = {row.split("|")[2].strip() for row in read_rows().values()}
    assert shown <= _pinned()


def test_pinned_packages_name_no_host() -> None:
    for name in ("requirements.txt", "package.json"):
        assert "://" not in (HERE / name).read_text("utf-8")


def test_written_rows_keep_the_order_of_the_tools_and_the_rest_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY, "utf-8")
    write_rows([_result(TOOLS[1]), _result(TOOLS[0])], page)
    assert list(read_rows(page)) == [TOOLS[0], TOOLS[1]]
    assert page.read_text("utf-8").endswith("\nEnd.\n")


def test_tool_that_is_skipped_keeps_the_row_that_it_has(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY, "utf-8")
    write_rows([_result("Prism")], page)
    write_rows([_result("Prism", outcome="skipped: no Prism", kind="skipped")], page)
    assert "| 0 errors |" in read_rows(page)["Prism"]


@pytest.mark.parametrize("tools", [TOOLS[1:], (*TOOLS, "another")], ids=["missing", "new"])
def test_tool_that_is_not_in_the_table_is_named(tools: tuple[str, ...]) -> None:
    assert len(unnamed([_result(tool) for tool in tools])) == 1
