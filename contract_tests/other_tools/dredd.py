"""Dredd: sends the example of each operation, and compares the answer with the documented success."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

from other_tools.document import as_3_0
from other_tools.node import program
from other_tools.trial import LIMIT_S, Failure, Place, shape_of, tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.defects.trial import Outcome, Task

__all__ = ["run_dredd"]


def run_dredd(task: Task) -> Outcome:
    """Run Dredd against a mock with a defect."""
    return tried(task, _use)


def _use(place: Place) -> Iterator[Failure]:
    document, report = place.folder / "api.json", place.folder / "report.xml"
    document.write_text(json.dumps(_successes(as_3_0(place.document))), "utf-8")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(program("dredd"), str(document), place.url, "--loglevel=error", "--no-color"),
            *("--reporter=xunit", f"--output={report}"),
        ],
        cwd=place.folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(f"Dredd wrote no report: {(done.stderr or done.stdout)[-200:]}")
    yield from _failures(report)


def _successes(document: dict[str, Any]) -> dict[str, Any]:
    """Keep the answers to good requests: Dredd sends nothing else, and would expect each documented error of it."""
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            good = {status: one for status, one in responses.items() if str(status)[0] in "23"}
            operation["responses"] = good or responses
    return document


def _failures(report: Path) -> Iterator[Failure]:
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - written by the program that we started
        for entry in (*case.iter("failure"), *case.iter("error")):
            said = (entry.text or "").partition("\nRequest:")[0].removeprefix("Message:")
            for line in said.strip().splitlines():
                yield shape_of(case.get("name", "")), entry.tag, shape_of(line)
