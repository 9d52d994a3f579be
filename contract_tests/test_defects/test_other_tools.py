"""Other tools on the seeded defects: the document they get, the way to the mock, the table on the page."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import httpx
from openapi_spec_validator import validate
from other_tools import node
from other_tools.__main__ import TOOLS, main
from other_tools.document import as_3_0, tailored
from other_tools.forwarder import forwarding
from other_tools.table import PAGE, read_rows, row_of, write_rows
from other_tools.trial import shape_of

from fts_contract.defects.trial import Outcome, Task
from fts_contract.mock import MockFTS
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

EMPTY = "# Page\n<!-- table of other tools: begin -->\n<!-- table of other tools: end -->\nEnd.\n"


def _keys_as_text(part: Any) -> Any:
    if isinstance(part, dict):
        return {str(key): _keys_as_text(value) for key, value in part.items()}
    return [_keys_as_text(one) for one in part] if isinstance(part, list) else part


def test_translated_document_is_valid_3_0() -> None:
    document = as_3_0(tailored(load_spec(), operations=(), values={}))
    assert document["openapi"].startswith("3.0")
    validate(_keys_as_text(document))


def test_document_has_only_the_operations_of_the_task_and_the_ids_of_the_server() -> None:
    document = tailored(load_spec(), operations=("get_jobs", "whoami"), values={"job_ids": "x-1"})
    assert {p: list(item) for p, item in document["paths"].items()} == {
        "/whoami": ["get"],
        "/jobs/{job_ids}": ["get"],
    }
    (parameter, *_) = document["paths"]["/jobs/{job_ids}"]["get"]["parameters"]
    assert parameter["example"] == "x-1"
    validate(_keys_as_text(document))


def test_what_may_be_null_is_nullable_in_3_0() -> None:
    document = {
        "info": {"title": "t", "version": "1"},
        "components": {
            "schemas": {
                "A": {"type": ["string", "null"], "examples": ["x"], "exclusiveMinimum": 0},
                "B": {"const": "b", "x-note": 1},
                "C": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
                "D": {"properties": {"if": {"type": ["string", "integer"]}}},
            }
        },
    }
    assert as_3_0(document)["components"]["schemas"] == {
        "A": {
            "type": "string",
            "nullable": True,
            "example": "x",
            "minimum": 0,
            "exclusiveMinimum": True,
        },
        "B": {"enum": ["b"]},
        "C": {"anyOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        "D": {"properties": {"if": {}}},
    }


def test_forwarder_shows_the_certificate_and_counts_requests() -> None:
    with (
        MockFTS() as mock,
        forwarding(
            mock.port, credential=mock.credential("alice"), ca_file=mock.ca_file
        ) as forwarder,
        httpx.Client(base_url=forwarder.url, trust_env=False) as client,
    ):
        for _ in range(3):
            assert client.get("/whoami").json()["vos"] == ["testvo"]
        assert forwarder.requests == 3


def test_messages_of_two_runs_are_the_same_but_for_ids_and_numbers() -> None:
    assert shape_of("job 'a1' has 3 files") == shape_of("job 'b2'\nhas 4 files")
    ids = ("5c10000b-e6f5-11f1-9d01-02fc0000a001", "c93b6d80-ecaa-4bdf-8f67-b7b29b0f2d11")
    assert shape_of(f"GET /jobs/{ids[0]}") == shape_of(f"GET /jobs/{ids[1]}")


def test_without_node_its_tools_are_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert main(["--only", "Dredd|Prism"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Dredd: skipped, Node is missing",
        "Prism: skipped, Node is missing",
    ]


def _outcome(name: str, catalogue: str) -> Outcome:
    task = Task(
        name=name, catalogue=catalogue, caller="alice", profile="full", operations=(),
        max_examples=1, seed=1,
    )  # fmt: skip
    return Outcome(task=task, failures=(), hits=1, requests=3, elapsed_s=1.5)


def test_row_counts_what_was_found_in_each_catalogue(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(EMPTY, "utf-8")
    found = {
        _outcome("a", "seen"): True,
        _outcome("b", "seen"): False,
        _outcome("c", "unseen"): True,
    }
    write_rows([row_of("Tool 1", found)], page)
    write_rows([row_of("Tool 2", found)], page)
    assert read_rows(page) == {
        "Tool 1": "| Tool 1 | 1 of 2 | 1 of 1 | 3 | 1.5 |",
        "Tool 2": "| Tool 2 | 1 of 2 | 1 of 1 | 3 | 1.5 |",
    }
    assert page.read_text("utf-8").endswith("\nEnd.\n")


def test_rows_on_the_page_are_those_of_tools_at_their_pinned_versions(repository: Path) -> None:
    shown = read_rows(PAGE)
    pinned = (repository / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    (ours,) = (line.partition("==")[2] for line in pinned if line.startswith("schemathesis=="))
    titles = [tool.title.replace(version("schemathesis"), ours) for tool in TOOLS]
    assert list(shown) == [title for title in titles if title in shown]


def test_pinned_packages_name_no_host() -> None:
    assert "://" not in node.PINNED.read_text("utf-8")
