"""Write the reports of a run into files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fts_contract.harness.reports.report_html import as_html
from fts_contract.harness.reports.report_json import as_report
from fts_contract.harness.reports.report_junit import as_junit

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.harness.run import Run

__all__ = ["write_files", "write_junit", "write_reports"]


def write_reports(run: Run, directory: Path) -> Path:
    """Write `report.json`, `report.html`, which is returned, and `junit.xml`; the directory is made when needed.

    Raises:
        OSError: A file cannot be written.
    """
    return write_files(directory, "report", as_report(run), as_html(run), as_junit(run))


def write_files(directory: Path, name: str, data: Any, page: str, junit: bytes) -> Path:
    """Write the three reports; errors as for `write_reports`.

    Args:
        directory: Made when needed.
        name: Of the files for programs and for people.
        data: For programs.
        page: For people; its file is returned.
        junit: For CI systems.
    """
    write_junit(junit, directory / "junit.xml")
    text = json.dumps(data, indent=2, ensure_ascii=False)
    for kind, content in (("json", f"{text}\n"), ("html", page)):
        # A server may have answered lone surrogates, which UTF-8 cannot encode.
        (directory / f"{name}.{kind}").write_text(content, "utf-8", errors="backslashreplace")
    return directory / f"{name}.html"


def write_junit(junit: bytes, path: Path) -> None:
    """Write a JUnit report; its directory is made when needed.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(junit)
