"""Write the reports of a run into files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fts_contract.harness.reports.report_html import as_html
from fts_contract.harness.reports.report_json import as_report
from fts_contract.harness.reports.report_junit import as_junit

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.harness.run import Run

__all__ = ["write_junit", "write_reports"]


def write_reports(run: Run, directory: Path) -> Path:
    """Write `report.json`, `report.html`, which is returned, and `junit.xml`; the directory is made when needed.

    Raises:
        OSError: A file cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    write_junit(run, directory / "junit.xml")
    data = json.dumps(as_report(run), indent=2, ensure_ascii=False)
    # A server may have answered lone surrogates, which UTF-8 cannot encode.
    (directory / "report.json").write_text(
        f"{data}\n", encoding="utf-8", errors="backslashreplace"
    )
    page = directory / "report.html"
    page.write_text(as_html(run), encoding="utf-8", errors="backslashreplace")
    return page


def write_junit(run: Run, path: Path) -> None:
    """Write a JUnit report; its directory is made when needed.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_junit(run))
