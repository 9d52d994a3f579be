"""What the site shows beyond prose is made from the code, the API document and real commands, and is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

import attrs
import pytest
from test_docs.pages import PAGES, ROOT

import fts_api.models
from docs.builder.pictures import PICTURES
from docs.builder.rest_table import rest_functions, rest_methods
from docs.builder.result_fields import result_fields
from docs.builder.signatures import signatures
from docs.builder.terminals import NAMES, terminal
from fts_client import FTSClient, Job, JobParams, Transfer
from fts_client.states import (
    TERMINAL_FILE_STATES,
    TERMINAL_JOB_STATES,
    WAITING_FILE_STATES,
)
from openapi.api_page import read_document
from openapi.examples import operations_of

TEXT: Final = "\n".join(page.read_text("utf-8") for page in PAGES)
# They send nothing, or what they send is that of another method.
NOT_IN_TABLE: Final = {"close", "endpoint", "raw", "with_timeouts"}


def _marks(kind: str) -> set[str]:
    return set(re.findall(rf"^<!-- {kind}: ([\w-]+) -->$", TEXT, re.MULTILINE))


def test_every_picture_and_every_terminal_stands_on_a_page() -> None:
    assert _marks("picture") == set(PICTURES)
    assert _marks("terminal") == set(NAMES)


@pytest.mark.parametrize(
    "figure",
    [*(draw() for draw in PICTURES.values()), *map(terminal, NAMES)],
    ids=[*PICTURES, *NAMES],
)
def test_figure_says_what_it_shows_and_may_stand_in_markdown(figure: str) -> None:
    assert re.search(r'role="img" aria-label="[^"]{20,}"', figure)
    assert "\n\n" not in figure
    assert "http" not in figure.replace("https://localhost:38446", "")


def test_pictures_of_states_name_the_final_and_the_waiting_ones() -> None:
    jobs, files = PICTURES["job-states"](), PICTURES["file-states"]()
    for state in TERMINAL_JOB_STATES:
        assert f">{state}<" in jobs
    for state in (TERMINAL_FILE_STATES | WAITING_FILE_STATES) - {"ON_HOLD_STAGING"}:
        assert f">{state}<" in files


def test_bars_are_those_of_the_table() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    figures = re.findall(r"\| ≥ [^|]+\| ([\d.]+) \| official .*ours", page)
    assert len(figures) == 4
    drawn = re.findall(r"([\d.]+) times as fast", PICTURES["benchmarks"]())
    assert drawn == figures


def test_tables_of_requests_name_every_operation_once() -> None:
    named = re.findall(r"api\.html#(\w+)", rest_methods() + rest_functions())
    assert sorted(named) == sorted(
        operation["operationId"] for _, _, operation in operations_of(read_document())
    )


def test_table_of_requests_names_every_method_that_sends_one() -> None:
    named = set(re.findall(r"FTSClient\.(\w+)\)", rest_methods()))
    public = {name for name in dir(FTSClient) if not name.startswith("_")}
    assert named == public - NOT_IN_TABLE


@pytest.mark.parametrize("name", ["JobStatus", "File", "JobRecord", "SeEntry"])
def test_table_of_fields_has_all_of_them_with_a_meaning(name: str) -> None:
    model = getattr(fts_api.models, name)
    module = model.__module__.rpartition(".")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \|$", result_fields(module), re.MULTILINE)
    fields = {field.name for field in attrs.fields(model)} - {"additional_properties"}
    assert {row[0] for row in rows} == fields


def test_signatures_name_every_field() -> None:
    text = signatures()
    for kind in (Job, Transfer, JobParams):
        for field in attrs.fields(kind):
            assert f"    {field.name.removeprefix('_')}: " in text
    assert "Unset" not in text


@pytest.mark.parametrize("name", ["doctor", "submit-watch"])
def test_terminal_still_shows_what_is_recorded(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, ROOT / "docs" / "builder" / "record_terminals.py", "--check", name],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
